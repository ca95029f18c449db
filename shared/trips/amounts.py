"""Durations and distances as apps and people write them.

A number with one unit, or several units in falling order (14小时28分, 600公里500米), in digits or
Chinese numerals, with words around that change nothing (约, 共, 左右). 1,234 has thousands, 645,4 a
decimal comma, 1.234,5 both. isodate reads the durations of ISO 8601; it is right but for years
and months, which are no length of time and are refused (aniso8601 takes them for 365 and 30 days).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from shared.core.limits import MOST_KILOMETRES, MOST_MINUTES
from shared.trips.numerals import in_digits
from shared.trips.script import plain

_SECONDS = {
    "周 星期 week weeks w": "604800",
    "天 日 day days d": "86400",
    "小时 钟头 钟 时 hour hours hr hrs h": "3600",
    "刻钟 刻": "900",
    "分钟 分 minute minutes min mins m": "60",
    "秒钟 秒 second seconds sec secs s": "1",
    "毫秒 millisecond milliseconds ms": "0.001",
}
# 里 is the 市里 of 500 m: on the road nobody means anything else by it.
_KILOMETRES = {
    "英里 哩 mile miles mi": "1.609344",
    "公里 千米 kilometer kilometers kilometre kilometres km kms": "1",
    "华里 市里 里": "0.5",
    "公尺 米 meter meters metre metres m": "0.001",
}
_NUMBER = (
    r"(?P<number>[1-9]\d{0,2}(?:[, ]\d{3})+(?:\.\d+)?(?![\d,])"
    r"|[1-9]\d{0,2}(?:\.\d{3})+,\d+|\d+(?:[.,]\d+)?)"
)
_TIMES = {"百": 100, "千": 1000, "万": 10_000}
_BEFORE = re.compile(
    r"^(?:(?:总共|总计|共计|合计|一共|累计|全程|总|共|大约|大概|约|将近|接近|近|差不多"
    r"|about|around|approximately|approx\.?|circa|ca\.|total|[~≈])\s?:?\s?){1,3}"
)
_AFTER = re.compile(r"\s?(?:左右|上下|in total|total|\([^()]{1,20}\))$")
_VAGUE = re.compile(r"(?<=[\d个])\s?[多余几]\s?(?=\D)")
_CLOCK = re.compile(
    r"(?:(\d{1,3})\s?(?:天|days?|d)[\s,]*)?(\d{1,4}):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,9})?)?",
    re.ASCII,
)
_LONGEST = 60
_NO_DURATION = "is not a duration in minutes"
_NO_DISTANCE = "is not a number of kilometres"


def read_minutes(value: object) -> int:
    """Return whole minutes (1 to a year's) of minutes as a number, or of words with units.

    14:28 is hours and minutes. Seconds are rounded to the nearest minute, but never to none.
    ValueError, without the value, for anything else.
    """
    if isinstance(value, str):
        value = _minutes_of(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_MINUTES:
        raise ValueError(_NO_DURATION)
    return value


def read_kilometres(value: object) -> float:
    """Return kilometres above 0, at most 100,000, of kilometres as a number or of words with units.

    What is not in kilometres is rounded to the metre. ValueError, without the value, otherwise.
    """
    if isinstance(value, str):
        value = _kilometres_of(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(_NO_DISTANCE)
    if not 0 < value <= MOST_KILOMETRES or math.isnan(value):
        raise ValueError(_NO_DISTANCE)
    return float(value)


def _minutes_of(text: str) -> int | None:
    exact = _exact(text)
    if exact is None:
        return None
    if re.fullmatch(r"\d{1,6}(?:\.0+)?", exact, re.ASCII):
        return int(exact.split(".")[0])
    seconds = _iso(exact) if exact.startswith("p") else _clock(exact)
    if seconds is None:
        seconds = _sum(exact, "seconds")
    if not seconds or not 0 < seconds <= MOST_MINUTES * 60:
        return None
    return max(1, int((seconds / 60).to_integral_value(ROUND_HALF_UP)))


def _kilometres_of(text: str) -> float | None:
    exact = _exact(text)
    if exact is None:
        return None
    bare = re.fullmatch(_NUMBER, exact, re.ASCII)
    kilometres = _decimal(exact) if bare else _sum(exact, "kilometres")
    if kilometres is None or kilometres > MOST_KILOMETRES:
        return None
    return float(round(kilometres, 3))


def _exact(text: str) -> str | None:
    """Return the text in digits without what only decorates it; None if it is too long."""
    if len(text) > _LONGEST:
        return None
    exact = in_digits(plain(text), decimals=True)
    exact = _VAGUE.sub("", _AFTER.sub("", _BEFORE.sub("", exact)))
    exact = re.sub(r"(?<=\d)\s?个半", ".5", exact)
    # Half a day is no measure of driving, and 两小时半 has its half behind.
    exact = re.sub(r"半个?(?=小时|钟|公里|英里|千米|里)|\bhalf (?:an? )?", "0.5", exact)
    exact = re.sub(r"\s?and a half$", "半", exact)
    return re.sub(r"\ban? (?=[a-z])", "1 ", exact)


def _iso(exact: str) -> Decimal | None:
    from datetime import timedelta

    import isodate

    try:
        found = isodate.parse_duration(exact.upper())
    except (ValueError, ArithmeticError):
        return None
    return Decimal(str(found.total_seconds())) if isinstance(found, timedelta) else None


def _clock(exact: str) -> Decimal | None:
    match = _CLOCK.fullmatch(exact)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return Decimal(((days * 24 + hours) * 60 + minutes) * 60 + seconds)


def _sum(exact: str, kind: str) -> Decimal | None:
    """Return the sum of the parts of 「2天3小时」 in the kind's unit; None for other texts."""
    total, last = Decimal(0), Decimal("Infinity")
    for number, unit in _parts(exact, kind):
        if unit is None or unit >= last:
            return None
        total, last = total + number * unit, unit
    return total if last.is_finite() else None


def _parts(exact: str, kind: str) -> Iterator[tuple[Decimal, Decimal | None]]:
    """Yield numbers with their units; None for the unit of what cannot be read."""
    units, pattern = _units(kind)
    at, unit = 0, None
    while at < len(exact):
        match = pattern.match(exact, at)
        if match is None:
            yield _left_over(exact[at:], unit, kind)
            return
        unit = units[match["unit"]]
        number = _decimal(match["number"]) * _TIMES.get(match["times"], 1)
        yield number + (Decimal("0.5") if match["half"] else 0), unit
        at = match.end()


def _left_over(text: str, unit: Decimal | None, kind: str) -> tuple[Decimal, Decimal | None]:
    """Read the 28 of 「14小时28」 and 1h30: minutes behind hours, seconds behind minutes."""
    if kind == "seconds" and unit in {3600, 60} and re.fullmatch(r"[0-5]?\d", text, re.ASCII):
        return Decimal(text), unit / 60
    return Decimal(0), None


@lru_cache
def _units(kind: str) -> tuple[Mapping[str, Decimal], re.Pattern[str]]:
    table = _SECONDS if kind == "seconds" else _KILOMETRES
    units = {name: Decimal(size) for names, size in table.items() for name in names.split()}
    names = "|".join(sorted(units, key=len, reverse=True))
    pattern = (
        rf"{_NUMBER}\s?(?P<times>[百千万])??\s?个?(?P<unit>{names})(?![a-z])\.?(?P<half>半)?"
        r"(?:[\s,、]|and\b|又)*"
    )
    return units, re.compile(pattern, re.ASCII)


def _decimal(text: str) -> Decimal:
    """Return the number; a comma before three digits is for thousands, else it is the decimal."""
    if re.fullmatch(r"[1-9]\d{0,2}(?:[, ]\d{3})+(?:\.\d+)?", text, re.ASCII):
        return Decimal(re.sub(r"[, ]", "", text))
    return Decimal(text.replace(".", "").replace(",", ".") if "," in text else text)
