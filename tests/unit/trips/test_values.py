"""Every value of tests/values is read as its row says; to add one, add a row."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from shared.trips.amounts import read_kilometres, read_minutes
from shared.trips.cities import city_of
from shared.trips.labels import field_of
from shared.trips.moments import read_moment, read_period
from shared.trips.weather import weather_of

if TYPE_CHECKING:
    from collections.abc import Callable

VALUES = Path(__file__).parents[2] / "values"


class Row(NamedTuple):
    """One value: what was sent, and how it is to be read."""

    kind: str
    input: str
    reading: str
    source: str


def period(text: str) -> str:
    return "/".join(moment.isoformat() for moment in read_period(text))


def kilometres(text: str) -> str:
    return f"{read_kilometres(text):.3f}".rstrip("0").rstrip(".")


def weather(text: str) -> str:
    found = weather_of(text)
    return found.value if found else "unknown"


READERS: dict[str, Callable[[str], str]] = {
    "moment": lambda text: read_moment(text).isoformat(),
    "period": period,
    "duration": lambda text: str(read_minutes(text)),
    "distance": kilometres,
    "weather": weather,
    "place": lambda text: city_of(text) or "unknown",
    "label": lambda text: field_of(text) or "unknown",
}


def reading(row: Row) -> str:
    try:
        return READERS[row.kind](row.input)
    except ValueError:
        return "refused"


def rows() -> list[Row]:
    found = []
    for path in sorted(VALUES.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [Row(**fields) for fields in csv.DictReader(file)]
    return found


ROWS = rows()


@pytest.mark.parametrize("kind", READERS)
def test_each_value_is_read_as_the_table_says(kind: str) -> None:
    own = [row for row in ROWS if row.kind == kind]
    assert own
    wrong = [
        f"{row.input!r} is read as {found}, not {row.reading}"
        for row in own
        if (found := reading(row)) != row.reading
    ]
    assert wrong == []


def test_the_table_is_large_and_says_where_each_value_comes_from() -> None:
    assert len(ROWS) >= 300
    assert all(row.source for row in ROWS)
    assert len({(row.kind, row.input) for row in ROWS}) == len(ROWS)
    assert {row.kind for row in ROWS} <= set(READERS)
