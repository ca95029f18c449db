"""Places of every kind are read to their city, and what only looks like one is not.

Single places are in tests/values/places.csv.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.prompts.landmarks import known_cities, landmarks_of
from shared.trips import abroad as world
from shared.trips import places
from shared.trips.cities import city_key, city_of

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(places.__file__).parent
DIVISIONS: dict[str, dict[str, str]] = json.loads((DATA / "divisions.json").read_bytes())[
    "provinces"
]
# A prefecture's name in full, its province, and the names of what is below it.
PREFECTURES = [
    (province, listed.partition("/")[0], [name.partition("/")[0] for name in names.split()])
    for province, below in DIVISIONS.items()
    for listed, names in below.items()
    if listed
]
ABROAD = [row.split(";") for row in json.loads((DATA / "world.json").read_bytes())["cities"]]
TRADITIONAL = str.maketrans("县区东广苏庆沈阳济宁蓝龙门", "縣區東廣蘇慶瀋陽濟寧藍龍門")

STREETS = ["路", "街", "大道", "东路", "西路", "南路1号", "北街", "中路"]
OTHERS = ["公园", "大学", "医院", "市场", "小区", "拉面馆", "烤鸭店"]
STOPS = ["服务区", "收费站", "东站", "火车站", "高铁站", "机场", "国际机场", "出口"]

some = settings(deadline=None, max_examples=150)


@some
@given(
    place=st.sampled_from(PREFECTURES),
    with_province=st.booleans(),
    with_country=st.booleans(),
    below=st.integers(0, 30),
    street=st.text("天地玄洪荒日月盈昃辰宿列张", min_size=2, max_size=4),
    number=st.integers(1, 9999),
    gap=st.sampled_from(["", " ", ",", "-", "、", "/", "\u3000"]),
    traditional=st.booleans(),
)
def test_every_prefecture_is_read_out_of_an_address(
    place: tuple[str, str, list[str]],
    with_province: bool,
    with_country: bool,
    below: int,
    street: str,
    number: int,
    gap: str,
    traditional: bool,
) -> None:
    province, city, names = place
    parts = ["中国"] if with_country else []
    parts += [province] if with_province else []
    parts += [city]
    if names and below:
        parts += [names[below % len(names)], f"{street}路{number}号"]
    text = gap.join(parts)
    found = city_of(text.translate(TRADITIONAL) if traditional else text)
    assert found is not None
    assert city_key(found) == city_key(city)


@pytest.mark.parametrize("province", sorted(DIVISIONS))
def test_every_short_name_is_its_city(province: str) -> None:
    for _, city, _ in (each for each in PREFECTURES if each[0] == province):
        found = city_of(f"{province}{city_key(city)}")
        assert found is not None
        assert city_key(found) == city_key(city)


@some
@given(
    place=st.sampled_from(PREFECTURES),
    behind=st.sampled_from(
        [
            "路",
            "街",
            "大道",
            "东路",
            "西路",
            "南路1号",
            "北街",
            "中路",
            "公园",
            "大学",
            "医院",
            "小区",
            "市场",
            "拉面馆",
            "烤鸭店",
        ]
    ),
)
def test_what_is_called_like_a_city_is_none(place: tuple[str, str, list[str]], behind: str) -> None:
    short = city_key(place[1])
    is_one_anyway = place[0].startswith(short) and behind in {
        "公园",
        "大学",
        "医院",
        "市场",
        "小区",
    }
    found = city_of(f"{short}{behind}")
    assert found is None or is_one_anyway or found in sights_called(f"{short}{behind}")


def sights_called(text: str) -> set[str]:
    """Cities that have a sight of that very name, or of its beginning."""
    starts = (text[:length] for length in range(2, len(text) + 1))
    return {
        named.place.city
        for start in starts
        for named in places.named(start)
        if named.place.kind is places.Kind.SIGHT
    }


@some
@given(
    place=st.sampled_from(PREFECTURES),
    stop=st.sampled_from(
        ["服务区", "收费站", "东站", "火车站", "高铁站", "机场", "国际机场", "出口"]
    ),
    road=st.sampled_from(["", "G15沈海高速", "京沪高速公路", "S20"]),
)
def test_a_stop_on_the_way_names_its_city(
    place: tuple[str, str, list[str]], stop: str, road: str
) -> None:
    short = city_key(place[1])
    if short in places.provinces():  # 海南服务区 may be on the island
        return
    found = city_of(f"{road}{short}{stop}")
    assert found is not None
    assert city_key(found) == short


def test_a_district_names_its_city_where_it_has_but_one() -> None:
    owners: dict[str, set[str]] = {}
    anywhere = {"新市区", "老城区", "城东区", "城西区", "城北区", "城中区"}
    counties = {name for _, _, names in PREFECTURES for name in names if name[-1] != "区"}
    for _, city, names in PREFECTURES:
        for name in names:
            if name[-1] == "区" and len(name) > 2 and name not in counties | anywhere:
                owners.setdefault(name, set()).add(city)
    for district, cities in owners.items():
        found = city_of(district)
        assert found == (cities.pop() if len(cities) == 1 else None), district


def test_every_county_is_read_to_itself() -> None:
    counties = {name for _, _, names in PREFECTURES for name in names if name[-1] in "县市旗"}
    assert len(counties) > 1800
    assert [name for name in counties if city_of(name) != name] == []


def test_every_sight_of_the_table_is_in_its_city_where_that_is_said() -> None:
    for city in known_cities():
        for sight in landmarks_of(city):
            for name in (city, city_key(city)):
                if name in places.provinces():
                    continue
                found = city_of(f"{name}{sight}")
                assert found is not None, f"{name}{sight}"
                assert city_key(found) == city_key(city), f"{name}{sight}"


def test_every_city_abroad_is_its_own_city() -> None:
    wrong = [row[0] for row in ABROAD if city_of(row[0]) != row[0]]
    assert wrong == []


@some
@given(row=st.sampled_from(ABROAD), before=st.booleans())
def test_a_city_abroad_is_read_with_its_country(row: list[str], before: bool) -> None:
    country = world.country(row[1])
    latin = row[4].split()[0]
    where = ", ".join(part for part in (row[2], country.english) if part)
    found = city_of(f"{country.chinese}{row[0]}" if before else f"{latin}, {where}")
    if found is None and not before and not row[2] and latin in world.world().ambiguous:
        return  # two of the country
    assert found is not None
    known = world.abroad(found)
    assert known is not None
    assert known.country == row[1]


@some
@given(text=st.text(max_size=60))
def test_a_reading_is_read_to_itself(text: str) -> None:
    found = city_of(text)
    assert found is None or city_of(found) == found


@some
@given(place=st.sampled_from(PREFECTURES), form=st.sampled_from(["{}", "{}东站", "{}市", "{} "]))
def test_a_reading_of_a_city_is_read_to_itself(
    place: tuple[str, str, list[str]], form: str
) -> None:
    found = city_of(form.format(city_key(place[1])))
    assert found is None or city_of(found) == found


@pytest.mark.parametrize(
    "text",
    [
        "高速" * 50_000,
        "日本" * 50_000,
        "南京" * 50_000,
        "北京市" * 50_000,
        "新新新新" * 50_000,
        "paris " * 50_000,
        "a," * 50_000,
        "省" * 100_000,
    ],
    ids=lambda text: text[:6],
)
def test_a_long_text_takes_no_time(text: str) -> None:
    city_of("上海"), city_of("Paris")
    start = time.process_time()
    city_of(text)
    assert time.process_time() - start < 0.5


ROMANISED: list[list[str]] = [
    row.split() for row in json.loads((DATA / "romanised.json").read_bytes())["names"]
]
PROVINCES = {"浙江省": "Zhejiang", "江苏省": "Jiangsu", "四川省": "Sichuan", "云南省": "Yunnan"}


@some
@given(
    row=st.sampled_from([row for row in ROMANISED if len(row) == 2]),
    form=st.sampled_from(["{}", "{} City", "{} shi", "{}, China", "{} China", "{}, CN"]),
    upper=st.sampled_from([str.lower, str.upper, str.title]),
    cut=st.integers(2, 6),
)
def test_latin_names_are_read_in_any_form(
    row: list[str], form: str, upper: Callable[[str], str], cut: int
) -> None:
    key, name = row
    assert city_of(form.format(upper(f"{key[:cut]} {key[cut:]}".strip()))) == name


def test_a_latin_name_of_several_needs_its_province() -> None:
    assert (city_of("Taizhou"), city_of("Taizhou, China")) == (None, None)
    shared = [row for row in ROMANISED if len(row) > 2]
    for key, meant, *names in shared:
        assert city_of(key) == (None if meant == "-" else meant)
        for name in names:
            place = places.division(name)
            assert place is not None
            if latin := PROVINCES.get(place.province):
                assert city_of(f"{key}, {latin}") == name


def test_every_prefecture_has_a_latin_name() -> None:
    named = {name for row in ROMANISED for name in row[1:]}
    assert [city for _, city, _ in PREFECTURES if city not in named] == []
