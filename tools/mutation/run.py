"""Plant faults in the code; say which ones no test notices.

mutmut plants them, one at a time, in the files and with the tests that pyproject.toml names. Names
of modules choose among them (`functions.paint_scene*`); without one, everything is tried, for an
hour or two. What was noticed before is not tried again until its function changes.

A fault that changes nothing anybody can see is named in equivalent.json, and is not counted.
Ends with 1 where less than nine in ten are noticed, or a name in that file fits no fault.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tools.mutation.trials import CHANGES, FOLDER, UNNOTICED, codes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
EQUIVALENT = Path(__file__).with_name("equivalent.json")
_LEAST_SHARE = 0.9


class Fault(NamedTuple):
    """One planted fault; `code` is None where it has not been tried."""

    name: str
    code: int | None

    @property
    def module(self) -> str:
        """Return the module it was planted in."""
        return self.name.rpartition(".")[0]

    @property
    def where(self) -> str:
        """Return the function it was planted in, as mutmut writes it."""
        return self.name.rpartition("__mutmut_")[0]

    @property
    def is_unnoticed(self) -> bool:
        """Say whether all tests passed, or there was none."""
        return self.code in UNNOTICED


class Change(NamedTuple):
    """What a fault does: the function it is in, its lines before and after."""

    where: str
    before: str
    after: str


def mutants(python: Path, modules: Sequence[str], *, run: bool, processes: int) -> int:
    """Try faults with mutmut of an environment's `python`, if told to; print what was found."""
    if run:
        # With one thread each: what is forked has lost the threads of whoever loaded it.
        command = ["env", "OMP_NUM_THREADS=1", str(python), "-m", "tools.mutation.trials"]
        subprocess.run([*command, str(processes), *modules], cwd=ROOT, check=True)
    chosen = [each for each in faults_in(ROOT / FOLDER) if _is_chosen(each.name, modules)]
    faults = [each for each in chosen if each.code is not None]
    diffs: dict[str, str] = json.loads((ROOT / FOLDER / CHANGES).read_bytes())
    changes = {each: change_of(diffs[each.name]) for each in faults if each.is_unnoticed}
    return report(faults, changes, known_equivalents(EQUIVALENT))


def faults_in(folder: Path) -> list[Fault]:
    """Return all faults that mutmut has written down in its folder."""
    metas = sorted(folder.rglob("*.py.meta"))
    return [Fault(name, code) for meta in metas for name, code in codes_of(meta).items()]


def change_of(diff: str) -> Change:
    """Return what a diff of `mutmut show` changes; the heading names the fault."""
    lines = diff.splitlines()
    heading = lines[0].removeprefix("# ").partition(":")[0]
    body = [line for line in lines if line[:1] in "+-" and not line.startswith(("+++", "---"))]
    before, after = (
        " ".join(line[1:].strip() for line in body if line[0] == sign) for sign in "-+"
    )
    return Change(heading.rpartition("__mutmut_")[0], before, after)


def known_equivalents(path: Path) -> dict[Change, str]:
    """Return the changes that nobody can see, each with the reason."""
    found: list[dict[str, str]] = json.loads(path.read_bytes())
    return {Change(e["where"], e["before"], e["after"]): e["because"] for e in found}


def report(faults: list[Fault], changes: dict[Fault, Change], known: dict[Change, str]) -> int:
    """Print the counts of each module and the faults nobody notices; return the exit status."""
    unseen = {fault for fault, change in changes.items() if change in known}
    for fault, change in changes.items():
        if fault not in unseen:
            print(f"{fault.name}\n  - {change.before}\n  + {change.after}")
    tried, noticed = Counter[str](), Counter[str]()
    for fault in faults:
        if fault not in unseen:
            tried[fault.module] += 1
            noticed[fault.module] += not fault.is_unnoticed
    for module, count in sorted(tried.items()):
        print(f"{noticed[module]:5d} of {count:5d} noticed  {module}")
    places = {fault.where for fault in faults}
    idle = [each for each in known if each not in changes.values() and each.where in places]
    for change in idle:
        print(f"named as unseen, but noticed or gone: {change}", file=sys.stderr)
    total = sum(tried.values())
    share = sum(noticed.values()) / total if total else 1.0
    print(f"{share:.1%} of {total}, and {len(unseen)} that nobody can see")
    return int(share < _LEAST_SHARE or bool(idle))


def _is_chosen(name: str, modules: Sequence[str]) -> bool:
    return not modules or any(fnmatchcase(name, each) for each in modules)
