"""A release: version and changelog, a commit, an annotated tag, the zips and their digests.

Each step that is done already is left out, so a release that was interrupted goes on.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from cli.bundle.run import build_all
from cli.frame import ROOT
from shared.core.errors import BundleError, InvalidRequestError
from shared.trips.moments import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from cli.bundle.staging import Built
    from local.printed import Say

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_UNRELEASED = re.compile(r"^## Unreleased\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
# Where the version stands.
_PLACES = {
    "pyproject.toml": re.compile(r'(?m)^(version = ")[^"]+'),
    "shared/core/release.py": re.compile(r'(?m)^(RELEASE = ")[^"]+'),
    "openapi.json": re.compile(r'("version": ")[^"]+'),
}
_CHANGELOG = "CHANGELOG.md"
_SECONDS = 120
DIGESTS = "SHA256SUMS"


class ReleaseError(BundleError):
    """The release cannot be made; the message names the next command."""


@dataclass(frozen=True)
class Release:
    """A version of a checkout; `build` fills the folder of the zips."""

    version: str
    root: Path
    today: date
    build: Callable[[Path], Sequence[Built]]

    @property
    def tag(self) -> str:
        """Return the tag's name."""
        return f"v{self.version}"

    def git(self, *words: str) -> str:
        """Return what git says; ReleaseError with its own words where it refuses."""
        ran = subprocess.run(
            ("git", *words), cwd=self.root, capture_output=True, text=True, check=False,
            timeout=_SECONDS, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if ran.returncode:
            raise ReleaseError(f"`{shlex.join(('git', *words))}` fails: {ran.stderr.strip()}")
        return ran.stdout.strip()

    def read(self, name: str) -> str:
        """Return a file's text."""
        return (self.root / name).read_text("utf-8")

    def is_written(self) -> bool:
        """Tell whether the changelog has the version's section."""
        return f"\n## {self.version} - " in self.read(_CHANGELOG)

    def is_tagged(self) -> bool:
        """Tell whether this very commit has the tag."""
        return self.tag in self.git("tag", "--points-at", "HEAD").split()


@dataclass(frozen=True)
class Place:
    """What a release works on; tests have one of their own."""

    root: Path = ROOT
    today: date = field(default_factory=lambda: datetime.now(SHANGHAI).date())
    build: Callable[[Path], Sequence[Built]] | None = None


def release(version: str, out: Path, *, dry_run: bool, say: Say) -> None:
    """Make a release, or say what would be done; ReleaseError where it is refused."""
    place = say.given or Place()
    build = place.build or partial(build_all, (), say=say)
    asked = Release(version, place.root, place.today, build)
    _refuse(asked)
    steps = _steps(asked, out)
    for words, step in steps:
        say.progress(f"would {words}" if dry_run else words)
        if not dry_run:
            step()
    following = [f"git push origin main {asked.tag}", "s deploy -y"]
    told = f"next: {' && '.join(following)}" if not dry_run else "nothing was done"
    say.done(told, steps=[words for words, _ in steps], next=following, dry_run=dry_run)


def _refuse(asked: Release) -> None:
    again = f"poster release {asked.version}"
    if not _VERSION.fullmatch(asked.version):
        msg = f"{asked.version} is no version; as: poster release {_next(asked)}"
        raise InvalidRequestError(msg)
    if changed := asked.git("status", "--porcelain"):
        words = "the tree has changes that are in no commit"
        raise ReleaseError(f"{words}:\n{changed}\ngit stash --include-untracked && {again}")
    if (branch := asked.git("branch", "--show-current")) != "main":
        raise ReleaseError(f"this is {branch or 'no branch'}: git switch main && {again}")
    if asked.is_tagged():
        return
    if (last := _last(asked)) and _numbers(asked.version) <= last:
        words = f"{asked.version} is not above the last tag, v{'.'.join(map(str, last))}"
        raise ReleaseError(f"{words}: poster release {_next(asked)}")
    found = _UNRELEASED.search(asked.read(_CHANGELOG))
    if not asked.is_written() and not (found and "- " in found[1]):
        words = f'"## Unreleased" of {_CHANGELOG} has no line; write what changed, then'
        raise ReleaseError(f"{words}: git commit -m 'What changed' {_CHANGELOG} && {again}")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _last(asked: Release) -> tuple[int, ...]:
    """Return the highest version that is tagged, () where there is none."""
    names = [name[1:] for name in asked.git("tag", "--list", "v*").split()]
    return max((_numbers(name) for name in names if _VERSION.fullmatch(name)), default=())


def _next(asked: Release) -> str:
    *most, least = _last(asked) or (0, 1, -1)
    return ".".join(map(str, (*most, least + 1)))


def _steps(asked: Release, out: Path) -> list[tuple[str, Callable[[], object]]]:
    """Return what is to be done, in words and as calls."""
    files = ", ".join((*_PLACES, _CHANGELOG))
    steps: list[tuple[str, Callable[[], object]]] = []
    if not asked.is_written():
        steps += [
            (f"write {asked.version} into {files}", partial(_write, asked)),
            ("commit", partial(asked.git, "commit", "-qam", f"Release {asked.version}")),
        ]
    if not asked.is_tagged():
        call = partial(asked.git, "tag", "-a", asked.tag, "-m", f"Release {asked.version}")
        steps.append((f"tag {asked.tag}", call))
    return [*steps, (f"build the zips and write {out / DIGESTS}", partial(_build, asked, out))]


def _write(asked: Release) -> None:
    for name, pattern in _PLACES.items():
        text, found = pattern.subn(rf"\g<1>{asked.version}", asked.read(name), count=1)
        if not found:
            raise ReleaseError(f"{name} names no version: git checkout HEAD -- {name}")
        (asked.root / name).write_text(text, "utf-8")
    dated = f"## Unreleased\n\n## {asked.version} - {asked.today}\n"
    text = asked.read(_CHANGELOG).replace("## Unreleased\n", dated, 1)
    (asked.root / _CHANGELOG).write_text(text, "utf-8")


def _build(asked: Release, out: Path) -> None:
    lines = [f"{each.sha256}  {each.path.name}\n" for each in asked.build(out)]
    (out / DIGESTS).write_text("".join(lines), "utf-8")
