"""What a picture needs to know of a trip, by stated rules; nothing private is in it.

Season: the month of arrival decides, meteorologically (March to May is spring, and so on), all
over the country; how a season looks in a region is the prompt's affair. South of the equator it is
half a year later: January in Sydney is summer.
Weather: the more telling of both places' (sand, snow, rain, fog, overcast, cloudy, clear), clear
where nobody said.
Time of day: the hour of arrival, on whatever day: a poster shows where the trip came to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from pydantic import Field

from shared.core.models import Stored
from shared.trips.abroad import is_southern
from shared.trips.mood import Mood, mood_of
from shared.trips.weather import Weather, most_telling, weather_of

if TYPE_CHECKING:
    from shared.trips.model import Trip


class Season(str, Enum):
    """The season of the date."""

    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"
    WINTER = "winter"


class TimeOfDay(str, Enum):
    """The light: dawn from 5, day from 7, dusk from 17, night from 20 o'clock."""

    DAWN = "dawn"
    DAY = "day"
    DUSK = "dusk"
    NIGHT = "night"


class Occasion(Stored):
    """For what a trip is painted once more: it takes the place of the trip's own season and light.

    `city`, `sight` and `title` are the first poster's, so that the new one shows the same place
    and tells the same story. `variant` names a festival, "" is the season alone. A festival's
    `words` belong into the picture; `signs`: a prompt has at least one of them.
    """

    season: Season
    weather: Weather | None = None
    time_of_day: TimeOfDay | None = None
    month: int = Field(ge=1, le=12)
    variant: str = ""
    words_zh: str = ""
    words_en: str = ""
    signs: tuple[str, ...] = ()
    palette: tuple[str, ...] = ()
    city: str = ""
    sight: str = ""
    title: str = ""


@dataclass(frozen=True)
class TripFacts:
    """All that may leave for the text model, besides the caption."""

    cities: tuple[str, ...]
    destination_city: str
    season: Season
    weather: Weather
    time_of_day: TimeOfDay
    mood: Mood
    month: int
    distance_km: float | None
    driving_hours: float | None
    occasion: Occasion | None = None


def facts_of(trip: Trip) -> TripFacts:
    """Return the facts of a trip; `cities` are those on the way, or the destination's."""
    minutes = trip.driving_minutes
    return TripFacts(
        cities=tuple(dict.fromkeys(trip.via or (trip.end.city,))),
        destination_city=trip.end.city,
        season=season_of(trip.ended_at, southern=is_southern(trip.end.city)),
        weather=_weather(trip),
        time_of_day=time_of_day(trip.ended_at),
        mood=mood_of(trip.mood),
        month=trip.ended_at.month,
        distance_km=trip.distance_km,
        driving_hours=round(minutes / 60, 1) if minutes else None,
    )


def season_of(moment: datetime, *, southern: bool = False) -> Season:
    """Return the meteorological season of the northern or the southern hemisphere."""
    return list(Season)[(moment.month + (3 if southern else -3)) % 12 // 3]


def time_of_day(moment: datetime) -> TimeOfDay:
    """Return the light at that hour."""
    for start, light in ((20, TimeOfDay.NIGHT), (17, TimeOfDay.DUSK), (7, TimeOfDay.DAY)):
        if moment.hour >= start:
            return light
    return TimeOfDay.DAWN if moment.hour >= 5 else TimeOfDay.NIGHT


def _weather(trip: Trip) -> Weather:
    said = [weather_of(place.weather) for place in (trip.start, trip.end) if place]
    return most_telling(*filter(None, said)) if any(said) else Weather.CLEAR
