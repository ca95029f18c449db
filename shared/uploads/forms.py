"""The forms that a file of trips may have, by the end of its name, and the entries of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.core.errors import UploadEndedError
from shared.trips.encodings import Encoding, as_utf_8, mark_of, unreadable_line
from shared.uploads.elements import elements
from shared.uploads.entry import (
    Entry,
    UploadedTrip,
    drivers_named,
    drivers_named_in_text,
    parse_json_entry,
    parse_line,
    parse_text_entry,
)
from shared.uploads.lines import lines, unreadable
from shared.uploads.table import rows

if TYPE_CHECKING:
    from shared.trips.fields import Choices

_SHEETS = (".xlsx", ".xls", ".xlsm", ".et", ".ods", ".numbers")


@dataclass(frozen=True)
class Form:
    """How the entries of a kind of file are read; `streamed`: without holding the whole of it.

    `blank` is what stands for an entry that was taken out.
    """

    suffix: str
    parse: Callable[[bytes, Choices], UploadedTrip] = parse_json_entry
    drivers: Callable[[bytes], set[str]] = drivers_named
    streamed: bool = True
    blank: str = ""

    def entries(
        self,
        read: Callable[[int, int], bytes],
        size: int,
        encoding: Encoding,
        *,
        offset: int = 0,
        number: int = 0,
        longest: int,
    ) -> Iterator[Entry]:
        """Yield what lies behind `offset` bytes and `number` lines or elements, in UTF-8.

        UploadEndedError when a table has no header that can be used.
        """
        if self.streamed:
            cut = rows if self.suffix == ".csv" else lines
            return cut(read, offset=offset, number=number, longest=longest, encoding=encoding)
        data = read(0, size)
        found = (elements if self.suffix == ".json" else _whole)(data, encoding)
        return (entry for entry in found if entry.number > number)


_FORMS = (
    Form(".jsonl", parse_line),
    Form(".json", streamed=False, blank="null"),
    Form(".csv"),
    Form(".txt", parse_text_entry, drivers_named_in_text, streamed=False),
)


def form_of(key: str) -> Form:
    """Return the form that the name's end says; UploadEndedError for any other end."""
    name = key.lower()
    found = next((form for form in _FORMS if name.endswith(form.suffix)), None)
    if found is not None:
        return found
    detail = "the name of the file ends in .json, .jsonl, .csv or .txt; "
    if name.endswith(_SHEETS):
        raise UploadEndedError("refused", f"{detail}a spreadsheet is exported as CSV")
    raise UploadEndedError("refused", f"{detail}what is packed is unpacked before it is put")


def _whole(data: bytes, encoding: Encoding) -> Iterator[Entry]:
    """Yield the one entry of a text."""
    plain, readable = as_utf_8(data[len(mark_of(data, encoding)) :], encoding)
    if readable:
        yield Entry(1, 0, len(data), b"" if plain.isspace() else plain)
    else:
        detail = unreadable(unreadable_line(data, encoding), encoding)
        yield Entry(1, 0, len(data), plain, "malformed", detail)
