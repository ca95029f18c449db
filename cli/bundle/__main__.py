"""`python -m cli.bundle`: build the artifacts, or check those that are there."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cli.bundle.errors import BundleBuildError
from cli.bundle.licences import licences
from cli.bundle.staging import build
from cli.bundle.wheels import find_python

ROOT = Path(__file__).parents[2]
PYTHONS = ("3.10", "3.12")


def main() -> int:
    """Return the exit status: 0 when everything asked for was built or holds."""
    parser = argparse.ArgumentParser(prog="python -m cli.bundle", description=__doc__)
    parser.add_argument("--python", action="append", metavar="X.Y", help="3.10 and 3.12 by default")
    parser.add_argument("--out", type=Path, default=ROOT / ".build", help="folder of the artifacts")
    parser.add_argument("--check", action="store_true", help="do not build: check what is there")
    parser.add_argument("--licences", action="store_true", help="write THIRD_PARTY.md")
    asked = parser.parse_args()
    try:
        if asked.licences:
            page = licences(asked.out / f"python{PYTHONS[0]}")
            (ROOT / "THIRD_PARTY.md").write_text(page, "utf-8")
            return 0
        for version in asked.python or PYTHONS:
            _check(version, asked.out) if asked.check else _build(version, asked.out)
    except BundleBuildError as error:
        print(f"make build: {error}", file=sys.stderr)
        return 1
    return 0


def _build(version: str, out: Path) -> None:
    for built in build(ROOT, find_python(version), version, out):
        print(f"{built.path}  sha256 {built.sha256}")
        sizes = f"{built.zip_bytes / 1e6:.1f} MB, {built.unpacked_bytes / 1e6:.1f} MB unpacked"
        print(f"  {sizes}, {built.files} files", flush=True)


def _check(version: str, out: Path) -> None:
    from cli.bundle.checking import check

    for line in check(ROOT, find_python(version), out, version):
        print(line)


if __name__ == "__main__":
    sys.exit(main())
