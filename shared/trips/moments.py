"""Times and durations as apps and people write them; Asia/Shanghai where no zone is given."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from shared.trips.script import simplified

# China has had one zone and no summer time since 1991; a fixed offset needs no zone database.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 2000, 2100

_DATE = r"(?P<year>\d{4})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})(?:日|号)?"
_CLOCK = r"(?P<half>[上下]午)?\s?(?P<hour>\d{1,2})\s?[:时点]\s?(?P<minute>\d{1,2})?(?::(?P<second>\d{1,2})(?:\.\d+)?|分)?"
_ZONE = r"(?P<zone>Z|[+-]\d{2}:?\d{2})?"
_MOMENT = re.compile(rf"{_DATE}[\sT,]*{_CLOCK}\s?{_ZONE}", re.IGNORECASE | re.ASCII)


def read_moment(value: object) -> datetime:
    """Return the time in Asia/Shanghai; ValueError without the offending text."""
    moment = value if isinstance(value, datetime) else _parsed(value)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        msg = "is not in a year this service knows"
        raise ValueError(msg)
    local = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    return local.astimezone(SHANGHAI).replace(microsecond=0)


def read_period(value: object) -> tuple[datetime, datetime]:
    """Return both times of one text; ValueError without the offending text."""
    parts = re.split(r"(?<=[\d分])\s?[-~至]\s?(?=\d{4})", value) if isinstance(value, str) else ()
    if len(parts) != 2:
        msg = "is not two times"
        raise ValueError(msg)
    return read_moment(parts[0]), read_moment(parts[1])


def _parsed(value: object) -> datetime:
    match = _MOMENT.fullmatch(simplified(value).strip()) if isinstance(value, str) else None
    if match is None:
        msg = "is not a date and time"
        raise ValueError(msg)
    numbers = {name: int(match[name] or 0) for name in ("year", "month", "day", "hour", "minute")}
    if match["half"]:
        numbers["hour"] = numbers["hour"] % 12 + (12 if match["half"] == "下午" else 0)
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
