"""A trip as it arrives, made into one a poster can be painted of.

A poster needs a city (of `end`, `start` or `via`) and a date (`ended_at`, or `started_at`). What
is decoration (mood, caption, team, weather, distance, time driven, a stop on the way) never
refuses a trip: what is missing or cannot be read of it is assumed, and a warning says so. A
refusal names all faults at once, and never repeats what was sent.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.core.errors import InvalidRequestError, MalformedRequestError, Problem, Warned
from shared.trips.fields import ONCE, Choices, FieldReading, given_twice, no_choices
from shared.trips.labels import field_of, fields_of, with_unit
from shared.trips.model import Trip
from shared.trips.refusals import refusal

_UNREADABLE = object()
_MOST_SAID = 60
_OWN = {*Trip.model_fields, "city", "address", "weather", "driver", "idempotency_key"}


@dataclass(frozen=True)
class ReadTrip:
    """A trip, and what is assumed of it."""

    trip: Trip
    warnings: tuple[Warned, ...] = ()


def read_trip_json(data: bytes, *, choices: Choices = no_choices) -> ReadTrip:
    """Return the trip of a JSON body; InvalidRequestError names everything that is wrong."""
    return read_trip(json_fields(data), choices=choices)


def json_fields(data: bytes) -> object:
    """Return what a JSON body holds; MalformedRequestError when it is not JSON in UTF-8.

    InvalidRequestError names what is there twice: readers differ in which of them counts.
    """
    twice: set[str] = set()

    def told(pairs: list[tuple[str, object]]) -> dict[str, object]:
        counted = Counter(name for name, _ in pairs)
        repeated = (name for name, count in counted.items() if count > 1)
        twice.update(name if name in _OWN else "?" for name in repeated)
        return dict(pairs)

    try:
        fields = json.loads(
            data.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=told
        )
    except (ValueError, RecursionError):
        fields = _UNREADABLE
    if fields is _UNREADABLE:
        # Outside the handler, so that the error does not carry the body with it.
        raise MalformedRequestError("the body is not JSON in UTF-8")
    if twice:
        said = "is given twice; allowed: one value"
        problems = tuple(Problem(f"/{name}", said) for name in sorted(twice))
        raise InvalidRequestError(problems=problems)
    return fields


def trip_of(fields: object) -> Trip:
    """Return the trip of decoded fields, whatever is assumed of it."""
    return read_trip(fields).trip


def read_trip(
    fields: object,
    *,
    choices: Choices = no_choices,
    problems: tuple[Problem, ...] = (),
    warnings: tuple[Warned, ...] = (),
) -> ReadTrip:
    """Return the trip of decoded fields, under their names or the labels of the text form.

    `choices` says what is wrong with vehicle and style, which are looked at also in a trip that is
    refused for something else; `problems` and `warnings` are what reading has brought already.
    Raises InvalidRequestError with all problems, and the warnings.
    """
    reading = FieldReading(choices, problems=list(problems), warnings=list(warnings))
    if not isinstance(fields, dict):
        raise InvalidRequestError(problems=(refusal("", "is not an object"),))
    trip = reading.trip(_named(fields, reading))
    # Kept with the job, whose record has its limits.
    warned = tuple(reading.warnings[:_MOST_SAID])
    if trip is None:
        raise InvalidRequestError(problems=tuple(reading.problems[:_MOST_SAID]), warnings=warned)
    return ReadTrip(trip, warned)


def _named(fields: Mapping[Any, object], reading: FieldReading) -> dict[str, object]:
    """Return the fields by their names; a label that nobody knows is left for the refusal."""
    values: dict[str, object] = {}
    for key, value in fields.items():
        name = key if key in Trip.model_fields else field_of(str(key)) or str(key)
        if name in values and name in ONCE:
            said = "is given twice, under two names; allowed: one value"
            reading.problems.append(Problem(f"/{name}", said))
        elif name in values:
            reading.warnings.append(given_twice(name))
        values.setdefault(name, with_unit(str(key), value))
    named = fields_of(values)
    # In JSON, consent is a boolean.
    strict = isinstance(fields.get("share"), str)
    return {**named, "share": fields["share"]} if strict else named


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
