"""Times and durations as apps and people write them; Asia/Shanghai where no zone is given."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from shared.trips.script import simplified

# China has had one zone and no summer time since 1991; a fixed offset needs no zone database.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_MINUTES = 60 * 24 * 366

_DATE = r"(?P<year>\d{4})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})(?:日|号)?"
_CLOCK = r"(?P<hour>\d{1,2})\s?[:时点]\s?(?P<minute>\d{1,2})?(?::(?P<second>\d{1,2})(?:\.\d+)?|分)?"
_ZONE = r"(?P<zone>Z|[+-]\d{2}:?\d{2})?"
_MOMENT = re.compile(rf"{_DATE}[\sT,]*{_CLOCK}\s?{_ZONE}", re.IGNORECASE | re.ASCII)
_DURATION = re.compile(
    r"(?:(\d{1,3})\s?(?:天|日|d))?\s?(?:(\d{1,4})\s?(?:个)?(?:小时|时|h))?\s?"
    r"(?:(\d{1,6})\s?(?:分钟|分|min|m))?",
    re.IGNORECASE | re.ASCII,
)
_CLOCK_DURATION = re.compile(r"(\d{1,4}):(\d{2})(?::\d{2})?", re.ASCII)


def read_moment(value: object) -> datetime:
    """Return the time in Asia/Shanghai; ValueError without the offending text."""
    moment = value if isinstance(value, datetime) else _parsed(value)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        msg = "is not in a year this service knows"
        raise ValueError(msg)
    local = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    return local.astimezone(SHANGHAI).replace(microsecond=0)


def read_minutes(value: object) -> int:
    """Return whole minutes of a number or of 「14小时28分」; ValueError otherwise."""
    if isinstance(value, str):
        value = _minutes_of(simplified(value).strip())
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_MINUTES:
        msg = "is not a duration in minutes"
        raise ValueError(msg)
    return value


def _parsed(value: object) -> datetime:
    match = _MOMENT.fullmatch(simplified(value).strip()) if isinstance(value, str) else None
    if match is None:
        msg = "is not a date and time"
        raise ValueError(msg)
    numbers = {name: int(match[name] or 0) for name in ("year", "month", "day", "hour", "minute")}
    try:
        return datetime(**numbers, second=int(match["second"] or 0), tzinfo=_zone(match["zone"]))
    except ValueError:
        msg = "is a date or time that does not exist"
        raise ValueError(msg) from None


def _zone(text: str | None) -> timezone:
    if text is None:
        return SHANGHAI
    if text in "Zz":
        return timezone.utc
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _minutes_of(text: str) -> int | None:
    clock = _CLOCK_DURATION.fullmatch(text)
    if clock is not None:
        return int(clock[1]) * 60 + int(clock[2])
    spoken = _DURATION.fullmatch(text)
    if spoken is None or not any(spoken.groups()):
        return int(text) if re.fullmatch(r"\d{1,6}", text, re.ASCII) else None
    days, hours, minutes = (int(part or 0) for part in spoken.groups())
    return (days * 24 + hours) * 60 + minutes
