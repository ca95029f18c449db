"""A trip as it was read, once and at the edge, by `shared.trips.reading`."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, StrictBool, model_validator
from typing_extensions import Self

from shared.core.formats import Format
from shared.core.limits import LONGEST, MOST_CITIES
from shared.core.models import Stored
from shared.trips.amounts import read_kilometres, read_minutes
from shared.trips.cleaning import cleaned
from shared.trips.moments import read_moment
from shared.trips.vehicle import vehicle_fields

_LONGEST_TRIP = timedelta(days=366)


def _text_or_none(value: object) -> object:
    return (cleaned(value) or None) if isinstance(value, str) else value


_Text = BeforeValidator(cleaned)
# `shared.trips.reading` makes cities of what was sent; what is stored stays readable.
City = Annotated[str, Field(min_length=1, max_length=40), _Text]
Moment = Annotated[datetime, BeforeValidator(read_moment)]
Minutes = Annotated[int, BeforeValidator(read_minutes)]
Kilometres = Annotated[float, BeforeValidator(read_kilometres)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]


class Place(Stored):
    """A city and its weather then, "" where nobody said; a street address is long forgotten."""

    city: City
    weather: Annotated[str, Field(max_length=LONGEST["weather"]), _Text] = ""


class Vehicle(Stored):
    """The driver's car, as far as the trip names it; settings fill in the rest."""

    model: Slug | None = None
    generation: Slug | None = None
    paint: Slug | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_words(cls, value: object) -> object:
        return vehicle_fields(value)


class Trip(Stored):
    """What the driver did, as it was read; times in Asia/Shanghai, places are cities.

    What a poster can do without is "" or None where nobody said it, or nobody could read it.
    """

    mood: Annotated[str, Field(max_length=LONGEST["mood"]), _Text] = ""
    # Not in its repr, so that no traceback quotes it; the same for the team.
    caption: Annotated[str, Field(max_length=LONGEST["caption"], repr=False), _Text] = ""
    started_at: Moment | None = None
    ended_at: Moment
    driving_minutes: Minutes | None = None
    distance_km: Kilometres | None = None
    start: Place | None = None
    end: Place
    via: Annotated[tuple[City, ...], Field(max_length=MOST_CITIES)] = ()
    team: Annotated[
        str | None, Field(max_length=LONGEST["team"], repr=False), BeforeValidator(_text_or_none)
    ] = None
    vehicle: Vehicle | None = None
    share: StrictBool = False
    style: Annotated[
        str | None, Field(pattern=r"^[a-z][a-z0-9_-]{1,31}$"), BeforeValidator(_text_or_none)
    ] = None
    format: Format | None = None

    @property
    def is_private(self) -> bool:
        """Say whether the trip carries what somebody wrote, or a team's name."""
        return bool(self.caption or self.team)

    def without_private(self) -> Trip:
        """Return the trip without caption and team, which only the prompt has a use for."""
        return self.model_copy(update={"caption": "", "team": None}) if self.is_private else self

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.started_at is None:
            return self
        if not timedelta(0) < self.ended_at - self.started_at <= _LONGEST_TRIP:
            raise ValueError("must be after started_at, by at most 366 days")
        return self


def canonical_bytes(trip: Trip, style: str) -> bytes:
    """Return the one byte string of a trip and its style, by which a repeated request is known."""
    # Without a format it is what it was before there were formats.
    left_out = {"format"} if trip.format is None else None
    fields = {**trip.model_dump(mode="json", exclude=left_out), "style": style}
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")
