"""A line of a `.jsonl`, an element of a `.json`, or a whole `.txt`: who, which key, what trip."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.core import naming
from shared.core.errors import InvalidRequestError, MalformedRequestError, Problem, Warned, together
from shared.trips.encodings import read_text
from shared.trips.fields import Choices, no_choices
from shared.trips.reading import ReadTrip, json_fields, read_trip
from shared.trips.text_form import read_trip_text

if TYPE_CHECKING:
    from shared.trips.model import Trip

_DRIVER = ("driver", "司机", "司機", "驾驶员", "駕駛員")
_KEY = (
    "idempotency_key",
    "idempotencykey",
    "idempotency key",
    "idempotency-key",
    "幂等键",
    "冪等鍵",
)
_NAMES = {**dict.fromkeys(_DRIVER, "driver"), **dict.fromkeys(_KEY, "idempotency_key")}
_REMARK = re.compile(r"[(（\[【].*?[)）\]】]")
_LONGEST_LABEL = 40
_CELLS = re.compile(rb"[,;\t]")
_A_TABLE = (
    "the line is not JSON but looks like the row of a table; "
    "the name of a table ends in .csv, that of a file with a JSON object a line in .jsonl"
)
# For what is no JSON and yet may say whose it is.
_DRIVER_FIELD = re.compile(
    f'"(?:{"|".join(_DRIVER)})"'.encode() + rb'\s*:\s*("(?:[^"\\]|\\.){0,1024}")', re.IGNORECASE
)


def _labelled(labels: tuple[str, ...]) -> re.Pattern[str]:
    pattern = rf"^[^\w\r\n]*(?:{'|'.join(labels)})[ \t]*[:：]([^\r\n]*)\r?$"
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


_TEXT_DRIVER, _TEXT_KEY = _labelled(_DRIVER), _labelled(_KEY)


@dataclass(frozen=True)
class Entry:
    """A part of an upload: its number from 1, what it says in UTF-8 and where its bytes lie.

    `reason` (a stable code) and `detail` say why it cannot be read at all. The row of a table may
    have several `lines`, of which the number is the first one's.
    """

    number: int
    start: int
    stop: int
    data: bytes
    reason: str = ""
    detail: str = ""
    lines: int = 1

    @property
    def last(self) -> int:
        """Return the number of its last line."""
        return self.number + self.lines - 1

    @property
    def is_blank(self) -> bool:
        """Say whether there is nothing in it."""
        return not self.data and not self.reason


@dataclass(frozen=True)
class UploadedTrip:
    """What an entry says, checked."""

    driver: str
    idempotency_key: str | None
    trip: Trip
    warnings: tuple[Warned, ...] = ()


def name_labelled(label: str) -> str:
    """Return which of `driver` and `idempotency_key` a label means, "" for none of them."""
    if len(label) > _LONGEST_LABEL:
        return ""
    return _NAMES.get(_REMARK.sub("", label).strip().lower(), "")


def parse_json_entry(data: bytes, choices: Choices = no_choices) -> UploadedTrip:
    """Return what a JSON object says; InvalidRequestError names everything that is wrong."""
    fields = json_fields(data)
    if not isinstance(fields, dict):
        read_trip(fields)
        raise MalformedRequestError("not an object")  # pragma: no cover - read_trip has raised
    drivers, keys = _taken(fields, "driver"), _taken(fields, "idempotency_key")
    return _checked(drivers, keys, lambda: read_trip(fields, choices=choices))


def parse_line(data: bytes, choices: Choices = no_choices) -> UploadedTrip:
    """Return what a line of JSON says, like `parse_json_entry`; a row of a table is told so."""
    try:
        return parse_json_entry(data, choices)
    except MalformedRequestError:
        if b"{" in data or not _CELLS.search(data):
            raise
    # Outside the handler, so that the error does not carry the line with it.
    raise MalformedRequestError(_A_TABLE)


def parse_text_entry(data: bytes, choices: Choices = no_choices) -> UploadedTrip:
    """Return what the text form says, with a line for the driver and perhaps one for the key."""
    text = read_text(data, "utf-8")
    found = (label.findall(text) for label in (_TEXT_DRIVER, _TEXT_KEY))
    drivers, keys = ([each.strip() for each in given] for given in found)
    # The lines stay, empty, so that the others keep their numbers.
    bare = _TEXT_KEY.sub("", _TEXT_DRIVER.sub("", text))
    return _checked(drivers, keys, lambda: read_trip_text(bare, choices=choices))


def _checked(
    drivers: Sequence[object], keys: Sequence[object], read: Callable[[], ReadTrip]
) -> UploadedTrip:
    (driver, key), found = together(lambda: _names(drivers, keys), read)
    return UploadedTrip(driver, key, found.trip, found.warnings)


def drivers_named(data: bytes) -> set[str]:
    """Return whom an entry names, also one that is no good otherwise, or names several."""
    found = [_decoded(match[1]) for match in _DRIVER_FIELD.finditer(data)]
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        fields = None
    return _those([*found, *(_taken(fields, "driver") if isinstance(fields, dict) else ())])


def drivers_named_in_text(data: bytes) -> set[str]:
    """Return whom a text names, also one that is no good otherwise."""
    return _those(_TEXT_DRIVER.findall(data.decode("utf-8-sig", "replace")))


def _those(found: Iterable[object]) -> set[str]:
    # What has spaces around it is refused as a name, and whose it is can be told all the same.
    names = (naming.name_of(each.strip()) for each in found if isinstance(each, str))
    return {name for name in names if name is not None}


def _decoded(quoted: bytes) -> object:
    try:
        return json.loads(quoted)
    except ValueError:
        return None


def _taken(fields: dict[str, object], name: str) -> list[object]:
    return [fields.pop(label) for label in list(fields) if name_labelled(label) == name]


def _names(drivers: Sequence[object], keys: Sequence[object]) -> tuple[str, str | None]:
    """Return both in the form that names have; InvalidRequestError says what is wrong with them."""
    driver, key = (found[0] if found else None for found in (drivers, keys))
    problems = []
    named, named_key = naming.name_of(driver), naming.name_of(key)
    if named is None:
        reason = "is required" if driver is None else "is not acceptable"
        problems.append(Problem("/driver", f"{reason}; allowed: {naming.RULE}"))
    elif len(drivers) > 1 or len(keys) > 1:
        problems.append(Problem("/driver", "one trip is of one driver, with at most one key"))
    if key is not None and named_key is None:
        problems.append(Problem("/idempotency_key", naming.RULE))
    if problems or named is None:
        raise InvalidRequestError(problems=tuple(problems))
    return named, named_key
