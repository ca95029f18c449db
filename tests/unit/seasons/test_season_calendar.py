"""The calendar: its dates against sun and moon, its windows, regions, and what runs out."""

from __future__ import annotations

import itertools
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.core.errors import NotFoundError
from shared.seasons import calendar as module
from shared.seasons.calendar import Calendar, CalendarError, calendar, read_calendar
from shared.trips.facts import Season
from tests.unit.seasons import sky

CALENDAR = calendar()
YEARS = range(2026, 2031)
TERMS = {"spring": 315, "summer": 45, "autumn": 135, "winter": 225}
LUNAR = {
    "spring_festival": (1, 1),
    "lantern": (1, 15),
    "dragon_boat": (5, 5),
    "mid_autumn": (8, 15),
}


def _file() -> dict[str, Any]:
    path = Path(module.__file__).with_name("calendar.json")
    fields: dict[str, Any] = json.loads(path.read_bytes())
    return fields


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("season", TERMS)
def test_a_season_has_the_day_on_which_the_sun_reaches_its_term(season: str, year: int) -> None:
    assert CALENDAR.window(season, year).day == sky.term(year, TERMS[season]).date()


@pytest.mark.parametrize("year", YEARS)
def test_no_term_is_so_close_to_midnight_that_the_reckoning_could_be_wrong(year: int) -> None:
    for degrees in (*TERMS.values(), 15):
        moment = sky.term(year, degrees)
        assert (moment - timedelta(minutes=12)).date() == (moment + timedelta(minutes=12)).date()


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("festival", LUNAR)
def test_a_festival_of_the_moon_has_the_reckoned_day(festival: str, year: int) -> None:
    assert CALENDAR.window(festival, year).day == sky.lunar(year, *LUNAR[festival])


@pytest.mark.parametrize("year", YEARS)
def test_qingming_and_the_fixed_holidays_have_their_days(year: int) -> None:
    assert CALENDAR.window("qingming", year).day == sky.term(year, 15).date()
    assert CALENDAR.window("may_day", year).day == date(year, 5, 1)
    assert CALENDAR.window("national_day", year).day == date(year, 10, 1)


def test_the_reckoning_knows_years_whose_dates_everybody_remembers() -> None:
    # 2023 and 2025 had leap months; 2020's mid-autumn fell on the national day.
    assert sky.lunar(2020, 8, 15) == date(2020, 10, 1)
    assert sky.lunar(2023, 8, 15) == date(2023, 9, 29)
    assert sky.lunar(2025, 1, 1) == date(2025, 1, 29)
    assert sky.lunar(2025, 8, 15) == date(2025, 10, 6)


def test_winter_comes_to_the_northeast_first_and_to_hainan_last() -> None:
    window = CALENDAR.window("winter", 2026)
    onsets = {region: CALENDAR.onset(window, region) for region in CALENDAR.regions}

    assert min(onsets, key=lambda region: onsets[region]) == "northeast"
    assert max(onsets, key=lambda region: onsets[region]) == "tropics"
    assert window.opens == onsets["northeast"] < window.day < onsets["central"]


def test_every_region_has_every_season_within_its_window() -> None:
    for season in Season:
        for year in YEARS:
            window = CALENDAR.window(season.value, year)
            for region in CALENDAR.regions:
                assert window.has(CALENDAR.onset(window, region)), (season, year, region)


def test_no_region_with_a_green_winter_has_snow() -> None:
    for region in ("south", "tropics"):
        for season, weathers in CALENDAR.regions[region].weathers.items():
            assert "snow" not in {each.value for each in weathers}, (region, season)


@pytest.mark.parametrize(
    ("city", "region"),
    [
        ("哈尔滨市", "northeast"),
        ("乌鲁木齐市", "northwest"),
        ("北京市", "north"),
        ("湖州市", "central"),
        ("广州市", "south"),
        ("三亚市", "tropics"),
        ("某某市", "central"),
    ],
)
def test_a_city_is_in_the_region_of_its_province(city: str, region: str) -> None:
    assert CALENDAR.region_of(city) == region


def test_seasons_follow_each_other_in_each_region() -> None:
    order = list(Season)
    for region in CALENDAR.regions:
        day = date(2026, 12, 31)
        seen: list[Season] = []
        while day < date(2029, 12, 31):
            season = CALENDAR.season_at(region, day)
            if not seen or seen[-1] is not season:
                seen.append(season)
            day += timedelta(days=5)
        steps = {(order.index(b) - order.index(a)) % 4 for a, b in itertools.pairwise(seen)}
        assert steps == {1}, region


def test_windows_are_told_apart_by_occasion_and_year() -> None:
    names = [window.campaign for window in CALENDAR.windows()]

    assert len(names) == len(set(names)) == 11 * 5
    assert all(CALENDAR.window_of(name).campaign == name for name in names)


@pytest.mark.parametrize("name", ["winter-2036", "easter-2027", "winter", "active", "../x-2026"])
def test_an_unknown_campaign_is_refused_with_what_there_is(name: str) -> None:
    with pytest.raises(NotFoundError, match="winter"):
        CALENDAR.window_of(name)


def test_several_occasions_may_be_due_on_one_day() -> None:
    names = [window.campaign for window in CALENDAR.due(date(2027, 2, 5))]

    assert names == ["spring_festival-2027", "spring-2027"]


def test_a_calendar_says_in_time_that_it_runs_out() -> None:
    assert CALENDAR.warning(date(2030, 1, 1)) == ""
    assert "2030" in CALENDAR.warning(date(2030, 9, 1))
    assert "0 days are left" in CALENDAR.warning(date(2031, 3, 1))


def test_a_calendar_that_misses_a_year_is_refused_with_the_entry() -> None:
    fields = _file()
    fields["festivals"]["lantern"]["dates"].pop()

    with pytest.raises(CalendarError, match=r"lantern: dates: one for each year from 2026 to 2030"):
        read_calendar(json.dumps(fields).encode())


def test_a_season_without_one_region_is_refused() -> None:
    fields = _file()
    del fields["seasons"]["winter"]["onset_days"]["tropics"]

    with pytest.raises(CalendarError, match="winter: onset_days"):
        read_calendar(json.dumps(fields).encode())


def test_an_unknown_word_in_the_file_is_refused_with_its_place() -> None:
    fields = _file()
    fields["festivals"]["lantern"]["colour"] = "red"

    with pytest.raises(CalendarError, match=r"festivals\.lantern\.colour"):
        read_calendar(json.dumps(fields).encode())


def test_the_file_is_the_one_that_is_used() -> None:
    assert Calendar.model_validate(_file()) == CALENDAR
