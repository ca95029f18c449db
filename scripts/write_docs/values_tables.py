"""The tables of docs/values.md, from tests/values: what is written, and how it is read."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from scripts.write_docs.marked_parts import replaced, table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_HEAD = ("from", "written, and read as")


def with_values(text: str, root: Path) -> str:
    """Return the page with the table of each file of values at the marks of its name."""
    for path in sorted((root / "tests" / "values").glob("*.csv")):
        text = replaced(text, path.stem, _table(path))
    return text


def _table(path: Path) -> str:
    """Return one line for each source, with its values by how they are read."""
    sources: dict[str, dict[str, list[str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            readings = sources.setdefault(row["source"], {})
            readings.setdefault(row["reading"], []).append(row["input"])
    return table(_HEAD, [(source, _cell(readings)) for source, readings in sources.items()])


def _cell(readings: Mapping[str, list[str]]) -> str:
    """Return values as code; the spaces inside keep them from being taken for settings."""
    lines = []
    for reading, values in readings.items():
        codes = [f"`` {value} ``" if value else "nothing" for value in values]
        lines.append(f"{' '.join(codes)} → {reading}")
    return "<br>".join(lines)
