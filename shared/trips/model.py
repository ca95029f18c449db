"""A trip, parsed once at the edge. What it refuses it names, and never repeats."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    ValidationError,
    field_validator,
    model_validator,
)

from shared.errors import InvalidRequestError, MalformedRequestError
from shared.trips.amounts import read_kilometres, read_minutes
from shared.trips.cities import city_of
from shared.trips.cleaning import cleaned
from shared.trips.moments import read_moment
from shared.trips.refusals import problems_of
from shared.trips.script import simplified
from shared.trips.vehicle import vehicle_fields
from shared.trips.weather import weather_of

if TYPE_CHECKING:
    from typing_extensions import Self

_UNREADABLE = object()
_LONGEST_TRIP = timedelta(days=366)


def _city(value: object) -> str:
    city = city_of(cleaned(value))
    if city is None:
        msg = "names no city"
        raise ValueError(msg)
    return city


def _weather(value: object) -> str:
    weather = simplified(cleaned(value))
    if weather_of(weather) is None:
        msg = "is not a weather this service knows"
        raise ValueError(msg)
    return weather


def _text_or_none(value: object) -> object:
    return (cleaned(value) or None) if isinstance(value, str) else value


_Text = BeforeValidator(cleaned)
City = Annotated[str, BeforeValidator(_city)]
WeatherText = Annotated[str, Field(max_length=20), BeforeValidator(_weather)]
Moment = Annotated[datetime, BeforeValidator(read_moment)]
Minutes = Annotated[int, BeforeValidator(read_minutes)]
Kilometres = Annotated[
    float, Field(gt=0, le=100_000, allow_inf_nan=False), BeforeValidator(read_kilometres)
]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True, defer_build=True, extra="forbid", hide_input_in_errors=True
    )


class Place(_Frozen):
    """A city and its weather then. A street address is cut to the city and forgotten."""

    city: City
    weather: WeatherText

    @model_validator(mode="before")
    @classmethod
    def _take_address(cls, value: object) -> object:
        if isinstance(value, dict) and "address" in value and "city" not in value:
            return {"city" if key == "address" else key: given for key, given in value.items()}
        return value


class Vehicle(_Frozen):
    """The driver's car, as far as the trip names it; settings fill in the rest."""

    model: Slug | None = None
    generation: Slug | None = None
    paint: Slug | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_words(cls, value: object) -> object:
        return vehicle_fields(value)


class Trip(_Frozen):
    """What the driver did, as the app sends it; times in Asia/Shanghai, places are cities."""

    mood: Annotated[str, Field(min_length=1, max_length=16), _Text]
    # Not in its repr, so that no traceback quotes it; the same for the team.
    caption: Annotated[str, Field(max_length=200, repr=False), _Text] = ""
    started_at: Moment
    ended_at: Moment
    driving_minutes: Minutes
    distance_km: Kilometres
    start: Place
    end: Place
    via: Annotated[tuple[City, ...], Field(max_length=30)] = ()
    team: Annotated[
        str | None, Field(max_length=60, repr=False), BeforeValidator(_text_or_none)
    ] = None
    vehicle: Vehicle | None = None
    share: StrictBool = False
    style: Annotated[
        str | None, Field(pattern=r"^[a-z][a-z0-9_-]{1,31}$"), BeforeValidator(_text_or_none)
    ] = None

    @property
    def is_private(self) -> bool:
        """Say whether the trip carries what somebody wrote, or a team's name."""
        return bool(self.caption or self.team)

    def without_private(self) -> Trip:
        """Return the trip without caption and team, which only the prompt has a use for."""
        return self.model_copy(update={"caption": "", "team": None}) if self.is_private else self

    @field_validator("via", mode="before")
    @classmethod
    def _null_is_none(cls, value: object) -> object:
        return () if value is None else value

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if not timedelta(0) < self.ended_at - self.started_at <= _LONGEST_TRIP:
            msg = "must be after started_at, by at most 366 days"
            raise ValueError(msg)
        return self


def parse_trip_json(data: bytes) -> Trip:
    """Return the trip of a JSON body; InvalidRequestError names every field that is wrong."""
    return trip_of(json_fields(data))


def json_fields(data: bytes) -> object:
    """Return what a JSON body holds; MalformedRequestError when it is not JSON in UTF-8."""
    try:
        fields = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        fields = _UNREADABLE
    if fields is _UNREADABLE:
        # Outside the handler, so that the error does not carry the body with it.
        msg = "the body is not JSON in UTF-8"
        raise MalformedRequestError(msg)
    return fields


def trip_of(fields: object) -> Trip:
    """Return the trip of decoded fields; InvalidRequestError names every field that is wrong."""
    try:
        return Trip.model_validate(fields)
    except ValidationError as error:
        # Neither chained nor quoted: the original carries what was sent.
        problems = problems_of(_reports(error))
    raise InvalidRequestError(problems=problems)


def _reports(error: ValidationError) -> list[dict[str, Any]]:
    reports = error.errors(include_url=False, include_input=False, include_context=False)
    return [dict(report) for report in reports]


def _no_constant(name: str) -> float:
    msg = f"{name} is not JSON"
    raise ValueError(msg)
