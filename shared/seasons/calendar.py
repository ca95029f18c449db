"""The calendar of seasons and festivals, as `calendar.json` has it: windows, regions, looks."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator
from typing_extensions import Self

from shared.core.errors import BundleError, NotFoundError
from shared.core.models import Strict
from shared.prompts.landmarks import Climate, province_of
from shared.trips.facts import Season, TimeOfDay
from shared.trips.weather import Weather

_FILE = Path(__file__).with_name("calendar.json")
_CAMPAIGN = re.compile(r"([a-z][a-z_]{2,23})-(\d{4})")
# A city that is not in the table of sights: neither the coldest winter nor a green one.
ELSEWHERE = "central"
Peak = Literal["holiday", "campaign", ""]


class CalendarError(BundleError):
    """The calendar's file is wrong; the message says where."""


class Titles(Strict):
    """A name or some words, for both languages."""

    zh: str
    en: str


class Region(Strict):
    """Provinces that have the same seasons, and what the sky may be in each."""

    provinces: str
    weathers: dict[Season, tuple[Weather, ...]]


class SeasonEntry(Strict):
    """A season: its solar term in each year, and how many days later each region has it."""

    titles: Titles
    term: str
    dates: tuple[date, ...]
    onset_days: dict[str, int]
    open_days: int = Field(ge=1, le=90)
    lights: tuple[TimeOfDay, ...] = Field(min_length=1)
    palettes: dict[Climate, tuple[str, ...]]
    peak: Peak = ""


class FestivalEntry(Strict):
    """A festival: its day in each year, and what a scene shows of it.

    Without a `season` the region's own of that day counts, without `weathers` the region's.
    `signs`: words of which a prompt has at least one. `holiday_days`: from the day on.
    """

    titles: Titles
    reckoned: str
    dates: tuple[date, ...]
    opens_before: int = Field(ge=0, le=30)
    closes_after: int = Field(ge=1, le=30)
    holiday_days: int = Field(ge=0, le=10)
    season: Season | None
    weathers: tuple[Weather, ...]
    lights: tuple[TimeOfDay, ...] = Field(min_length=1)
    words: Titles
    signs: tuple[str, ...] = Field(min_length=1)
    palette: tuple[str, ...]
    peak: Peak = ""


@dataclass(frozen=True)
class Window:
    """When one campaign may run: from `opens` on, until `closes` begins; days in Asia/Shanghai.

    `day` is the festival or the solar term itself.
    """

    occasion: str
    year: int
    day: date
    opens: date
    closes: date

    @property
    def campaign(self) -> str:
        """Return the campaign's id, as winter-2026."""
        return f"{self.occasion}-{self.year}"

    def has(self, today: date) -> bool:
        """Say whether the campaign may run on that day."""
        return self.opens <= today < self.closes


class Calendar(Strict):
    """All of `calendar.json`, for whole years."""

    schema_version: Literal[1] = Field(alias="schema")
    source: str
    first_year: int
    last_year: int
    regions: dict[str, Region]
    seasons: dict[Season, SeasonEntry]
    festivals: dict[str, FestivalEntry]

    @model_validator(mode="after")
    def _check_whole(self) -> Self:
        years = list(range(self.first_year, self.last_year + 1))
        dates = {season.value: entry.dates for season, entry in self.seasons.items()}
        dates |= {name: festival.dates for name, festival in self.festivals.items()}
        for name, days in dates.items():
            if [day.year for day in days] != years:
                raise ValueError(f"{name}: dates: one for each year from {years[0]} to {years[-1]}")
        for season, entry in self.seasons.items():
            if set(entry.onset_days) != set(self.regions) or set(self.seasons) != set(Season):
                raise ValueError(f"{season.value}: onset_days: one for each region")
        return self

    def occasions(self) -> tuple[str, ...]:
        """Return the names of all seasons and festivals."""
        return (*(season.value for season in self.seasons), *self.festivals)

    def window(self, occasion: str, year: int) -> Window:
        """Return one window; NotFoundError lists what there is."""
        if occasion not in self.occasions() or not self.first_year <= year <= self.last_year:
            names = ", ".join(self.occasions())
            raise NotFoundError(
                f"the calendar has no {occasion}-{year}; it has {names} "
                f"for {self.first_year} to {self.last_year}"
            )
        index = year - self.first_year
        if occasion in self.festivals:
            festival = self.festivals[occasion]
            day = festival.dates[index]
            opens = day - timedelta(festival.opens_before)
            return Window(occasion, year, day, opens, day + timedelta(festival.closes_after))
        season = self.seasons[Season(occasion)]
        day = season.dates[index]
        opens = day + timedelta(min(season.onset_days.values()))
        return Window(occasion, year, day, opens, day + timedelta(season.open_days))

    def window_of(self, campaign: str) -> Window:
        """Return the window of a campaign's id; NotFoundError for one that is none."""
        match = _CAMPAIGN.fullmatch(campaign)
        if match is None:
            raise NotFoundError(f"{campaign!r} is no campaign; they are called like winter-2026")
        return self.window(match[1], int(match[2]))

    def windows(self) -> tuple[Window, ...]:
        """Return all windows, the earliest first."""
        years = range(self.first_year, self.last_year + 1)
        found = [self.window(name, year) for name in self.occasions() for year in years]
        return tuple(sorted(found, key=lambda window: (window.opens, window.occasion)))

    def due(self, today: date) -> tuple[Window, ...]:
        """Return the windows that are open on that day."""
        return tuple(window for window in self.windows() if window.has(today))

    def warning(self, today: date) -> str:
        """Return what is to be said of a calendar that runs out within 200 days, "" of another."""
        left = (date(self.last_year, 12, 31) - today).days
        if left >= 200:
            return ""
        return (
            f"the season calendar ends with {self.last_year}: {max(left, 0)} days are left; add the"
            " dates of the next years to shared/seasons/calendar.json"
        )

    def region_of(self, city: str) -> str:
        """Return the region of a city, that of the country's middle for one nobody knows."""
        province = province_of(city) or ""
        for name, region in self.regions.items():
            if any(province.startswith(each) for each in region.provinces.split()):
                return name
        return ELSEWHERE

    def onset(self, window: Window, region: str) -> date:
        """Return from which day of the window on a region's trips are painted."""
        if window.occasion in self.festivals:
            return window.opens
        return window.day + timedelta(self.seasons[Season(window.occasion)].onset_days[region])

    def season_at(self, region: str, day: date) -> Season:
        """Return which season a region has on that day, by its own onsets."""
        begun = [
            (onset, season)
            for season in self.seasons
            for year in range(self.first_year, self.last_year + 1)
            if (onset := self.onset(self.window(season.value, year), region)) <= day
        ]
        return max(begun)[1] if begun else Season.WINTER


@functools.cache
def calendar() -> Calendar:
    """Return the calendar; CalendarError says what is wrong with its file."""
    return read_calendar(_FILE.read_bytes())


def read_calendar(data: bytes) -> Calendar:
    """Return the calendar of a file; CalendarError says what is wrong with it."""
    try:
        return Calendar.model_validate_json(data)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise CalendarError(f"calendar.json: {wrong}") from None
