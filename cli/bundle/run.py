"""Build the artifacts, check those that are there, or list their licences."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.bundle.licences import licences
from cli.bundle.staging import ARTIFACTS, build
from cli.bundle.wheels import find_python

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.bundle.staging import Built
    from local.printed import Say

ROOT = Path(__file__).parents[2]
PYTHONS = ("3.10", "3.12")


def build_all(pythons: Sequence[str], out: Path, *, say: Say) -> list[Built]:
    """Build the artifacts for each Python."""
    found = []
    for version in pythons or PYTHONS:
        for built in build(ROOT, find_python(version), version, out):
            say.progress(f"{built.path}  sha256 {built.sha256}")
            sizes = f"{built.zip_bytes / 1e6:.1f} MB, {built.unpacked_bytes / 1e6:.1f} MB unpacked"
            say.progress(f"  {sizes}, {built.files} files")
            found.append(built)
    return found


def versions(pythons: Sequence[str], out: Path) -> list[str]:
    """Return the Pythons that are asked for, else those whose artifacts are there, else all."""
    there = [each for each in PYTHONS if (out / f"trip-poster-python{each}.zip").is_file()]
    return list(pythons or there or PYTHONS)


def check_all(pythons: Sequence[str], out: Path, *, say: Say) -> None:
    """Unpack the artifacts, look for a newer glibc, paint a trip with them."""
    from cli.bundle.checking import check

    lines = []
    for version in versions(pythons, out):
        for line in check(ROOT, find_python(version), out, version):
            lines.append(line)
            say.progress(line)
    if say.as_json:
        say.value(lines)


def write_licences(out: Path, *, say: Say) -> None:
    """Write THIRD_PARTY.md from what was staged."""
    page = ROOT / "THIRD_PARTY.md"
    page.write_text(licences([out / f"python{PYTHONS[0]}{kind}" for kind in ARTIFACTS]), "utf-8")
    say.done(f"{page} written", written=page)
