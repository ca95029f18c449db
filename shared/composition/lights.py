"""Which light a poster asks for: by weather, hour and the sun's height; its side is free.

The photographer walks round the car until the sun is where it is wanted, so left and right are a
choice. What is asked for agrees with the words of the trip's hour and weather.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from shared.trips.facts import TimeOfDay
from shared.trips.weather import Weather

if TYPE_CHECKING:
    from shared.trips.facts import TripFacts

Side = Literal["left", "right"]
_NO_SUN = {Weather.OVERCAST, Weather.RAIN, Weather.FOG, Weather.SAND}
# Below this the sun is low and warm.
_LOW_DEGREES = 15.0
# How the sun stands to the view: from the side and behind the eye, never into the lens.
_AZIMUTHS = {"day_left": 240.0, "day_right": 120.0, "low_left": 250.0, "low_right": 110.0}
_ELEVATIONS = {"day": (_LOW_DEGREES, 75.0), "low": (4.0, _LOW_DEGREES)}


class Sun(NamedTuple):
    """The sun against the picture: degrees clockwise from the view direction, and of height."""

    azimuth_deg: float
    elevation_deg: float


def wanted_lights(
    facts: TripFacts, *, elevation: float, side: Side, lamps: bool
) -> tuple[tuple[str, ...], ...]:
    """Return the lights that suit, the best first; those of a group suit alike, the side aside.

    `elevation` is the sun's, in degrees; `lamps`: the style shows no sun.
    """
    day, low = _both("day", side), _both("low", side)
    soft, dusk = ("overcast",), ("dusk",)
    hour, weather = facts.time_of_day, facts.weather
    if hour is TimeOfDay.NIGHT:
        return (("night",),)
    after_sunset = hour is TimeOfDay.DUSK and (elevation <= 0 or lamps)
    if weather is Weather.SNOW:
        return (dusk, ("snow",), soft) if after_sunset else (("snow",), soft)
    if weather in _NO_SUN:
        return (dusk, soft) if after_sunset else (soft,)
    if after_sunset:
        return dusk, low, soft
    if hour is TimeOfDay.DAY and elevation >= _LOW_DEGREES:
        return day, low, soft
    return (low, day, soft) if hour is TimeOfDay.DAY else (low, soft)


def sun_of(light: str, elevation: float) -> Sun | None:
    """Return where the sun of such a light stands, None for a light without one."""
    if light not in _AZIMUTHS:
        return None
    least, most = _ELEVATIONS[light.partition("_")[0]]
    return Sun(_AZIMUTHS[light], round(min(max(elevation, least), most), 1))


def _both(light: str, side: Side) -> tuple[str, str]:
    other = "right" if side == "left" else "left"
    return f"{light}_{side}", f"{light}_{other}"
