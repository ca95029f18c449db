"""A line of a `.jsonl`, an element of a `.json`, or a whole `.txt`: who, which key, what trip."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared import naming
from shared.errors import InvalidRequestError, MalformedRequestError, Problem, Warned
from shared.trips.reading import json_fields, read_trip
from shared.trips.text_form import read_trip_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.trips.model import Trip

# For what is no JSON and yet may say whose it is.
_DRIVER_FIELD = re.compile(rb'"driver"\s*:\s*("(?:[^"\\]|\\.){0,1024}")')
_TEXT_DRIVER = re.compile(
    r"^[^\w\r\n]*(?:driver|司机|司機|驾驶员|駕駛員)[ \t]*[:：]([^\r\n]*)\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_TEXT_KEY = re.compile(
    r"^[^\w\r\n]*idempotency[_ -]?key[ \t]*[:：]([^\r\n]*)\r?$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class Entry:
    """A part of an upload: its number from 1, its bytes and where they lie.

    `reason` (a stable code) and `detail` say why it cannot be read at all.
    """

    number: int
    start: int
    stop: int
    data: bytes
    reason: str = ""
    detail: str = ""

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


def parse_json_entry(data: bytes) -> UploadedTrip:
    """Return what a JSON object says; InvalidRequestError names every field that is wrong."""
    fields = json_fields(data)
    if not isinstance(fields, dict):
        read_trip(fields)
        raise MalformedRequestError("not an object")  # pragma: no cover - read_trip has raised
    driver, key, problems = _names(fields.pop("driver", None), fields.pop("idempotency_key", None))
    try:
        read = read_trip(fields)
    except InvalidRequestError as error:
        problems += error.problems
    if problems:
        raise InvalidRequestError(problems=problems)
    return UploadedTrip(driver, key, read.trip, read.warnings)


def parse_text_entry(data: bytes) -> UploadedTrip:
    """Return what the text form says, with a line for the driver and perhaps one for the key."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = None
    if text is None:
        raise MalformedRequestError("the text is not UTF-8")
    drivers, keys = _TEXT_DRIVER.findall(text), _TEXT_KEY.findall(text)
    given = (found[0].strip() if found else None for found in (drivers, keys))
    driver, key, problems = _names(*given)
    if len(drivers) > 1 or len(keys) > 1:
        problems += (Problem("/driver", "a file holds one trip of one driver"),)
    try:
        # The lines stay, empty, so that the others keep their numbers.
        read = read_trip_text(_TEXT_KEY.sub("", _TEXT_DRIVER.sub("", text)))
    except InvalidRequestError as error:
        problems += error.problems
    if problems:
        raise InvalidRequestError(problems=problems)
    return UploadedTrip(driver, key, read.trip, read.warnings)


def drivers_named(data: bytes) -> set[str]:
    """Return whom an entry names, also one that is no good otherwise, or names several."""
    found = [_decoded(match[1]) for match in _DRIVER_FIELD.finditer(data)]
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        fields = None
    return _those([*found, fields.get("driver") if isinstance(fields, dict) else None])


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


def _names(driver: object, key: object) -> tuple[str, str | None, tuple[Problem, ...]]:
    """Return both in the form that names have, and what is wrong with them."""
    problems: tuple[Problem, ...] = ()
    named = naming.name_of(driver)
    if named is None:
        reason = "is required" if driver is None else "is not acceptable"
        problems = (Problem("/driver", f"{reason}; allowed: {naming.RULE}"),)
    found = naming.name_of(key)
    if key is not None and found is None:
        problems = (*problems, Problem("/idempotency_key", naming.RULE))
    return named or "", found, problems
