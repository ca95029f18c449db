"""Times as apps and people write them; Asia/Shanghai where no zone is given.

A text is taken apart into date, time of day and zone (`dates`, `clocks`); nothing may be left
over, so nothing is guessed. docs/reference/values.md shows some of what is read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

from shared.core.limits import FIRST_YEAR, LAST_YEAR
from shared.trips.clocks import Clock, clock_of
from shared.trips.dates import ONE_DAY, date_after, date_before, date_in, without_filler
from shared.trips.numerals import in_digits
from shared.trips.script import plain

# China has had one zone and no summer time since 1991; a fixed offset needs no zone database.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_LONGEST = 80
_UNIX = re.compile(r"\d{9,10}(?:\.\d{1,9})?|\d{13}", re.ASCII)
_BETWEEN = re.compile(r"\s*(?:[-‐-―−~∼〜→⇒➡>/至到]+|(?<![a-z])(?:to|until|till|and)(?![a-z]))\s*")
_MOST_JOINTS = 12
_AROUND = re.compile(r"^(?:从|自|由|from\s|between\s)|(?:止|为止)$")
_UNREADABLE = "is not a date and time"


def read_moment(value: object, *, now: datetime | None = None) -> datetime:
    """Return the time in Asia/Shanghai, in whole seconds.

    Numbers and digits alone are Unix seconds (9 or 10) or milliseconds (13), or a compact date.
    A day alone is its 00:00, 24:00 the next day's. A day without a year is refused, unless `now`
    is given: then it is the last one up to the day after. ValueError never has the text.
    """
    if isinstance(value, datetime):
        return _local(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _of_number(value)
    if not isinstance(value, str):
        raise ValueError(_UNREADABLE)
    return _moment(_normal(value), now=now)


def is_day(value: object) -> bool:
    """Say whether a readable time names a day and no hour."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or _UNIX.fullmatch(value.strip()):
        return False
    found = date_in(_normal(value))
    return found is not None and not found[1]


def read_period(value: object) -> tuple[datetime, datetime]:
    """Return start and end that stand in one text, in Asia/Shanghai.

    Between them is a dash, ~, →, 至, 到, a slash or "to". The end may be without its date (the next
    one after the start), without its year or month (the next one likewise). ValueError if there
    is no such reading, or more than one.
    """
    text = _normal(value) if isinstance(value, str) else ""
    found = set(_periods(_AROUND.sub("", text).strip()))
    if len(found) != 1:
        raise ValueError("is not a start and an end")
    return found.pop()


def _normal(text: str) -> str:
    if len(text) > 2 * _LONGEST:
        raise ValueError(_UNREADABLE)
    return " ".join(in_digits(without_filler(plain(text))).split())


def _of_number(value: float) -> datetime:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(_UNREADABLE)
    if not 0 <= value < 10**17:
        raise ValueError(_UNREADABLE)
    whole = int(value)
    return _moment(str(whole) if whole == value else f"{value:.6f}")


def _moment(text: str, *, now: datetime | None = None) -> datetime:
    if _UNIX.fullmatch(text):
        seconds = int(text[:10]) if len(text) == 13 else int(text.split(".", maxsplit=1)[0])
        return _local(datetime.fromtimestamp(seconds, timezone.utc))
    found = date_in(text)
    if found is None and now is not None:
        found = date_before(text, (_local(now) + ONE_DAY).date())
    if found is None or len(text) > _LONGEST:
        raise ValueError(_UNREADABLE)
    return _local(_at(*found))


def _at(day: date, rest: str) -> datetime:
    clock = clock_of(rest) if rest else Clock(0, None, worded=False)
    if clock is None:
        raise ValueError(_UNREADABLE)
    _check_year(day.year)
    midnight = datetime(day.year, day.month, day.day, tzinfo=clock.zone or SHANGHAI)
    return midnight + timedelta(seconds=clock.seconds)


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError("is not in a year this service knows")


def _local(moment: datetime) -> datetime:
    _check_year(moment.year)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    return aware.astimezone(SHANGHAI).replace(microsecond=0)


def _periods(text: str) -> Iterator[tuple[datetime, datetime]]:
    joints = list(_BETWEEN.finditer(text))
    if len(joints) <= _MOST_JOINTS:
        pairs = (_pair(text[: joint.start()], text[joint.end() :]) for joint in joints)
        yield from filter(None, pairs)


def _pair(first: str, second: str) -> tuple[datetime, datetime] | None:
    try:
        start = _moment(first.strip())
        return start, _end(second.strip(), first, start)
    except ValueError:
        return None


def _end(text: str, first: str, start: datetime) -> datetime:
    """Return the end; what its text leaves out is taken from the start."""
    if not text:
        raise ValueError(_UNREADABLE)
    try:
        return _moment(text)
    except ValueError:
        dated = date_after(text, start.date())
    day, rest = dated or (start.date(), text)
    end = _local(_at(day, rest))
    if rest:
        _check_goes_with(clock_of(rest), first, undated=dated is None)
    return end if dated or end > start else end + ONE_DAY


def _check_goes_with(clock: Clock | None, first: str, *, undated: bool) -> None:
    """Refuse an end such as the 6:57 of 「下午2:10-6:57」, or one that only a day goes before."""
    found = date_in(first)
    before = clock_of(found[1]) if found and found[1] else None
    if (undated and before is None) or (before and before.worded and clock and clock.halved):
        raise ValueError(_UNREADABLE)
