"""The tables of values, some of tests/values: what is written, and how it is read."""

from __future__ import annotations

import csv
from pathlib import Path

import yaml

from tools.write_docs.marked_parts import replaced, table

_HEAD = ("written", "read as")
_SHOWN = Path(__file__).with_name("values.yaml")


def with_values(text: str, root: Path) -> str:
    """Return the page with the examples of each file of values at the marks of its name."""
    for name, shown in yaml.safe_load(_SHOWN.read_bytes()).items():
        text = replaced(text, name, _table(root / "tests" / "values" / f"{name}.csv", shown))
    return text


def _table(path: Path, shown: list[str]) -> str:
    """Return a line for each example; KeyError where the file has none of that kind."""
    with path.open(encoding="utf-8", newline="") as file:
        readings = {row["input"]: row["reading"] for row in csv.DictReader(file)}
    # The spaces inside keep a value from being taken for a setting.
    return table(_HEAD, [(f"`` {value} ``", readings[value]) for value in shown])
