"""Which modules of the library a package imports, those that they import included."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LIBRARY = "shared"


def library_of(root: Path, package: str) -> list[Path]:
    """Return the files of shared/ that the package needs, wherever in a module it is imported."""
    found: set[Path] = set()
    todo = sorted((root / package).rglob("*.py"))
    while todo:
        new = {each for path in (todo.pop(),) for each in _imported(root, path)} - found
        found |= new
        todo += new
    return sorted(found)


def _imported(root: Path, path: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for each in node.names:
                yield from _files(root, each.name)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for each in node.names:
                yield from _files(root, f"{node.module}.{each.name}")


def _files(root: Path, name: str) -> Iterator[Path]:
    """Yield the module of a dotted name and the packages that it is in; a last name may be none."""
    first, *steps = name.split(".")
    if first != _LIBRARY:
        return
    place = root / first
    for step in ("", *steps):
        place = place / step if step else place
        for path in (place / "__init__.py", place.with_suffix(".py")):
            if path.is_file():
                yield path
