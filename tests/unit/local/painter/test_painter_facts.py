"""What the painter reads from a Chinese picture prompt."""

from __future__ import annotations

import dataclasses

import pytest

from local.painter.facts import SceneFacts, facts_from_prompt


@pytest.mark.parametrize(
    ("word", "season"),
    [("春季", "spring"), ("夏季", "summer"), ("秋季", "autumn"), ("冬季", "winter")],
)
def test_season_is_read_from_its_word(word: str, season: str) -> None:
    assert facts_from_prompt(f"{word}，晴天，白天。远处是太湖。").season == season


@pytest.mark.parametrize(
    ("word", "weather"),
    [
        ("晴天", "clear"),
        ("多云", "cloudy"),
        ("阴天", "overcast"),
        ("雨天", "rain"),
        ("雪天", "snow"),
        ("雾天", "fog"),
        ("沙尘", "sand"),
    ],
)
def test_weather_is_read_from_its_word(word: str, weather: str) -> None:
    assert facts_from_prompt(f"秋季，{word}，黄昏。远处是太湖。").weather == weather


@pytest.mark.parametrize(
    ("word", "time"), [("清晨", "dawn"), ("白天", "day"), ("黄昏", "dusk"), ("夜晚", "night")]
)
def test_time_of_day_is_read_from_its_word(word: str, time: str) -> None:
    assert facts_from_prompt(f"秋季，晴天，{word}。远处是太湖。").time_of_day == time


@pytest.mark.parametrize(
    ("place", "setting"),
    [
        ("杭州市西湖", "lake"),
        ("三亚市天涯海角", "sea"),
        ("青岛市栈桥，海滨的灯塔", "sea"),
        ("黄山市黄山", "mountain"),
        ("敦煌市鸣沙山月牙泉", "desert"),
        ("呼伦贝尔草原", "grassland"),
        ("桐乡市乌镇", "oldtown"),
        ("苏州市拙政园", "oldtown"),
        ("上海市外滩", "city"),
        ("上海市东方明珠", "city"),
        ("广州市广州塔", "city"),
        ("哈尔滨冰雪大世界", "ice"),
        ("牡丹江市雪乡", "ice"),
        ("武汉市武汉长江大桥", "bridge"),
        ("安吉县安吉竹海", "bamboo"),
        ("云和梯田", "tea"),
        ("桂林市漓江", "river"),
        ("一条安静的公路", "country"),
    ],
)
def test_setting_is_read_from_the_landmark(place: str, setting: str) -> None:
    assert facts_from_prompt(f"夏季，晴天，白天。中远景是{place}，结构清晰。").setting == setting


@pytest.mark.parametrize("name", ["上海市", "湖州市", "江苏", "山东", "海南", "浙江省", "画面中心"])
def test_names_of_provinces_and_cities_are_not_scenery(name: str) -> None:
    assert facts_from_prompt(f"夏季，晴天，白天，{name}的一条路").setting == "country"


def test_colour_words_are_not_scenery() -> None:
    facts = facts_from_prompt("夏季，晴天，白天。一条路。色调以湖蓝、海蓝、竹青、茶色为主。")
    assert facts.setting == "country"
    assert "water" not in facts.features


def test_sea_of_clouds_is_no_water() -> None:
    assert "water" not in facts_from_prompt("秋季，晴天，清晨，黄山云海").features


def test_lighthouse_is_no_pagoda() -> None:
    features = facts_from_prompt("夏季，晴天，白天，海边的灯塔").features
    assert "lighthouse" in features
    assert "pagoda" not in features


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("上海外灘", "上海外滩"),
        ("烏鎮水鄉", "乌镇水乡"),
        ("鳴沙山沙丘", "鸣沙山沙丘"),
        ("黃山", "黄山"),
    ],
)
def test_traditional_characters_mean_the_same(traditional: str, simplified: str) -> None:
    assert facts_from_prompt(traditional) == facts_from_prompt(simplified)


def test_mood_words_are_kept() -> None:
    assert facts_from_prompt("春季，氛围宁静，浪漫").moods == ("calm", "romantic")


def test_prompt_without_facts_is_a_clear_summer_day_in_the_country() -> None:
    expected = SceneFacts("summer", "clear", "day", "country", frozenset(), ())
    assert facts_from_prompt("") == expected


def test_facts_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        facts_from_prompt("").season = "winter"  # type: ignore[misc]
