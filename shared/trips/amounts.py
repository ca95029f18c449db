"""Durations and distances as apps and people write them."""

from __future__ import annotations

import re

from shared.trips.script import simplified

MOST_MINUTES = 60 * 24 * 366

_DURATION = re.compile(
    r"(?:(\d{1,3})\s?(?:天|日|d))?\s?(?:(\d{1,4})\s?(?:个)?(?:小时|时|h))?\s?"
    r"(?:(\d{1,6})\s?(?:分钟|分|min|m))?",
    re.IGNORECASE | re.ASCII,
)
_CLOCK_DURATION = re.compile(r"(\d{1,4}):(\d{2})(?::\d{2})?", re.ASCII)
_DISTANCE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s?(?:公里|千米|km)?", re.IGNORECASE | re.ASCII)
_MOST_KILOMETRES = 100_000


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


def read_kilometres(value: object) -> float:
    """Return kilometres of a number or of 「645.4公里」; ValueError otherwise."""
    if isinstance(value, str):
        match = _DISTANCE.fullmatch(simplified(value).replace(",", "").strip())
        value = float(match[1]) if match else None
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not 0 < value <= _MOST_KILOMETRES:  # type: ignore[operator]
        msg = "is not a number of kilometres"
        raise ValueError(msg)
    return float(value)  # type: ignore[arg-type]


def _minutes_of(text: str) -> int | None:
    clock = _CLOCK_DURATION.fullmatch(text)
    if clock is not None:
        return int(clock[1]) * 60 + int(clock[2])
    spoken = _DURATION.fullmatch(text)
    if spoken is None or not any(spoken.groups()):
        return int(text) if re.fullmatch(r"\d{1,6}", text, re.ASCII) else None
    days, hours, minutes = (int(part or 0) for part in spoken.groups())
    return (days * 24 + hours) * 60 + minutes
