"""Support: the part of SLS's query language that deploy/metrics.yaml uses, over lines in memory.

`search | SQL`: the search becomes a WHERE of SQLite; SLS's functions that SQLite lacks are added.
A field that no line has is an error here, where SLS would find nothing.
"""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING, Any

import yaml

from local.stack import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PAGE = ROOT / "docs" / "reference" / "metrics.md"
_METRICS = ROOT / "deploy" / "metrics.yaml"
_TERM = re.compile(r'message\.(\w+): "([^"]*)"')
_FIELD = re.compile(r'"message\.(\w+)"|message\.(\w+)')


def documented() -> dict[str, str]:
    """Return the queries of deploy/metrics.yaml by the metric's name."""
    metrics = yaml.safe_load(_METRICS.read_bytes())["metrics"]
    return {name: each["query"] for name, each in metrics.items()}


def fields_of(query: str) -> set[str]:
    """Return the fields of lines that a query names."""
    return {first or second for first, second in _FIELD.findall(query)}


def events_of(query: str) -> set[str]:
    """Return the events that a query asks for."""
    return {value for name, value in _TERM.findall(query) if name == "event"}


class _Percentile:
    def __init__(self) -> None:
        self.values: list[float] = []
        self.share = 0.0

    def step(self, value: float | None, share: float) -> None:
        if value is not None:
            self.values.append(value)
            self.share = share

    def finalize(self) -> float | None:
        if not self.values:
            return None
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, int(self.share * len(ordered)))]


class _CountIf:
    def __init__(self) -> None:
        self.count = 0

    def step(self, holds: int | None) -> None:
        self.count += bool(holds)

    def finalize(self) -> int:
        return self.count


def ask(query: str, lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows that SLS would answer."""
    search, _, sql = query.partition(" | ")
    names = sorted({name for line in lines for name in line})
    unknown = fields_of(query) - set(names)
    if unknown:
        msg = f"no line has {', '.join(sorted(unknown))}"
        raise LookupError(msg)
    columns = ", ".join(f'"message.{name}"' for name in names)
    where = _TERM.sub(lambda term: f"\"message.{term[1]}\" = '{term[2]}'", search)
    table = f"(SELECT * FROM lines WHERE {where})"  # noqa: S608 - our own page, in memory
    database = sqlite3.connect(":memory:")
    try:
        database.create_aggregate("approx_percentile", 2, _Percentile)  # type: ignore[arg-type]
        database.create_aggregate("count_if", 1, _CountIf)
        database.row_factory = sqlite3.Row
        database.execute(f"CREATE TABLE lines ({columns})")
        marks = ", ".join("?" * len(names))
        rows = [[_cell(line.get(name)) for name in names] for line in lines]
        database.executemany(f"INSERT INTO lines VALUES ({marks})", rows)  # noqa: S608 - marks
        return [dict(row) for row in database.execute(sql.replace("FROM log", f"FROM {table}"))]
    finally:
        database.close()


def value(query: str, lines: Sequence[Mapping[str, Any]]) -> Any:
    """Return the one value of a metric."""
    (row,) = ask(query, lines)
    return row["value"]


def _cell(found: Any) -> Any:
    return found if isinstance(found, (int, float, str, type(None))) else str(found)
