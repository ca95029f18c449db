"""The template: always valid, always the same for the same trip and seed."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.prompts.landmarks import known_cities, landmarks_of
from shared.prompts.painting_text import CAMERA, LONGEST, negative_prompt, picture_prompt
from shared.prompts.template import template_prompt
from shared.prompts.validation import validate_prompt
from shared.prompts.words import MOOD_WORDS, SEASON_WORDS, TIME_WORDS, WEATHER_WORDS
from shared.trips.facts import Season, TimeOfDay, TripFacts
from shared.trips.mood import Mood
from shared.trips.weather import Weather
from tests.fakes.trip_facts import trip_facts

STYLE = "写实风光摄影，高清细节，自然光影，广角全景，空气透视，色彩真实细腻"
ALL_CITIES = sorted(known_cities())


@pytest.mark.parametrize("season", Season)
@pytest.mark.parametrize("city", ["哈尔滨市", "湖州市", "三亚市", "敦煌", "某某市"])
def test_the_template_passes_the_validation_for_every_combination(
    city: str, season: Season
) -> None:
    for weather, time, mood in itertools.product(Weather, TimeOfDay, Mood):
        trip = trip_facts(city, season=season, weather=weather, time=time, mood=mood)
        prompt = template_prompt(trip, seed=len(mood.value))
        assert validate_prompt(prompt.model_dump_json(), trip) == prompt


@pytest.mark.parametrize("longest", [LONGEST, 2100])
def test_a_model_that_reads_more_is_told_more_of_the_scene_and_all_else_as_ever(
    longest: int,
) -> None:
    trip = trip_facts("湖州市")
    prompt = template_prompt(trip, seed=1)
    scene = f"{prompt.landmark}，" + "湖面平静，远山如黛，" * 45
    told = picture_prompt(prompt.model_copy(update={"prompt": scene}), "写实摄影", longest=longest)
    assert len(told) <= longest
    assert CAMERA in told
    assert told.endswith("写实摄影。")
    assert prompt.landmark in told
    assert (scene in told) == (longest > LONGEST)


@pytest.mark.parametrize("start", range(0, len(ALL_CITIES), 20))
def test_the_template_passes_the_validation_for_every_sight_of_every_city(start: int) -> None:
    for number, city in enumerate(ALL_CITIES[start : start + 20]):
        trip = trip_facts(
            city,
            season=list(Season)[number % 4],
            weather=list(Weather)[number % 7],
            time=list(TimeOfDay)[number // 4 % 4],
            mood=list(Mood)[number % 6],
        )
        prompts = {p.landmark: p for p in (template_prompt(trip, seed=seed) for seed in range(60))}
        assert set(prompts) == set(landmarks_of(city))
        for prompt in prompts.values():
            assert validate_prompt(prompt.model_dump_json(), trip) == prompt


FACTS = st.builds(
    lambda cities, season, weather, time, mood: trip_facts(
        *cities, season=season, weather=weather, time=time, mood=mood
    ),
    st.lists(
        st.sampled_from(ALL_CITIES)
        | st.text("裸枪车人路上春夏秋冬夜市县州", min_size=2, max_size=12),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(Season),
    st.sampled_from(Weather),
    st.sampled_from(TimeOfDay),
    st.sampled_from(Mood),
)


@settings(deadline=None)
@given(trip=FACTS, seed=st.integers(0, 2**63))
def test_the_template_is_valid_whatever_the_cities_are_called(trip: TripFacts, seed: int) -> None:
    prompt = template_prompt(trip, seed=seed)
    assert validate_prompt(prompt.model_dump_json(), trip) == prompt
    assert prompt == template_prompt(trip, seed=seed)


@settings(deadline=None)
@given(trip=FACTS, seed=st.integers(0, 2**63), style=st.sampled_from(["", STYLE, STYLE * 9]))
def test_the_picture_prompt_fits_and_says_each_fact_once(
    trip: TripFacts, seed: int, style: str
) -> None:
    prompt = template_prompt(trip, seed=seed)
    text = picture_prompt(prompt, style)
    assert len(text) <= LONGEST
    assert CAMERA in text
    assert MOOD_WORDS[trip.mood] in text
    for table, fact in (
        (SEASON_WORDS, trip.season),
        (WEATHER_WORDS, trip.weather),
        (TIME_WORDS, trip.time_of_day),
    ):
        assert [value for value, word in table.items() if word in text] == [fact]


def test_a_city_in_the_table_is_preferred_to_one_that_is_not() -> None:
    trip = trip_facts("某某市", "三亚市")
    assert {template_prompt(trip, seed=seed).city for seed in range(20)} == {"三亚市"}


def test_a_name_that_is_not_in_the_table_is_kept_out_of_all_texts() -> None:
    prompt = template_prompt(trip_facts("裸体市"), seed=1)
    assert "裸" not in prompt.prompt + prompt.title + picture_prompt(prompt, STYLE)


def test_winter_in_the_south_is_green_and_in_the_north_white() -> None:
    south = template_prompt(trip_facts("三亚市", season=Season.WINTER), seed=1)
    north = template_prompt(trip_facts("哈尔滨市", season=Season.WINTER), seed=1)
    assert "雪" not in south.prompt
    assert "积雪" in north.prompt


def test_the_seed_chooses_among_the_sights() -> None:
    trip = trip_facts("湖州市", "无锡市", "常州市")
    assert len({template_prompt(trip, seed=seed).landmark for seed in range(60)}) > 6


def test_a_long_scene_is_cut_at_a_clause_and_keeps_its_landmark() -> None:
    trip = trip_facts("湖州市")
    prompt = template_prompt(trip, seed=3)
    long = prompt.model_copy(
        update={
            "prompt": "远处的树影层层叠叠，" * 40 + f"尽头是{prompt.landmark}，{prompt.prompt}"[:90]
        }
    )
    text = picture_prompt(long, STYLE)
    assert len(text) <= LONGEST
    assert prompt.landmark in text
    assert text.startswith("春季，多云，黄昏。")
    assert text.endswith(f"{STYLE}。")
    assert "远处的树影层层叠叠。色调" in text


def test_the_negative_prompt_takes_the_words_of_the_style() -> None:
    assert negative_prompt("卡通").endswith("，卡通")
    assert negative_prompt("") == negative_prompt("卡通").removesuffix("，卡通")
    assert len(negative_prompt("字" * 200)) <= 500
