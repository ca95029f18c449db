"""The fields of a trip, each read as leniently as a poster allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import ValidationError

from shared.core.errors import Problem, Warned
from shared.core.limits import LONGEST, MOST_CITIES
from shared.trips.amounts import read_kilometres, read_minutes
from shared.trips.cities import city_of
from shared.trips.cleaning import tidied
from shared.trips.format_words import read_format
from shared.trips.model import Trip, Vehicle
from shared.trips.moments import SHANGHAI, is_day, read_moment, read_period
from shared.trips.mood import known_mood
from shared.trips.refusals import problems_of, refusal
from shared.trips.script import simplified
from shared.trips.weather import weather_of

if TYPE_CHECKING:
    from shared.core.formats import Format

Choices: TypeAlias = Callable[[Vehicle | None, str | None], tuple[Problem, ...]]
_MISSING = "is missing"
_ASSUMED = {
    "mood": "a joyful tone",
    "weather": "the weather of the other place, or else a clear day",
    "driving_minutes": "unknown; the picture does not depend on it",
    "distance_km": "unknown; the picture does not depend on it",
    "started_at": "unknown; the picture does not depend on it",
    "format": "the style's own format",
    "start": "unknown; the picture shows the places on the way, or the end",
    "via": "the other places; this one is left out",
}
# Of two different values of these none may be chosen.
ONCE = frozenset({"started_at", "ended_at", "start", "end", "vehicle", "share", "style"})
# What stands in for a needed field that is wrong, so that the rest is looked at as well.
_SOME_CITY = "上海市"
_SOME_TIME = datetime(2024, 5, 5, 12, tzinfo=SHANGHAI)
_LONGEST_ADDRESS, _LONGEST_FORMAT = 200, 40
_PLACE_KEYS = {
    "city": "city", "城市": "city", "address": "city", "地址": "city",
    "weather": "weather", "天气": "weather", "天氣": "weather",
}  # fmt: skip


def given_twice(name: str) -> Warned:
    """Return what is said of a field of decoration that has two values."""
    return Warned(field=f"/{name}", reason="is given twice", assumed="the first one")


def no_choices(_vehicle: Vehicle | None, _style: str | None) -> tuple[Problem, ...]:
    """Find nothing wrong with vehicle and style."""
    return ()


@dataclass
class FieldReading:
    """Reads field after field; both lists are filled on the way."""

    choices: Choices
    problems: list[Problem]
    warnings: list[Warned]

    def trip(self, given: dict[str, object]) -> Trip | None:
        """Return the trip, None where there are problems; both lists are filled."""
        minutes = self._amount(given, "driving_minutes", read_minutes)
        values = {
            **given,
            "mood": self._mood(given.get("mood")),
            "caption": self._text(given, "caption"),
            "team": self._text(given, "team"),
            "format": self._format(given.get("format")),
            "driving_minutes": minutes,
            "distance_km": self._amount(given, "distance_km", read_kilometres),
            **self._times(given, minutes),
            **self._places(given),
        }
        trip = self._checked(values)
        return None if self.problems else trip

    def _checked(self, values: Mapping[str, object]) -> Trip | None:
        trip = None
        try:
            trip = Trip.model_validate(values, extra="forbid")
        except ValidationError as error:
            # Neither chained nor quoted: the original carries what was sent.
            reports = error.errors(include_url=False, include_input=False, include_context=False)
            self._add(problems_of([dict(report) for report in reports]))
        chosen = trip or _with_choices_alone(values)
        if chosen is not None:
            self._add(self.choices(chosen.vehicle, chosen.style))
        return trip

    def _add(self, problems: tuple[Problem, ...]) -> None:
        known = {problem.pointer for problem in self.problems}
        self.problems += [problem for problem in problems if problem.pointer not in known]

    def _warn(self, path: str, reason: str, assumed: str = "") -> None:
        name = "weather" if path.endswith("/weather") else path.partition("/")[0]
        said = Warned(field=f"/{path}", reason=reason, assumed=assumed or _ASSUMED[name])
        self.warnings.append(said)

    def _not_read(self, path: str, reason: str) -> None:
        """Warn in the words of a refusal, which say what would do."""
        self._warn(path, refusal(path, reason).detail)

    def _amount(
        self, given: Mapping[str, object], name: str, read: Callable[[object], Any]
    ) -> object:
        value = given.get(name)
        if value is None or value == "":
            self._warn(name, _MISSING)
            return None
        found, wrong = _or_reason(read, value)
        if wrong:
            self._not_read(name, wrong)
        return found

    def _mood(self, value: object) -> str:
        text = self._tidied("mood", value) if value is not None else ""
        if not text:
            self._warn("mood", _MISSING if value is None else "has nothing that can be read")
        elif known_mood(text) is None:
            self._not_read("mood", "is not a mood this service knows")
        return text

    def _format(self, value: object) -> Format | None:
        if value is None or value == "":
            return None
        found = read_format(value[:_LONGEST_FORMAT]) if isinstance(value, str) else None
        if found is None:
            self._not_read("format", "is not a format this service knows")
        return found

    def _text(self, given: Mapping[str, object], name: str) -> str | None:
        value = given.get(name)
        text = self._tidied(name, value) if value is not None else ""
        return text or ("" if name == "caption" else None)

    def _tidied(self, name: str, value: object) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        try:
            text, done = tidied(value, LONGEST[name])
        except ValueError as error:
            text, done = "", (str(error),)
        for reason in done:
            self._warn(name, reason, "what could be read of it")
        return text

    def _times(self, given: Mapping[str, object], minutes: object) -> dict[str, object]:
        start, end = given.get("started_at"), given.get("ended_at")
        started_at, ended_at = self._moments(start, end)
        if ended_at is not None and is_day(end):
            ended_at = _within(ended_at, started_at)
            self._warn("ended_at", "has no time of day", "midday")
        if start is None:
            self._warn("started_at", _MISSING)
        if end is None and started_at is not None:
            began = started_at + timedelta(hours=12 if is_day(start) else 0)
            ended_at = began + timedelta(minutes=minutes if isinstance(minutes, int) else 1)
            self._warn("ended_at", _MISSING, "when the trip began and how long it took")
        elif end is None:
            self.problems.append(refusal("ended_at", "is required", "missing"))
        wrong = started_at is None or ended_at is None
        return {"started_at": None if wrong else started_at, "ended_at": ended_at or _SOME_TIME}

    def _moments(self, start: object, end: object) -> tuple[datetime | None, datetime | None]:
        """Return both times; an end may be a clock time alone, of the start's day or the next."""
        started_at, wrong_start = _or_reason(read_moment, start)
        ended_at, wrong_end = _or_reason(read_moment, end)
        if wrong_end and started_at is not None:
            period, unreadable = _or_reason(read_period, f"{start} - {end}")
            ended_at, wrong_end = (None, wrong_end) if unreadable else (period[1], "")
        if wrong_end:
            self.problems.append(refusal("ended_at", wrong_end))
        if wrong_start and ended_at is not None:
            self._not_read("started_at", wrong_start)
        elif wrong_start:
            self.problems.append(refusal("started_at", wrong_start))
        return started_at, ended_at

    def _places(self, given: Mapping[str, object]) -> dict[str, object]:
        via = self._via(given.get("via"))
        start, end = (self._place(name, given.get(name)) for name in ("start", "end"))
        if start is None and given.get("start") is None:
            self._warn("start", _MISSING)
        if end is None and (via or start):
            city = via[-1] if via else start["city"] if start else ""
            end = {"city": city}
            self._warn("end", _MISSING, "the last place before it")
        elif end is None:
            self.problems.append(refusal("end", "is required", "missing"))
        return {"start": start, "end": end or {"city": _SOME_CITY}, "via": via}

    def _place(self, name: str, given: object) -> dict[str, object] | None:
        if given is None:
            return None
        if not isinstance(given, dict):
            self.problems.append(refusal(name, "is not a place"))
            return {"city": _SOME_CITY}
        place = {_PLACE_KEYS.get(str(key), str(key)): value for key, value in given.items()}
        city = _city_in(place.get("city"))
        if city is None:
            reason = "is required" if place.get("city") is None else "names no city"
            # The picture needs an end, or places on the way, and no start.
            if name == "start" and set(place) <= {"city", "weather"}:
                self._not_read("start/city", reason)
                return None
            self.problems.append(refusal(f"{name}/city", reason))
        weather = self._weather(f"{name}/weather", place.get("weather"))
        return {**place, "city": city or _SOME_CITY, "weather": weather}

    def _weather(self, path: str, value: object) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None or value == "":
            self._warn(path, _MISSING)
            return ""
        try:
            text, _ = tidied(value, LONGEST["weather"])
        except ValueError:
            text = ""
        if not text or weather_of(text) is None:
            self._not_read(path, "is not a weather this service knows")
            return ""
        return simplified(text)[: LONGEST["weather"]]

    def _via(self, given: object) -> list[str]:
        if given is None:
            return []
        if not isinstance(given, list):
            self._not_read("via", "is not a list")
            return []
        if len(given) > MOST_CITIES:
            self._warn("via", f"has more than {MOST_CITIES} cities")
        found = [(number, _city_in(city)) for number, city in enumerate(given[:MOST_CITIES])]
        for number, city in found:
            if city is None:
                self._not_read(f"via/{number}", "names no city")
        return [city for _, city in found if city]


def _within(day: datetime, started_at: datetime | None) -> datetime:
    """Return midday of a day, or a moment after the start if that is later."""
    midday = day + timedelta(hours=12)
    if started_at is None or started_at.date() != day.date():
        return midday
    return max(midday, started_at + timedelta(minutes=1))


def _with_choices_alone(values: Mapping[str, object]) -> Trip | None:
    """Return a trip with these vehicle and style, None where one of them cannot be read."""
    needed = {"ended_at": _SOME_TIME, "end": {"city": _SOME_CITY}}
    chosen = {name: values.get(name) for name in ("vehicle", "style")}
    try:
        return Trip.model_validate({**needed, **chosen}, extra="forbid")
    except ValidationError:
        return None


def _or_reason(read: Callable[[object], Any], value: object) -> tuple[Any, str]:
    """Return what is read of a value, None for no value, or why it cannot be."""
    try:
        return (None if value is None else read(value)), ""
    except ValueError as error:
        return None, str(error)


def _city_in(value: object) -> str | None:
    try:
        text, _ = tidied(value, _LONGEST_ADDRESS)
    except ValueError:
        return None
    # Behind the place may stand what is none: weather in words that nobody knows, a remark.
    return city_of(text) or (city_of(text.split()[0]) if " " in text else None)
