"""What a refusal says: the field, what is wrong and what is allowed; never what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from shared.core.errors import Problem
from shared.core.formats import FORMATS
from shared.core.limits import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST,
    MOST_CITIES,
    MOST_KILOMETRES,
    MOST_MINUTES,
)
from shared.trips.format_words import WORDS_FOR_PEOPLE
from shared.trips.vehicle import VEHICLE_WORDS
from shared.trips.weather import WEATHER_WORDS

_MOMENT = (
    "a time such as 2024-05-02 22:38, 2024/5/2 下午10:38, 2024-05-02T22:38+08:00 or Unix seconds,"
    f" years {FIRST_YEAR} to {LAST_YEAR}"
)
_PLACE = 'a place: {"city": "湖州市", "weather": "晴"}, or its name alone, as 湖州市'
_CITY = "a city such as 湖州市, Shanghai or 巴黎, or an address, district or sight that names one"
_WEATHER = f"a text with one of: {WEATHER_WORDS}; or what a weather service says, as LIGHT_RAIN"
_SLUG = "lower-case letters, digits, _ and -, at most 32, as citycar, g1 or black"

ALLOWED: dict[str, str] = {
    "": 'an object with the fields of a trip, as {"ended_at": "2024-05-05", "end": "湖州市"}',
    "mood": f"an emoji or a word of at most {LONGEST['mood']} characters, as 😎 or 出遊",
    "caption": f"text of at most {LONGEST['caption']} characters, as 新司機的五一出遊!",
    "started_at": _MOMENT,
    "ended_at": f"{_MOMENT}; after started_at, by at most 366 days",
    "driving_minutes": (
        f"whole minutes from 1 to {MOST_MINUTES}, or a duration: 14小时28分, 14:28, PT14H28M"
    ),
    "distance_km": (
        f"kilometres above 0, at most {MOST_KILOMETRES}, as 645.4, 645.4公里, 645400米 or 400 miles"
    ),
    "start": _PLACE,
    "start/city": _CITY,
    "start/weather": _WEATHER,
    "end": _PLACE,
    "end/city": _CITY,
    "end/weather": _WEATHER,
    "via": f'a list of at most {MOST_CITIES} places, as ["湖州市", "無錫市"]',
    "via/*": _CITY,
    "team": f"text of at most {LONGEST['team']} characters, as 歐陽開心的隊伍",
    "vehicle": f"an object with model, generation, paint, or words (黑色一代): {VEHICLE_WORDS}",
    "vehicle/model": _SLUG,
    "vehicle/generation": _SLUG,
    "vehicle/paint": _SLUG,
    "share": "true or false, in the text form 是 or 否",
    "format": f"one of: {', '.join(FORMATS)}; or a size of that shape, or {WORDS_FOR_PEOPLE}",
    "style": "the id of a style, as photoreal: lower-case letters, digits, _ and -",
}
_FIELD_NAME = re.compile(r"[a-z][a-z_]{0,31}")


def problems_of(reports: Iterable[dict[str, Any]]) -> tuple[Problem, ...]:
    """Return one problem a field, in the order of the reports of pydantic."""
    found = {problem.pointer: problem for problem in map(_problem, reports)}
    return tuple(found.values())


def refusal(field: str, reason: str, code: str = "value_error") -> Problem:
    """Return the problem of one field by its path, as "start/weather"."""
    path = re.sub(r"/\d+$", "/*", field)
    pointer = f"/{field}" if field else ""
    return Problem(pointer, f"{reason}; allowed: {ALLOWED[path]}", code)


def _problem(report: dict[str, Any]) -> Problem:
    kind, path = report["type"], [str(part) for part in report["loc"]]
    if kind == "extra_forbidden":
        return _unknown_field(path)
    if kind == "value_error" and not path:
        # The one rule across fields is that of the two times.
        return refusal("ended_at", "is not after started_at")
    return refusal(_known(path), _reason(report), kind)


def _reason(report: dict[str, Any]) -> str:
    if report["type"] == "missing":
        return "is required"
    if report["type"] == "value_error":
        # Our own words, which never repeat the value.
        return str(report["msg"]).removeprefix("Value error, ")
    return "is not acceptable"


def _unknown_field(path: list[str]) -> Problem:
    *parents, name = path
    within = _known(parents)
    fields = sorted(_fields_of(within))
    # A name that is no name may be content gone astray: it is not repeated.
    shown = "/".join([*parents, name]) if _FIELD_NAME.fullmatch(name) else within
    pointer = f"/{shown}" if shown else ""
    return Problem(pointer, f"is not a field; allowed: {', '.join(fields)}", "extra_forbidden")


def _fields_of(parent: str) -> set[str]:
    prefix = f"{parent}/" if parent else ""
    below = {path.removeprefix(prefix) for path in ALLOWED if path.startswith(prefix) and path}
    return {path for path in below if "/" not in path} - {parent, "*"}


def _known(path: list[str]) -> str:
    """Return the longest part of the path that is a field of a trip."""
    for length in range(len(path), 0, -1):
        field = "/".join(path[:length])
        if re.sub(r"/\d+$", "/*", field) in ALLOWED:
            return field
    return ""
