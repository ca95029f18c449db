"""The facts of a trip, by the rules stated in the module."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from shared.trips.facts import Season, TimeOfDay, TripFacts, facts_of, season_of, time_of_day
from shared.trips.moments import SHANGHAI
from shared.trips.mood import Mood, known_mood, mood_of
from shared.trips.reading import read_trip_json
from shared.trips.weather import Weather, is_weather_alone, most_telling, weather_of

EXAMPLES = Path(__file__).parents[3] / "examples" / "trips"


def facts(name: str) -> TripFacts:
    return facts_of(read_trip_json((EXAMPLES / f"{name}.json").read_bytes()).trip)


def test_the_facts_of_the_sample_are_a_cloudy_dusk_in_spring() -> None:
    assert facts("may_day") == TripFacts(
        cities=("湖州市", "无锡市", "常州市"),
        destination_city="上海市",
        season=Season.SPRING,
        weather=Weather.CLOUDY,
        time_of_day=TimeOfDay.DUSK,
        mood=Mood.JOYFUL,
        month=5,
        distance_km=645.4,
        driving_hours=14.5,
    )


@pytest.mark.parametrize(
    ("name", "season", "weather", "time"),
    [
        ("harbin_snow", "winter", "snow", "day"),
        ("guilin_rain", "summer", "rain", "day"),
        ("dunhuang_desert", "autumn", "clear", "dusk"),
        ("shanghai_night", "autumn", "cloudy", "night"),
        ("qingdao_coast", "summer", "clear", "day"),
        ("sanya_winter", "winter", "cloudy", "dawn"),
        ("chongqing_fog", "autumn", "fog", "night"),
    ],
)
def test_the_examples_show_different_scenes(
    name: str, season: str, weather: str, time: str
) -> None:
    found = facts(name)
    assert (found.season, found.weather, found.time_of_day) == (season, weather, time)


def test_without_cities_on_the_way_the_destination_is_the_city() -> None:
    assert facts("shanghai_night").cities == ("上海市",)


def test_a_city_passed_twice_is_named_once() -> None:
    trip = read_trip_json((EXAMPLES / "may_day.json").read_bytes()).trip
    twice = trip.model_copy(update={"via": ("湖州市", "无锡市", "湖州市")})
    assert facts_of(twice).cities == ("湖州市", "无锡市")


def test_the_day_of_arrival_decides_month_and_season() -> None:
    trip = read_trip_json((EXAMPLES / "may_day.json").read_bytes()).trip
    arrived = trip.model_copy(update={"ended_at": datetime(2024, 6, 1, 18, 57, tzinfo=SHANGHAI)})
    assert (facts_of(arrived).month, facts_of(arrived).season) == (6, Season.SUMMER)


def test_the_months_are_three_a_season() -> None:
    by_month = [
        season_of(datetime(2024, month, 1, tzinfo=SHANGHAI)).value for month in range(1, 13)
    ]
    assert by_month == (
        ["winter"] * 2 + ["spring"] * 3 + ["summer"] * 3 + ["autumn"] * 3 + ["winter"]
    )


def test_the_hours_of_a_day_are_night_dawn_day_dusk_night() -> None:
    midnight = datetime(2024, 5, 5, tzinfo=SHANGHAI)
    hours = [time_of_day(midnight + timedelta(hours=hour)).value for hour in range(24)]
    assert hours == (["night"] * 5 + ["dawn"] * 2 + ["day"] * 10 + ["dusk"] * 3 + ["night"] * 4)


@pytest.mark.parametrize(
    ("words", "weather"),
    [
        ("晴天", "clear"),
        ("☀️", "clear"),
        ("多雲", "cloudy"),
        ("晴間多雲", "cloudy"),
        ("大風", "cloudy"),
        ("陰", "overcast"),
        ("霧", "fog"),
        ("雾霾", "fog"),
        ("阴有小雨", "rain"),
        ("雷陣雨", "rain"),
        ("晴转小雨", "rain"),
        ("雨夹雪", "snow"),
        ("暴雪", "snow"),
        ("扬沙", "sand"),
        ("浮塵", "sand"),
        ("風沙", "sand"),
        ("Light rain", "rain"),
        ("25℃", None),
    ],
)
def test_weather_words_of_both_scripts_are_known(words: str, weather: str | None) -> None:
    assert weather_of(words) == weather


def test_the_more_telling_weather_of_both_places_is_painted() -> None:
    assert most_telling(Weather.CLEAR, Weather.CLOUDY) is Weather.CLOUDY
    assert most_telling(Weather.SNOW, Weather.RAIN) is Weather.SNOW
    assert most_telling(Weather.CLEAR, Weather.CLEAR) is Weather.CLEAR


@pytest.mark.parametrize(
    ("text", "alone"), [("小雨转晴", True), ("雨花台区", False), ("天", False)]
)
def test_weather_words_alone_are_told_from_names(text: str, alone: bool) -> None:
    assert is_weather_alone(text) is alone


@pytest.mark.parametrize(
    ("tag", "mood"),
    [
        ("出遊", "joyful"),
        ("😎", "joyful"),
        ("放鬆", "calm"),
        ("😌", "calm"),
        ("冒險", "adventurous"),
        ("🏔️", "adventurous"),
        ("浪漫", "romantic"),
        ("❤️", "romantic"),
        ("懷舊", "nostalgic"),
        ("回家", "nostalgic"),
        ("自由", "free"),
        ("🕊️", "free"),
        ("???", "joyful"),
    ],
)
def test_mood_tags_of_both_scripts_and_emoji_are_known(tag: str, mood: str) -> None:
    assert mood_of(tag) == mood


@pytest.mark.parametrize(
    "tag",
    [
        *("不开心", "不太开心", "不高興", "没有快乐", "unhappy", "not happy", "isn't very happy"),
        *("no fun", "funeral", "失恋", "葬礼", "傷心", "很孤独", "💔", "恋恋不舍"),
    ],
)
def test_sadness_and_joy_that_is_denied_are_painted_nostalgic(tag: str) -> None:
    assert known_mood(tag) is Mood.NOSTALGIC


@pytest.mark.parametrize(
    "tag",
    [
        *("不累", "不浪漫", "没有假期", "困难", "傲慢", "里程累计", "季节", "哈爾濱"),
        *("freezing", "glove", "fundamental", "saddle", "triple", "unromantic", "not calm"),
    ],
)
def test_a_word_that_is_denied_or_within_another_is_no_mood(tag: str) -> None:
    assert known_mood(tag) is None


@pytest.mark.parametrize(
    ("tag", "mood"),
    [
        ("不累，很开心", "joyful"),
        ("困难 挑战", "adventurous"),
        ("有点累", "calm"),
        ("lovely", "romantic"),
        ("RELAXED", "calm"),
        ("freedom!", "free"),
        ("自由free", "free"),
        ("忍不住开心", "joyful"),
        ("哈哈", "joyful"),
    ],
)
def test_what_else_is_said_beside_it_counts(tag: str, mood: str) -> None:
    assert known_mood(tag) == mood
