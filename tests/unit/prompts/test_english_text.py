"""The English prompt: all facts of the trip in it, nothing Chinese, no vehicle asked for."""

from __future__ import annotations

import itertools
import re

import pytest

from shared.prompts.english_text import (
    NEGATIVE,
    english_negative,
    english_prompt,
    place_words,
)
from shared.prompts.landmarks import known_cities, landmarks_of
from shared.trips.facts import Season, TimeOfDay
from shared.trips.mood import Mood
from shared.trips.weather import Weather
from tests.golden.painted_trip import a_trip

ALL = itertools.product(Season, Weather, TimeOfDay)
LONGEST = 600


@pytest.mark.parametrize(("season", "weather", "time"), list(ALL))
def test_season_weather_and_time_are_said_in_english(
    season: Season, weather: Weather, time: TimeOfDay
) -> None:
    words = {"clear": "clear", "cloudy": "clouds", "overcast": "overcast", "rain": "rain,"}
    words |= {"snow": "snow", "fog": "fog", "sand": "sandstorm"}
    changed = {"season": season, "weather": weather, "time_of_day": time}
    text = english_prompt(a_trip()[1].model_copy(update=changed), "photograph")
    assert text.isascii()
    assert len(text) <= LONGEST
    assert f"{season.value}, " in text
    assert words[weather.value] in text
    assert re.search({"day": "by day"}.get(time.value, time.value), text)


@pytest.mark.parametrize("mood", Mood)
def test_every_mood_reads_differently(mood: Mood) -> None:
    texts = {
        english_prompt(a_trip()[1].model_copy(update={"mood": each}), "") for each in (*Mood, mood)
    }
    assert len(texts) == len(Mood)


def test_most_sights_of_the_table_are_more_than_a_city() -> None:
    sights = [sight for city in known_cities() for sight in landmarks_of(city)]
    vague = [sight for sight in sights if place_words(sight) == place_words("某某")]
    assert len(vague) < 0.08 * len(sights)


@pytest.mark.parametrize(
    ("sight", "word"),
    [
        ("西湖", "lake"),
        ("八达岭长城", "Great Wall"),
        ("外滩", "skyline"),
        ("南浔古镇", "water town"),
        ("鸣沙山", "dunes"),
        ("黄山", "mountain"),
        ("黄果树瀑布", "waterfall"),
        ("莫高窟", "grottoes"),
        ("呼伦贝尔草原", "grassland"),
    ],
)
def test_a_sight_goes_in_as_its_kind(sight: str, word: str) -> None:
    assert word in place_words(sight)


def test_cars_and_letters_are_kept_out_by_the_negative_prompt() -> None:
    assert english_negative("") == NEGATIVE
    assert english_negative("cartoon") == f"{NEGATIVE}, cartoon"
    assert {"car", "text", "person"} <= set(NEGATIVE.split(", "))
