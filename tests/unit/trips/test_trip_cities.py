"""Names of cities out of addresses, and their comparison."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.prompts.landmarks import known_cities
from shared.trips.cities import city_key, city_of
from shared.trips.script import simplified


@pytest.mark.parametrize(
    ("address", "city"),
    [
        ("上海市黃浦區中山南路1891號-1893號", "上海市"),
        ("上海市閔行區申長路688號", "上海市"),
        ("上海黄浦区中山南路1891号", "上海市"),
        ("上海", "上海市"),
        ("重慶市渝中區", "重庆市"),
        ("浙江省湖州市吴兴区某某路1号", "湖州市"),
        ("中国江苏省無錫市", "无锡市"),
        ("江苏无锡", "无锡"),
        ("湖州", "湖州"),
        ("湖州吴兴区某某路1号", "湖州"),
        ("呼和浩特新城区", "呼和浩特"),
        ("苏州工业园区星湖街1号", "苏州"),
        ("吉林省吉林市船营区", "吉林市"),
        ("吉林", "吉林市"),
        ("海南省三亚市天涯区", "三亚市"),
        ("海南藏族自治州共和县", "海南藏族自治州"),
        ("云南省大理白族自治州大理市", "大理白族自治州"),
        ("大理州大理市古城", "大理州"),
        ("恩施土家族苗族自治州恩施市", "恩施土家族苗族自治州"),
        ("西藏自治区阿里地区", "阿里地区"),
        ("内蒙古锡林郭勒盟", "锡林郭勒盟"),
        ("神农架林区", "神农架林区"),
        ("桂林市陽朔縣西街1號", "桂林市"),
        ("陽朔縣", "阳朔县"),
        ("香港九龍彌敦道1號", "香港"),
        ("臺北市信義區", "台北市"),
        ("景德镇", "景德镇"),
    ],
)
def test_an_address_is_cut_to_its_city(address: str, city: str) -> None:
    assert city_of(address) == city


@pytest.mark.parametrize(
    "text",
    [
        "",
        "中山南路1891號",
        "北京路1号",
        "上海街",
        "湖北省",
        "海南",
        "某某小区3号楼",
        "家乐福超市",
        "Atlantis",
        "3",
        "村口",
    ],
)
def test_what_names_no_city_gives_none(text: str) -> None:
    assert city_of(text) is None


def test_every_city_of_the_table_is_its_own_city() -> None:
    cities = list(known_cities())
    assert [city_key(city_of(city) or "") for city in cities] == [city_key(city) for city in cities]


@settings(deadline=None)
@given(
    city=st.sampled_from(sorted(known_cities())),
    street=st.text("天地玄洪荒日月盈昃辰宿列张", min_size=2, max_size=4),
    number=st.integers(1, 9999),
)
def test_no_street_survives_the_cut(city: str, street: str, number: int) -> None:
    found = city_of(f"{city}{street}区{street}路{number}号")
    assert found is not None
    assert city_key(found) == city_key(city)


@settings(deadline=None)
@given(text=st.text(max_size=30))
def test_any_text_gives_a_short_name_or_none(text: str) -> None:
    found = city_of(text)
    assert found is None or (2 <= len(found) <= 14 and found.replace(" ", "").isalpha())


@pytest.mark.parametrize(
    "names",
    [
        ("湖州市", "湖州", "湖州　"),
        ("大理白族自治州", "大理州", "大理市", "大理"),
        ("陵水黎族自治县", "陵水县", "陵水"),
        ("巴音郭楞蒙古自治州", "巴音郭楞州", "巴音郭楞"),
        ("香港特别行政区", "香港"),
        ("無錫市", "无锡"),
        ("阿里地区", "阿里"),
        ("歙县", "歙县"),
    ],
)
def test_the_forms_of_a_name_compare_equal(names: tuple[str, ...]) -> None:
    assert len({city_key(name) for name in names}) == 1


def test_names_that_differ_compare_different() -> None:
    cities = list(known_cities())
    assert len({city_key(city) for city in cities}) == len(cities)


@pytest.mark.parametrize(
    ("traditional", "plain"),
    [
        ("瀋陽市", "沈阳市"),
        ("廈門", "厦门"),
        ("蘇州", "苏州"),
        ("濟南", "济南"),
        ("乾陵", "乾陵"),
        ("ＡＢ：", "AB:"),
    ],
)
def test_traditional_characters_are_made_simplified(traditional: str, plain: str) -> None:
    assert simplified(traditional) == plain
