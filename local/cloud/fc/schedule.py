"""Timer expressions: six cron fields in UTC or in CRON_TZ, and `@every 4m`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_EVERY = re.compile(r"@every\s+((?:\d+[hms])+)")
_PART = re.compile(r"(\d+)([hms])")
_UNITS = {"h": 3600, "m": 60, "s": 1}
_MONTHS = {
    name: number
    for number, name in enumerate(re.findall("...", "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"), 1)
}
_DAYS = {name: number for number, name in enumerate(re.findall("...", "SUNMONTUEWEDTHUFRISAT"))}
# The longest gap a satisfiable expression can have: 29 February around a skipped leap year.
_HORIZON_DAYS = 366 * 8 + 2


class ScheduleError(ValueError):
    """A timer expression that FC, or the local stack, does not understand."""


@dataclass(frozen=True)
class Every:
    """A fixed interval in seconds."""

    seconds: float

    def next_after(self, moment: datetime) -> datetime:
        """Return the first due time after `moment`, an aware datetime."""
        return moment + timedelta(seconds=self.seconds)


@dataclass(frozen=True)
class Cron:
    """The allowed values of the six fields, and the zone they are meant in."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    zone: tzinfo

    def next_after(self, moment: datetime) -> datetime:
        """Return the first due time after `moment`, an aware datetime, in UTC."""
        first = moment.astimezone(self.zone).date()
        for offset in range(_HORIZON_DAYS):
            found = self._on_day(first + timedelta(days=offset), moment)
            if found:
                return found
        raise ScheduleError("the cron expression never comes due")

    def _on_day(self, day: date, moment: datetime) -> datetime | None:
        if day.month not in self.months or not self._day_matches(day):
            return None
        for clock in ((h, m, s) for h in self.hours for m in self.minutes for s in self.seconds):
            due = datetime.combine(day, time(*clock), self.zone).astimezone(timezone.utc)
            if due > moment:
                return due
        return None

    def _day_matches(self, day: date) -> bool:
        # Where both day fields are restricted, either may match, as in every cron.
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        if len(self.days) < 31 and len(self.weekdays) < 7:
            return in_month or in_week
        return in_month and in_week


def parse_schedule(text: str) -> Every | Cron:
    """Parse a timer trigger's cronExpression; raise ScheduleError."""
    every = _EVERY.fullmatch(text.strip())
    if every:
        seconds = sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(every[1]))
        if seconds < 1:
            raise ScheduleError(f"{text!r} must be at least one second")
        return Every(seconds)
    zone, fields = _zone_and_fields(text)
    if len(fields) != 6:
        raise ScheduleError(f"{text!r} must have six fields (second first), or be `@every 4m`")
    second, minute, hour, day, month, weekday = fields
    cron = Cron(
        tuple(sorted(_values(second, 0, 59))),
        tuple(sorted(_values(minute, 0, 59))),
        tuple(sorted(_values(hour, 0, 23))),
        _values(day, 1, 31),
        _values(month, 1, 12, _MONTHS),
        frozenset(value % 7 for value in _values(weekday, 0, 7, _DAYS)),
        zone,
    )
    cron.next_after(datetime(2000, 1, 1, tzinfo=timezone.utc))
    return cron


def _zone_and_fields(text: str) -> tuple[tzinfo, list[str]]:
    fields = text.split()
    if not fields or not fields[0].startswith("CRON_TZ="):
        return timezone.utc, fields
    name = fields[0].removeprefix("CRON_TZ=")
    try:
        return ZoneInfo(name), fields[1:]
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ScheduleError(f"CRON_TZ={name} is not a time zone") from error


def _values(
    field: str, least: int, most: int, names: dict[str, int] | None = None
) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        found.update(_range(part, least, most, names or {}))
    return frozenset(found)


def _range(part: str, least: int, most: int, names: dict[str, int]) -> range:
    span, _, step_text = part.partition("/")
    step = _number(step_text, {}) if step_text else 1
    if span in {"*", "?"}:
        # Seven is Sunday's second number, so a star over 0-7 means every day once.
        low, high = least, most
    else:
        start, dash, end = span.partition("-")
        low = _number(start, names)
        high = _number(end, names) if dash else (most if step_text else low)
    if not least <= low <= high <= most or step < 1:
        raise ScheduleError(f"{part!r} is outside {least}-{most}")
    return range(low, high + 1, step)


def _number(text: str, names: dict[str, int]) -> int:
    if text.upper() in names:
        return names[text.upper()]
    if not text.isdigit():
        raise ScheduleError(f"{text!r} is not a number the local stack reads in a cron field")
    return int(text)
