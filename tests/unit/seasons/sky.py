"""Support: solar terms and lunar dates reckoned from the sun and the moon, for UTC+8.

Formulas of low precision after Jean Meeus, Astronomical Algorithms, chapters 25 (the sun's apparent
longitude, 0.01 degrees: a quarter of an hour) and 49 (new moons, within minutes); the rules of the
months are those of GB/T 33661-2017: the eleventh holds the winter solstice, and of thirteen months
between two of them the first without a principal term is the leap month.
"""

from __future__ import annotations

import functools
from datetime import date, datetime, timedelta, timezone
from math import cos, radians, sin

SHANGHAI = timezone(timedelta(hours=8))
_J2000 = datetime(2000, 1, 1, 12, tzinfo=timezone.utc)
# Terrestrial time is ahead of UTC by about so much in these years.
_DELTA_T = timedelta(seconds=70)


def term(year: int, degrees: int) -> datetime:
    """Return when the sun reaches a longitude in that year; 315 is 立春."""
    # 280 degrees on 1 January; about 0.9856 a day.
    moment = datetime(year, 1, 1, tzinfo=timezone.utc) + timedelta((degrees - 280) % 360 / 0.98565)
    for _ in range(5):
        off = (degrees - _sun(moment) + 180) % 360 - 180
        moment += timedelta(off / 0.98565)
    return moment.astimezone(SHANGHAI)


def lunar(year: int, month: int, day: int) -> date:
    """Return the day of a lunar date of no leap month."""
    return _months(year)[month] + timedelta(day - 1)


@functools.cache
def _months(year: int) -> dict[int, date]:
    """Return the first days of the months 1 to 10 of a lunar year, leap months left out."""
    first = _month_of(term(year - 1, 270).date())
    last = _month_of(term(year, 270).date())
    starts = [first]
    while starts[-1] < last:
        starts.append(_month_of(starts[-1] + timedelta(32)))
    leap = len(starts) == 14
    number, found = 11, {11: starts[0]}
    for start, following in zip(starts[1:], [*starts[2:], None], strict=True):
        if leap and following is not None and not _has_principal_term(start, following):
            leap = False
            continue
        number = number % 12 + 1
        found[number] = start
    return {name: start for name, start in found.items() if name <= 10}


def _has_principal_term(start: date, following: date) -> bool:
    terms = [term(year, 30 * n).date() for year in (start.year, following.year) for n in range(12)]
    return any(start <= day < following for day in terms)


def _month_of(day: date) -> date:
    """Return the first day of the lunar month that a day is in."""
    k = round((day - date(2000, 1, 6)).days / 29.530588861) + 2
    while (start := _new_moon(k).date()) > day:
        k -= 1
    return start


def _sun(moment: datetime) -> float:
    t = (moment + _DELTA_T - _J2000) / timedelta(36525)
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t * t
    anomaly = radians(357.52911 + 35999.05029 * t)
    centre = (
        (1.914602 - 0.004817 * t) * sin(anomaly)
        + (0.019993 - 0.000101 * t) * sin(2 * anomaly)
        + 0.000289 * sin(3 * anomaly)
    )
    node = radians(125.04 - 1934.136 * t)
    return (mean + centre - 0.00569 - 0.00478 * sin(node)) % 360


def _new_moon(k: int) -> datetime:
    t = k / 1236.85
    days = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t - 2451545.0
    e = 1 - 0.002516 * t
    m = radians(2.5534 + 29.1053567 * k)
    n = radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t)
    f = radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t)
    o = radians(124.7746 - 1.56375588 * k + 0.0020672 * t * t)
    days += (
        -0.40720 * sin(n) + 0.17241 * e * sin(m) + 0.01608 * sin(2 * n) + 0.01039 * sin(2 * f)
        + 0.00739 * e * sin(n - m) - 0.00514 * e * sin(n + m) + 0.00208 * e * e * sin(2 * m)
        - 0.00111 * sin(n - 2 * f) - 0.00057 * sin(n + 2 * f) + 0.00056 * e * sin(2 * n + m)
        - 0.00042 * sin(3 * n) + 0.00042 * e * sin(m + 2 * f) + 0.00038 * e * sin(m - 2 * f)
        - 0.00024 * e * sin(2 * n - m) - 0.00017 * sin(o) - 0.00007 * sin(n + 2 * m)
        + 0.00004 * sin(2 * n - 2 * f) + 0.00004 * sin(3 * m) - 0.00003 * cos(0)
    )  # fmt: skip
    return (_J2000 + timedelta(days) - _DELTA_T).astimezone(SHANGHAI)
