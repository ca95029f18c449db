"""The table of cities and sights."""

from __future__ import annotations

import re

import pytest

from shared.prompts.landmarks import (
    GENERIC_SIGHT,
    Climate,
    allowed_landmarks,
    climate_of,
    known_cities,
    landmarks_of,
    names_of,
    province_of,
)
from shared.trips.script import simplified

PLACES_OF_EXAMPLES = """
上海市 湖州市 无锡市 常州市 长春市 吉林市 牡丹江市 哈尔滨市 柳州市 阳朔县 桂林市 兰州市 张掖市
嘉峪关市 敦煌市 济南市 日照市 青岛市 海口市 万宁市 陵水县 三亚市 成都市 遂宁市 重庆市
"""


def test_the_table_has_every_province_and_more_cities_than_there_are_prefectures() -> None:
    cities = known_cities()
    assert len(set(cities.values())) == 34
    assert len(cities) >= 330


@pytest.mark.parametrize("province", sorted(set(known_cities().values())))
def test_every_city_has_one_to_four_sights_in_simplified_characters(province: str) -> None:
    for city in (city for city, its_province in known_cities().items() if its_province == province):
        sights = landmarks_of(city)
        assert 1 <= len(sights) == len(set(sights)) <= 4
        for name in (city, *sights):
            assert re.fullmatch(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,11}", name)
            assert simplified(name) == name


@pytest.mark.parametrize("city", PLACES_OF_EXAMPLES.split())
def test_the_cities_of_the_examples_are_in_the_table(city: str) -> None:
    assert landmarks_of(city)


@pytest.mark.parametrize("city", ["湖州市", "湖州", "湖州 "])
def test_a_city_is_found_with_and_without_its_suffix(city: str) -> None:
    assert landmarks_of(city)[0] == "南浔古镇"


@pytest.mark.parametrize("city", ["大理", "大理州", "大理市", "大理白族自治州"])
def test_a_prefecture_is_found_by_any_of_its_forms(city: str) -> None:
    assert "洱海" in landmarks_of(city)


def test_a_city_is_found_in_traditional_characters() -> None:
    assert landmarks_of("無錫市") == landmarks_of("无锡市") != ()
    assert landmarks_of("臺北市") != ()


def test_a_city_that_is_not_in_the_table_has_the_scenery_of_a_city() -> None:
    assert landmarks_of("某某市") == ()
    assert province_of("某某市") is None
    assert allowed_landmarks(["某某市", "三亚市"]) == {
        "某某市": (GENERIC_SIGHT,),
        "三亚市": landmarks_of("三亚市"),
    }


@pytest.mark.parametrize(
    ("city", "climate"),
    [
        ("哈尔滨市", Climate.SNOWY),
        ("拉萨市", Climate.SNOWY),
        ("湖州市", Climate.MILD),
        ("北京市", Climate.MILD),
        ("三亚市", Climate.WARM),
        ("广州市", Climate.WARM),
        ("台北市", Climate.WARM),
        ("海南藏族自治州", Climate.SNOWY),
        ("某某市", Climate.MILD),
    ],
)
def test_the_province_says_how_winter_looks(city: str, climate: Climate) -> None:
    assert climate_of(city) is climate


def test_a_province_is_named_in_full() -> None:
    assert province_of("湖州") == "浙江省"


def test_names_typed_by_somebody_are_not_among_the_known_names() -> None:
    names = names_of(["湖州市", "裸体市"])
    assert {"湖州市", "湖州", "莫干山"} <= set(names)
    assert "裸体市" not in names
    assert [len(name) for name in names] == sorted((len(name) for name in names), reverse=True)
