"""The header of a table, and what its cells mean below it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.core.errors import UploadEndedError
from shared.trips.labels import AMOUNTS, field_of, fields_of, first_labels, unit_of
from shared.uploads.entry import name_labelled

# At least one column for each.
_NEEDED = {
    "司机 (driver)": {"driver"},
    "結束時間 (ended_at)": {"ended_at", "started_at", "times"},
    "終點 (end)": {"end", "start", "via"},
}
_NAMES = {"driver", "idempotency_key"}
# Of several columns for one of these the first with a value is used; what a trip is not accepted
# without, whose it is and what its driver chose is never picked from two.
_DECORATION = {
    *("mood", "caption", "team", "distance_km", "driving_minutes"),
    *("weather", "start/weather", "end/weather"),
}
_MOMENTS = {"started_at", "ended_at", "times"}
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_SERIAL = re.compile(r"[345678]\d{4}(?:\.\d+)?")
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - a day of a spreadsheet has no zone
_NUMBER = re.compile(r"[\d,]{1,9}(?:\.\d+)?", re.ASCII)
_LONG_NUMBER = re.compile(r"\d{1,9}\.\d+", re.ASCII)
# A long number as a spreadsheet shows and exports it: its last digits are lost.
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E[+-]\d{1,3}", re.IGNORECASE | re.ASCII)
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))")


@dataclass(frozen=True)
class Column:
    """A column: the path of its field, "" for one that is passed over, and the unit it is in."""

    field: str
    unit: str = ""

    def value(self, cell: str, separator: str) -> object:
        """Return what a cell means, which is not empty, in the words of the JSON form."""
        text = cell.strip()
        if marked := _AS_TEXT.fullmatch(text):
            text = marked[1]
        if self.field in _MOMENTS and _SERIAL.fullmatch(text):
            # Days as a spreadsheet counts them, where the cell is not shown as a date.
            moment = _FIRST_DAY + timedelta(seconds=round(float(text) * 86_400))
            return moment.isoformat(" ")
        return self._amount(text, separator) if self.field in AMOUNTS else text

    def _amount(self, text: str, separator: str) -> object:
        if separator == ";":
            # Where cells are parted by semicolons, the comma is that of decimals.
            whole, comma, part = _DECIMAL_COMMA.sub("|", text, count=1).partition("|")
            text = f"{whole.replace('.', '')}.{part}" if comma else text
        if self.unit and _NUMBER.fullmatch(text):
            return text + self.unit
        if self.field == "distance_km" and _LONG_NUMBER.fullmatch(text):
            # With all the digits that a program may write of it, as in JSON.
            return float(text)
        return text


@dataclass(frozen=True)
class Header:
    """The columns; the rows begin behind `stop` bytes and `line` lines."""

    columns: tuple[Column, ...]
    separator: str
    stop: int
    line: int

    @property
    def fields(self) -> list[str]:
        """Return the fields that there are columns for."""
        return [column.field for column in self.columns if column.field]

    def values(self, cells: list[str]) -> dict[str, object]:
        """Return the values of a row as the JSON form has them; what is empty is left out."""
        values: dict[str, object] = {}
        for column, cell in zip(self.columns, cells, strict=False):
            if column.field and cell.strip():
                values.setdefault(column.field, column.value(cell, self.separator))
        shared = {name: value for name, value in values.items() if name == "share"}
        return {**values, **fields_of(shared)}

    def rounded(self, cells: list[str]) -> str:
        """Return the column of a name that the spreadsheet has rounded, "" for none.

        Two names may have become one, and with it two drivers.
        """
        for column, cell in zip(self.columns, cells, strict=False):
            if column.field in _NAMES and _ROUNDED.fullmatch(cell.strip()):
                return column.field
        return ""

    def check(self) -> None:
        """Raise UploadEndedError with what the header lacks, or has twice."""
        known = self.fields
        twice = sorted({field for field in known if known.count(field) > 1} - _DECORATION)
        lacking = [label for label, any_of in _NEEDED.items() if not any_of & set(known)]
        if not known:
            detail = f"the first row names no column that is known, as 司机、{first_labels()}"
        elif lacking:
            detail = f"the header has no column for {', '.join(lacking)}"
        elif twice:
            detail = f"the header has more than one column for {', '.join(twice)}"
        else:
            return
        raise UploadEndedError("refused", detail)


def columns_of(labels: list[str]) -> tuple[Column, ...]:
    """Return what the columns are; 天气 alone is that of the place before it."""
    columns: list[Column] = []
    place = ""
    for label in labels:
        field = name_labelled(label) or _field(label)
        if field == "weather" and place:
            field = f"{place}/weather"
        place = field if field in {"start", "end"} else place
        columns.append(Column(field, unit_of(label)))
    return tuple(columns)


def _field(label: str) -> str:
    """Return the field of a label, also of one such as start.city, start/weather."""
    parted = re.sub(r"[./\s]+", "_", label.strip())
    return field_of(re.sub(r"^(start|end)_city$", r"\1", parted, flags=re.IGNORECASE))
