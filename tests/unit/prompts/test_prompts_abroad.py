"""A trip abroad is painted by its country's landscape; a county by the sights of its prefecture."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.prompts import landmarks
from shared.prompts.english_text import english_prompt
from shared.prompts.landmarks import (
    Climate,
    allowed_landmarks,
    climate_of,
    landmarks_of,
    place_of,
    province_of,
)
from shared.prompts.template import template_prompt
from shared.prompts.validation import PromptRejectedError, validate_prompt
from shared.trips import abroad
from shared.trips.facts import Season, TimeOfDay, TripFacts, facts_of
from shared.trips.model import Trip
from shared.trips.mood import Mood
from shared.trips.weather import Weather
from tests.fakes.trip_facts import trip_facts

DATA = json.loads(Path(abroad.__file__).with_name("world.json").read_bytes())
ROWS = [row.split(";") for row in DATA["cities"]]
BY_COUNTRY = {row[1]: row[0] for row in reversed(ROWS)}
LATIN = [row[0] for row in ROWS if row[0].isascii()]
some = settings(deadline=None, max_examples=100)


LIGHTS = {
    "season": st.sampled_from(Season),
    "weather": st.sampled_from(Weather),
    "time": st.sampled_from(TimeOfDay),
    "mood": st.sampled_from(Mood),
}


@pytest.mark.parametrize("country", sorted(BY_COUNTRY))
def test_every_country_has_a_landscape_that_a_prompt_may_show(country: str) -> None:
    city = BY_COUNTRY[country]
    for number, season in enumerate(Season):
        weather, time = list(Weather)[number], list(TimeOfDay)[number]
        trip = trip_facts(city, season=season, weather=weather, time=time, mood=Mood.CALM)
        prompt = template_prompt(trip, seed=number)
        assert prompt.landmark.startswith(DATA["countries"][country][0])
        assert prompt.landmark in prompt.prompt
        assert validate_prompt(prompt.model_dump_json(), trip) == prompt
        english = english_prompt(prompt, "photograph")
        assert DATA["countries"][country][1] in english
        assert "Chinese" not in english


@some
@given(
    st.builds(trip_facts, st.sampled_from([row[0] for row in ROWS]), **LIGHTS), st.integers(0, 99)
)
def test_the_template_of_every_city_abroad_is_valid(trip: TripFacts, seed: int) -> None:
    prompt = template_prompt(trip, seed=seed)
    assert validate_prompt(prompt.model_dump_json(), trip) == prompt


@some
@given(st.sampled_from(LATIN))
def test_a_latin_name_stays_out_of_the_prompt_and_is_no_foreign_word_in_it(city: str) -> None:
    trip = trip_facts(city, weather=Weather.CLEAR, time=TimeOfDay.DAY, mood=Mood.FREE)
    prompt = template_prompt(trip, seed=1)
    assert prompt.prompt.isascii() is False
    assert city not in prompt.prompt + prompt.title
    named = prompt.model_copy(update={"prompt": f"{prompt.prompt}远处是{city}。"})
    assert validate_prompt(named.model_dump_json(), trip).city == city
    other = prompt.model_copy(update={"prompt": f"{prompt.prompt}远处是Gotham。"})
    with pytest.raises(PromptRejectedError, match="characters"):
        validate_prompt(other.model_dump_json(), trip)


def test_a_city_abroad_is_painted_by_its_country() -> None:
    assert landmarks_of("巴黎")[0].startswith("法国")
    assert allowed_landmarks(["东京"])["东京"] == landmarks_of("京都")
    assert place_of("巴黎", landmarks_of("巴黎")[0]).startswith("巴黎法国")
    assert province_of("巴黎") is None


def test_a_county_without_an_entry_has_the_sights_of_its_prefecture() -> None:
    assert landmarks_of("涞源县") == landmarks_of("保定市") != ()
    assert province_of("涞源县") == "河北省"
    assert place_of("涞源县", "白洋淀") == "保定市白洋淀"
    assert place_of("安吉县", "安吉竹海") == "安吉县安吉竹海"
    assert place_of("某某市", "城市风光") == "城市风光"


@pytest.mark.parametrize(
    ("city", "climate"),
    [
        ("巴黎", Climate.MILD),
        ("曼谷", Climate.WARM),
        ("莫斯科", Climate.SNOWY),
        ("乌兰巴托", Climate.SNOWY),
        ("悉尼", Climate.WARM),
        ("札幌", Climate.SNOWY),
        ("开普敦", Climate.WARM),
        ("阿勒泰地区", Climate.SNOWY),
        ("霍城县", Climate.SNOWY),
    ],
)
def test_winter_is_that_of_the_place(city: str, climate: Climate) -> None:
    assert climate_of(city) is climate


@pytest.mark.parametrize(
    ("city", "month", "season"),
    [
        ("悉尼", 1, Season.SUMMER),
        ("悉尼", 7, Season.WINTER),
        ("奥克兰", 4, Season.AUTUMN),
        ("圣保罗", 10, Season.SPRING),
        ("巴黎", 1, Season.WINTER),
        ("湖州", 1, Season.WINTER),
        ("湖州市", 7, Season.SUMMER),
    ],
)
def test_south_of_the_equator_the_season_is_the_other_one(
    city: str, month: int, season: Season
) -> None:
    end = datetime(2026, month, 2, 18, tzinfo=timezone(timedelta(hours=8)))
    trip = Trip.model_validate(
        {
            "mood": "😎",
            "started_at": end - timedelta(hours=8),
            "ended_at": end,
            "end": {"city": city, "weather": "晴"},
        }
    )
    assert facts_of(trip).season is season


def test_every_landscape_is_short_and_of_a_country_that_is_there() -> None:
    table = json.loads(Path(landmarks.__file__).with_name("landscapes.json").read_bytes())
    assert set(table["countries"]) <= set(DATA["countries"])
    for words in (*table["countries"].values(), *table["continents"].values()):
        assert 3 <= len(words[0]) <= 10
        assert words[1].isascii()
    assert set(table["continents"]) >= {each[2] for each in DATA["countries"].values()}
