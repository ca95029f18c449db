"""Try planted faults, each in a fork of one process that has loaded all tests.

Run in mutmut's environment, in the project's folder. mutmut plants the faults and finds out which
tests reach which functions; its own way to try them loads the tests anew for each one, and runs
them in any order. Here those come first that are named after the fault's module, then those that
take the least time, and the first that fails ends the trial.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest

FOLDER, CHANGES = Path("mutants"), "changes.json"
# Exit statuses of a trial, as mutmut has them; any other (a crash, too long) is noticed too.
SURVIVED, NOTICED, NO_TESTS = 0, 1, 33
UNNOTICED = frozenset({SURVIVED, NO_TESTS})
# A test that takes ten times as long as without a fault, and this, waits for ever.
_PATIENCE_SECONDS = 20


class Reach(NamedTuple):
    """Which tests reach each function, and the seconds that each test takes."""

    tests: dict[str, list[str]]
    seconds: dict[str, float]

    def order(self, fault: str) -> list[str]:
        """Return the tests for a fault, those first that are likely to notice it soon."""
        where = fault.rpartition("__mutmut_")[0]
        parts = where.split(".")
        about = f"/test_{parts[1] if parts[0] == 'functions' else parts[-2]}.py"
        found = self.tests.get(where, [])
        return sorted(found, key=lambda test: (about not in test, self.seconds.get(test, 0.0)))


class Trials:
    """The plugin of pytest that tries faults in place of running the tests."""

    def __init__(self, metas: Sequence[Path], modules: Sequence[str], processes: int) -> None:
        self._metas, self._modules, self._processes = metas, modules, processes
        self._running: dict[int, tuple[str, Path, str]] = {}
        self._counts = Counter[str]()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try all that was not noticed before."""
        session.config.pluginmanager.unregister(name="terminalreporter")
        stats = json.loads(Path("mutmut-stats.json").read_bytes())
        reach = Reach(stats["tests_by_mangled_function_name"], stats["duration_by_test"])
        items = {item.nodeid: item for item in session.items}
        # What tests make once and keep for one another is then there in every fork.
        if _tried(quickest_of_each_file(session.items, reach), reach, session) == NOTICED:
            print("a test fails though no fault is planted", file=sys.stderr)
            return True
        for meta in self._metas:
            for fault in untried(meta, self._modules):
                if len(self._running) >= self._processes:
                    self._end_one()
                tests = [items[test] for test in reach.order(fault) if test in items]
                self._begin(fault, meta, partial(_tried, tests, reach, session))
        while self._running:
            self._end_one()
        return True

    def _begin(self, fault: str, meta: Path, trial: Callable[[], int]) -> None:
        from mutmut.mutation.trampoline import set_mutant_under_test

        folder, pid = tempfile.mkdtemp(), os.fork()
        if not pid:
            set_mutant_under_test(fault)
            tempfile.tempdir = folder
            os._exit(trial())
        self._running[pid] = fault, meta, folder

    def _end_one(self) -> None:
        pid, status = os.wait()
        fault, meta, folder = self._running.pop(pid)
        shutil.rmtree(folder, ignore_errors=True)
        code = os.waitstatus_to_exitcode(status)
        told = json.loads(meta.read_bytes())
        told["exit_code_by_key"][fault] = code
        meta.write_text(json.dumps(told, indent=4))
        self._counts.update(tried=1, unnoticed=code in UNNOTICED)
        print(f"\r{self._counts['tried']} tried, {self._counts['unnoticed']} unnoticed", end="")


def quickest_of_each_file(items: Sequence[pytest.Item], reach: Reach) -> list[pytest.Item]:
    """Return one test of each file that has some."""
    slowest_first = sorted(items, key=lambda item: -reach.seconds.get(item.nodeid, 0.0))
    return list({item.path: item for item in slowest_first}.values())


def untried(meta: Path, modules: Sequence[str]) -> list[str]:
    """Return the faults of a file that were not tried yet, or that no test has noticed."""
    return [
        fault
        for fault, code in codes_of(meta).items()
        if code in {None, *UNNOTICED}
        and (not modules or any(fnmatchcase(fault, each) for each in modules))
    ]


def codes_of(meta: Path) -> dict[str, int | None]:
    """Return the exit status of each fault's trial, None for one that was not tried yet."""
    codes: dict[str, int | None] = json.loads(meta.read_bytes())["exit_code_by_key"]
    return codes


def _tried(tests: list[pytest.Item], reach: Reach, session: pytest.Session) -> int:
    """Return the exit status of a trial; one that breaks out of pytest was noticed too."""
    try:
        for item, following in zip(tests, [*tests[1:], None], strict=True):
            signal.alarm(_PATIENCE_SECONDS + round(10 * reach.seconds.get(item.nodeid, 0.0)))
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                return NOTICED
    except BaseException:  # noqa: BLE001
        return NOTICED
    signal.alarm(0)
    return SURVIVED if tests else NO_TESTS


def main(processes: int, modules: Sequence[str]) -> int:
    """Plant, try, and leave the changes that no test noticed in `mutants/changes.json`."""
    import pytest
    from mutmut import __main__ as mutmut
    from mutmut.configuration import config
    from mutmut.mutation.diff_apply import get_diff_for_mutant
    from mutmut.mutation.trampoline import set_mutant_under_test

    set_mutant_under_test("mutant_generation")
    FOLDER.mkdir(exist_ok=True)
    for prepare in (mutmut.copy_src_dir, mutmut.copy_also_copy_files, mutmut.setup_source_paths):
        prepare()
    mutmut.create_mutants(processes)
    mutmut.collect_or_load_stats(mutmut.get_mutant_runner(), apply_config_invalidation=True)
    set_mutant_under_test("")
    metas = [path.resolve() for path in sorted(FOLDER.rglob("*.py.meta"))]
    here = Path.cwd()
    os.chdir(FOLDER)
    selection = config().pytest_add_cli_args_test_selection
    quiet = ("-o", "tmp_path_retention_policy=none")
    ended = pytest.main(["--rootdir=.", *quiet, *selection], [Trials(metas, modules, processes)])
    os.chdir(here)
    changes = {
        fault: get_diff_for_mutant(fault, path=meta.relative_to(FOLDER.resolve()).with_suffix(""))
        for meta in metas
        for fault, code in codes_of(meta).items()
        if code in UNNOTICED
    }
    (FOLDER / CHANGES).write_text(json.dumps(changes))
    return int(ended)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
