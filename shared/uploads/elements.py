"""A `.json` file: the elements of its list, or its one object, each with where its bytes lie."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator

from shared.trips.encodings import (
    Encoding,
    as_utf_8,
    keep_unreadable,
    mark_of,
    size_of,
    unreadable_line,
)
from shared.uploads.entry import Entry
from shared.uploads.lines import unreadable

# Only where an element ends is asked here; what it says is read later, and strictly.
_SCANNER = json.JSONDecoder(
    parse_int=lambda _: 0, parse_float=lambda _: 0.0, parse_constant=lambda _: 0.0, strict=False
)
_SPACE = re.compile(r"[ \t\r\n]*")
_BROKEN = (
    "the file is not JSON from here on, so nothing behind it was read; "
    "in a .jsonl file one broken line leaves the others readable"
)


def elements(data: bytes, encoding: Encoding = "utf-8") -> Iterator[Entry]:
    """Yield the elements, in UTF-8; null has no data. Where it stops being JSON, one entry says so.

    An element with bytes that cannot be read says in which line of the file they are.
    """
    scan = _Scan(data, encoding)
    if not scan.skip("["):
        yield scan.element(1)
        yield from scan.rest(2)
    elif scan.skip("]"):
        yield from scan.rest(1)
    else:
        yield from _listed(scan)


def _listed(scan: _Scan) -> Iterator[Entry]:
    for number in itertools.count(1):
        entry = scan.element(number)
        yield entry
        if entry.detail == _BROKEN:
            return
        if scan.skip("]"):
            yield from scan.rest(number + 1)
            return
        if not scan.skip(","):
            yield scan.broken(number + 1)
            return


class _Scan:
    """A place in a file, known in characters and in bytes."""

    def __init__(self, data: bytes, encoding: Encoding) -> None:
        self._data, self._encoding = data, encoding
        self._text = keep_unreadable(data, encoding)
        self._at = self._byte = 0
        self._line = 1
        if mark_of(data, encoding):
            self._to(1)

    def skip(self, mark: str) -> bool:
        """Step over white space, and over the mark if it comes next."""
        self._to(self._behind_space())
        if not self._text.startswith(mark, self._at):
            return False
        self._to(self._at + len(mark))
        return True

    def rest(self, number: int) -> Iterator[Entry]:
        """Yield an entry for what is left, nothing where that is only white space."""
        if self._behind_space() < len(self._text):
            yield self.broken(number)

    def element(self, number: int) -> Entry:
        """Step over one JSON value and return it; the rest of the text where there is none."""
        self._to(self._behind_space())
        start, line = self._byte, self._line
        try:
            found, end = _SCANNER.raw_decode(self._text, self._at)
        except (ValueError, RecursionError):
            return self.broken(number)
        self._to(end)
        if found is None:
            return Entry(number, start, self._byte, b"")
        plain, readable = as_utf_8(self._data[start : self._byte], self._encoding)
        if readable:
            return Entry(number, start, self._byte, plain)
        line += unreadable_line(self._data[start : self._byte], self._encoding) - 1
        return Entry(
            number, start, self._byte, plain, "malformed", unreadable(line, self._encoding)
        )

    def broken(self, number: int) -> Entry:
        """Return an entry for all that is left, which is no JSON."""
        start = self._byte
        self._to(len(self._text))
        plain, _ = as_utf_8(self._data[start:], self._encoding)
        return Entry(number, start, self._byte, plain, "malformed", _BROKEN)

    def _behind_space(self) -> int:
        found = _SPACE.match(self._text, self._at)
        return found.end() if found else self._at

    def _to(self, position: int) -> None:
        passed = self._text[self._at : position]
        self._byte += size_of(passed, self._encoding)
        self._line += passed.count("\n")
        self._at = position
