"""A `.json` file: the elements of its list, or its one object, each with where its bytes lie."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from shared.uploads.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

# Only where an element ends is asked here; what it says is read later, and strictly.
_SCANNER = json.JSONDecoder(
    parse_int=lambda _: 0, parse_float=lambda _: 0.0, parse_constant=lambda _: 0.0, strict=False
)
_SPACE = re.compile(r"[ \t\r\n]*")
_BROKEN = (
    "the file is not JSON from here on, so nothing behind it was read; "
    "in a .jsonl file one broken line leaves the others readable"
)


def elements(data: bytes) -> Iterator[Entry]:
    """Yield the elements; null has no data. Where it stops being JSON, one entry says so.

    Bytes that are not UTF-8 are left to whoever reads their element.
    """
    text = data.decode("utf-8", "surrogateescape")
    scan = _Scan(text)
    scan.skip("\ufeff")
    if not scan.skip("["):
        yield scan.element(1, data)
        if not scan.is_over():
            yield scan.broken(2, data)
        return
    if scan.skip("]"):
        if not scan.is_over():
            yield scan.broken(1, data)
        return
    yield from _listed(scan, data)


def _listed(scan: _Scan, data: bytes) -> Iterator[Entry]:
    number = 0
    while True:
        number += 1
        entry = scan.element(number, data)
        yield entry
        if entry.reason:
            return
        if scan.skip("]"):
            number += 1
            if not scan.is_over():
                yield scan.broken(number, data)
            return
        if not scan.skip(","):
            yield scan.broken(number + 1, data)
            return


class _Scan:
    """A place in a text, known in characters and in bytes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = self._byte = 0

    def skip(self, mark: str) -> bool:
        """Step over white space, and over the mark if it comes next."""
        self._to(self._behind_space())
        if not self._text.startswith(mark, self._at):
            return False
        self._to(self._at + len(mark))
        return True

    def is_over(self) -> bool:
        """Say whether only white space is left."""
        return self._behind_space() == len(self._text)

    def element(self, number: int, data: bytes) -> Entry:
        """Step over one JSON value and return it; the rest of the text where there is none."""
        self._to(self._behind_space())
        start = self._byte
        try:
            found, end = _SCANNER.raw_decode(self._text, self._at)
        except (ValueError, RecursionError):
            return self.broken(number, data)
        self._to(end)
        return Entry(number, start, self._byte, b"" if found is None else data[start : self._byte])

    def broken(self, number: int, data: bytes) -> Entry:
        """Return an entry for all that is left, which is no JSON."""
        start = self._byte
        self._to(len(self._text))
        return Entry(number, start, self._byte, data[start:], "malformed", _BROKEN)

    def _behind_space(self) -> int:
        found = _SPACE.match(self._text, self._at)
        return found.end() if found else self._at

    def _to(self, position: int) -> None:
        self._byte += len(self._text[self._at : position].encode("utf-8", "surrogateescape"))
        self._at = position
