"""How high the sun stands, from date, hour and place."""

from __future__ import annotations

import math
from datetime import datetime, timezone

from shared.core.tables import table
from shared.trips.abroad import abroad
from shared.trips.places import division

# `capitals.json` has those of provinces, (latitude north, longitude east) in degrees; the sun is no
# more than a few degrees off anywhere else in them.
_MIDDLE_OF_CHINA = (34.0, 110.0)
# The meridian of the trips' clock: abroad, the hour that a trip names is taken for the place's own.
_CLOCK_MERIDIAN = 120.0


def sun_at(moment: datetime, city: str) -> float:
    """Return the sun's elevation in degrees, seen from a city as `city_of` names it."""
    if place := division(city):
        latitude, longitude = table(__file__, "capitals").get(place.province, _MIDDLE_OF_CHINA)
    elif found := abroad(city):
        latitude, longitude = found.latitude, _CLOCK_MERIDIAN
    else:
        latitude, longitude = _MIDDLE_OF_CHINA
    return sun_elevation(moment, latitude, longitude)


def sun_elevation(moment: datetime, latitude: float, longitude: float) -> float:
    """Return the sun's elevation in degrees, to about half a degree; north and east are positive.

    After NOAA's general solar position equations (gml.noaa.gov/grad/solcalc/solareqns.PDF):
    Fourier series of declination and equation of time by the fractional year. Refraction is left
    out.
    """
    utc = moment.astimezone(timezone.utc)
    hours = utc.hour + utc.minute / 60 + utc.second / 3600
    year = 2 * math.pi / 365 * (utc.timetuple().tm_yday - 1 + (hours - 12) / 24)
    minutes = 229.18 * (
        0.000075
        + 0.001868 * math.cos(year)
        - 0.032077 * math.sin(year)
        - 0.014615 * math.cos(2 * year)
        - 0.040849 * math.sin(2 * year)
    )
    declination = (
        0.006918
        - 0.399912 * math.cos(year)
        + 0.070257 * math.sin(year)
        - 0.006758 * math.cos(2 * year)
        + 0.000907 * math.sin(2 * year)
        - 0.002697 * math.cos(3 * year)
        + 0.00148 * math.sin(3 * year)
    )
    hour_angle = math.radians((hours * 60 + minutes + 4 * longitude) / 4 - 180)
    here = math.radians(latitude)
    height = math.sin(here) * math.sin(declination)
    height += math.cos(here) * math.cos(declination) * math.cos(hour_angle)
    return math.degrees(math.asin(max(-1.0, min(1.0, height))))
