"""Where in a JSON text each value stands, and which keys it has twice."""

from __future__ import annotations

import json
import re
from typing import Any

Pointer = tuple[int | str, ...]
_BLANK = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


class Positions:
    """Lines (from 1) of all values of a text that is good JSON; a key's line is its value's."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Pointer, int] = {}
        self.twice: list[tuple[Pointer, int]] = []
        self._text = text
        self._value(self._skip(0), ())

    def _value(self, at: int, place: Pointer) -> int:
        """Note the value that begins here; return where it ends."""
        self.lines.setdefault(place, self._line(at))
        if self._text[at] == "{":
            return self._members(at, place)
        if self._text[at] == "[":
            return self._items(at, place)
        return self._scalar(at)[1]

    def _members(self, at: int, place: Pointer) -> int:
        at = self._skip(at + 1)
        while self._text[at] != "}":
            key, end = self._scalar(at)
            inner = (*place, str(key))
            if inner in self.lines:
                self.twice.append((inner, self._line(at)))
            self.lines[inner] = self._line(at)
            at = self._next(self._value(self._skip(self._skip(end) + 1), inner))
        return at + 1

    def _items(self, at: int, place: Pointer) -> int:
        at, number = self._skip(at + 1), 0
        while self._text[at] != "]":
            at = self._next(self._value(at, (*place, number)))
            number += 1
        return at + 1

    def _scalar(self, at: int) -> tuple[Any, int]:
        return _DECODER.raw_decode(self._text, at)

    def _next(self, at: int) -> int:
        """Return where the next member begins, or the bracket that ends them."""
        at = self._skip(at)
        return self._skip(at + 1) if self._text[at] == "," else at

    def _skip(self, at: int) -> int:
        found = _BLANK.match(self._text, at)
        return found.end() if found else at

    def _line(self, at: int) -> int:
        return self._text.count("\n", 0, at) + 1
