"""How high the sun stands, from date, hour and place."""

from __future__ import annotations

import math
from datetime import timezone
from typing import TYPE_CHECKING

from shared.trips.abroad import abroad
from shared.trips.places import division

if TYPE_CHECKING:
    from datetime import datetime

# Capitals of provinces, (latitude north, longitude east) in degrees; the sun is no more than a few
# degrees off anywhere else in them.
_CAPITALS = {
    "北京市": (39.9, 116.4), "天津市": (39.1, 117.2), "河北省": (38.0, 114.5),
    "山西省": (37.9, 112.5), "内蒙古自治区": (40.8, 111.7), "辽宁省": (41.8, 123.4),
    "吉林省": (43.9, 125.3), "黑龙江省": (45.8, 126.5), "上海市": (31.2, 121.5),
    "江苏省": (32.1, 118.8), "浙江省": (30.3, 120.2), "安徽省": (31.8, 117.2),
    "福建省": (26.1, 119.3), "江西省": (28.7, 115.9), "山东省": (36.7, 117.0),
    "河南省": (34.7, 113.6), "湖北省": (30.6, 114.3), "湖南省": (28.2, 113.0),
    "广东省": (23.1, 113.3), "广西壮族自治区": (22.8, 108.4), "海南省": (20.0, 110.3),
    "重庆市": (29.6, 106.5), "四川省": (30.7, 104.1), "贵州省": (26.6, 106.7),
    "云南省": (25.0, 102.7), "西藏自治区": (29.7, 91.1), "陕西省": (34.3, 108.9),
    "甘肃省": (36.1, 103.8), "青海省": (36.6, 101.8), "宁夏回族自治区": (38.5, 106.3),
    "新疆维吾尔自治区": (43.8, 87.6), "台湾省": (25.0, 121.5),
    "香港特别行政区": (22.3, 114.2), "澳门特别行政区": (22.2, 113.5),
}  # fmt: skip
_MIDDLE_OF_CHINA = (34.0, 110.0)
# The meridian of the trips' clock: abroad, the hour that a trip names is taken for the place's own.
_CLOCK_MERIDIAN = 120.0


def sun_at(moment: datetime, city: str) -> float:
    """Return the sun's elevation in degrees, seen from a city as `city_of` names it."""
    place = division(city)
    if place is not None:
        latitude, longitude = _CAPITALS.get(place.province, _MIDDLE_OF_CHINA)
    else:
        found = abroad(city)
        latitude, longitude = (
            (found.latitude, _CLOCK_MERIDIAN) if found is not None else _MIDDLE_OF_CHINA
        )
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
    height = math.sin(here) * math.sin(declination) + math.cos(here) * math.cos(
        declination
    ) * math.cos(hour_angle)
    return math.degrees(math.asin(max(-1.0, min(1.0, height))))
