"""A `.csv` file as spreadsheets write it: below a header, a row a trip, read on like lines.

Excel and WPS write the separator of the country (a comma, a semicolon, a tab in "Unicode text"),
line breaks inside quoted cells, and commas for columns and rows that once held something. The
header decides: of the three separators the one by which most labels are known. Rows are held one
at a time, so memory does not grow with the file.
"""

from __future__ import annotations

import csv
import functools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from shared.core.errors import UploadEndedError
from shared.uploads.columns import Header, columns_of
from shared.uploads.entry import Entry
from shared.uploads.lines import CHUNK, lines

if TYPE_CHECKING:
    from shared.trips.encodings import Encoding

_SEPARATORS = (",", ";", "\t")
# A quote that is never closed would make the rest of the file one cell.
_MOST_LINES = 100
_HEADER_CHUNK = 16 * 1024
_HEADER_LINES = 20
_UNCLOSED = (
    "the line is no row of a table: a quote is not closed, or stands where none may; "
    "a quote inside a cell is written twice"
)
_TOO_MANY = "the row has more cells than the header; a cell with a separator in it needs quotes"
_ROUNDED = "the spreadsheet rounded the {}; format its column as text, and export the table again"


@dataclass(frozen=True)
class _Record:
    """The cells of a row, None where it is none, and the lines that it is made of."""

    cells: list[str] | None
    lines: tuple[Entry, ...]


def rows(
    read: Callable[[int, int], bytes],
    *,
    offset: int,
    number: int,
    longest: int,
    encoding: Encoding,
    chunk: int = CHUNK,
) -> Iterator[Entry]:
    """Yield the rows from `offset` on, where line `number` + 1 begins, as JSON under fields' names.

    UploadEndedError says what the header lacks. A row of more than `longest` bytes is refused.
    """
    header = header_of(read, longest=longest, encoding=encoding)
    if offset < header.stop:
        offset, number = header.stop, header.line

    cut = functools.partial(lines, read, longest=longest, encoding=encoding, chunk=chunk)
    for record in _records(cut, offset, number, header.separator):
        yield _entry(record, header, longest)


def header_of(read: Callable[[int, int], bytes], *, longest: int, encoding: Encoding) -> Header:
    """Return the header; UploadEndedError says what is wrong with it."""
    # Read once, and tried with each separator.
    held = functools.lru_cache(maxsize=4)(read)
    cut = functools.partial(lines, held, longest=longest, encoding=encoding, chunk=_HEADER_CHUNK)
    found = [_header(cut, separator) for separator in _SEPARATORS]
    best = max(found, key=lambda header: len(header.fields))
    best.check()
    return best


def _header(cut: Callable[..., Iterator[Entry]], separator: str) -> Header:
    for record in _records(cut, 0, 0, separator, most=_HEADER_LINES):
        last, cells = record.lines[-1], record.cells or []
        if record.lines[0].reason:
            raise UploadEndedError("refused", f"{record.lines[0].detail}; it is to be the header")
        # Some programs say first what the separator is.
        if any(cells) and not cells[0].lower().startswith("sep="):
            return Header(columns_of(cells), separator, last.stop, last.number)
    return Header((), separator, 0, 0)


def _records(
    cut: Callable[..., Iterator[Entry]],
    offset: int,
    number: int,
    separator: str,
    most: int | None = None,
) -> Iterator[_Record]:
    """Yield the rows; of what is none the first line alone, so that one quote costs one line."""
    while True:
        held: list[Entry] = []
        found = islice(cut(offset=offset, number=number), most)
        reader = csv.reader(_texts(found, held), delimiter=separator, strict=True)
        try:
            for cells in reader:
                yield _Record(cells, tuple(held))
                held.clear()
        except csv.Error:
            yield _Record(None, (held[0],))
            offset, number = held[0].stop, held[0].number
        else:
            return


def _texts(found: Iterator[Entry], held: list[Entry]) -> Iterator[str]:
    for line in found:
        held.append(line)
        if len(held) > _MOST_LINES or line.reason == "too_long":
            raise csv.Error
        yield line.data.decode("utf-8", "replace") + "\n"


def _entry(record: _Record, header: Header, longest: int) -> Entry:
    first, last = record.lines[0], record.lines[-1]
    values = header.values(record.cells or [])
    reason, detail = _fault(record, header, longest)
    data = json.dumps(values, ensure_ascii=False).encode() if values else b""
    return Entry(
        first.number, first.start, last.stop, data, reason, detail, lines=len(record.lines)
    )


def _fault(record: _Record, header: Header, longest: int) -> tuple[str, str]:
    """Return reason and detail of what is wrong with a row, both "" for nothing."""
    for line in record.lines:
        if line.reason:
            return line.reason, line.detail
    if record.cells is None:
        return "malformed", _UNCLOSED
    if record.lines[-1].stop - record.lines[0].start > longest + 2:
        return "too_long", f"the row has more than {longest} bytes"
    if any(cell.strip() for cell in record.cells[len(header.columns) :]):
        return "malformed", _TOO_MANY
    if field := header.rounded(record.cells):
        return "malformed", _ROUNDED.format(field)
    return "", ""
