"""The bullet list in which people pass trips on."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.core.errors import InvalidRequestError
from shared.trips.labels import fields_of, known_labels
from shared.trips.model import Place, Trip, Vehicle
from shared.trips.moments import SHANGHAI
from shared.trips.reading import read_trip_json
from shared.trips.text_form import read_trip_text

EXAMPLES = Path(__file__).parents[3] / "examples" / "trips"
SAMPLE = (EXAMPLES / "article_trip.txt").read_text(encoding="utf-8")


def read(text: str) -> Trip:
    return read_trip_text(text).trip


def problems(text: str) -> dict[str, str]:
    with pytest.raises(InvalidRequestError) as refusal:
        read_trip_text(text)
    return {problem.pointer: problem.detail for problem in refusal.value.problems}


def warned(text: str) -> dict[str, str]:
    return {each.field: each.reason for each in read_trip_text(text).warnings}


def test_the_sample_as_text_is_the_sample_as_json_and_nothing_is_assumed() -> None:
    sample = read_trip_text(SAMPLE)
    assert sample == read_trip_json((EXAMPLES / "may_day.json").read_bytes())
    assert sample.warnings == ()


SIMPLIFIED = """
- 用户标记emoji：出游
- 用户文字：新司机的五一出游!
- 出行时间：2024/5/2 下午10:38-2024/5/5 下午6:57
- 总驾驶时长：14小时28分钟
- 公里数：645.4km
- 起点：上海市黄浦区中山南路1891号-1893号
- 起点天气：晴天
- 终点：上海市闵行区申长路688号
- 终点天气：多云
- 途径城市：湖州市 无锡市 常州市
- 组队信息：欧阳开心的队伍
- 车辆信息：黑色一代
"""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("begin", ["", "\ufeff"])
@pytest.mark.parametrize("colon", [":", "：", " : "])
def test_the_sample_survives_what_editors_and_keyboards_do(
    end: str, begin: str, colon: str
) -> None:
    lines = [line.replace(":", colon, 1) for line in SAMPLE.splitlines()]
    assert read_trip_text(begin + end.join(lines)) == read_trip_text(SAMPLE)


def test_the_sample_in_simplified_script_is_the_same_trip() -> None:
    found = read_trip_text(SIMPLIFIED)
    assert found.warnings == ()
    written = {"mood": "出遊", "caption": "新司機的五一齣遊!", "team": "歐陽開心的隊伍"}
    assert found.trip.model_copy(update=written) == read(SAMPLE)


@pytest.mark.parametrize(
    "written",
    [
        "**{label}**：{value}", "**{label}：**{value}", "【{label}】{value}", "[{label}] {value}",
        "①{label}：{value}", "三、{label}:{value}", "(2) {label}：{value}", "（十）{label}:{value}",
        "{label}\t{value}", "| {label} | {value} |", "{label}={value}", "{label}﹕{value}",
        "「{label}」：{value}", "\u200b{label}\u200b：{value}",
        "\u00a0{label}\u00a0:\u3000{value}", "> {label}：{value}", "✅ {label}：{value}",
    ],
)  # fmt: skip
def test_what_apps_and_people_put_around_a_label_does_not_matter(written: str) -> None:
    values = (line[2:].split(":", 1) for line in SAMPLE.splitlines())
    text = "\n".join(written.format(label=label, value=value) for label, value in values)
    assert read_trip_text(text) == read_trip_text(SAMPLE)


def test_both_times_may_have_lines_of_their_own() -> None:
    (times,) = [line for line in SAMPLE.splitlines() if "出行時間" in line]
    two = "- 出發時間:2024/5/2 22:38\n- 到達時間:2024-05-05 18:57"
    assert read(SAMPLE.replace(times, two)) == read(SAMPLE)


@pytest.mark.parametrize("bullet", ["·", "•", "-", "*", "", "1. ", "  – ", "📍"])
@pytest.mark.parametrize("colon", [":", "：", " ", "： "])
def test_bullets_and_colons_do_not_matter(bullet: str, colon: str) -> None:
    text = SAMPLE.replace("- ", bullet)
    lines = [line.replace(":", colon, 1) for line in text.splitlines()]
    assert read_trip_text("\r\n".join(lines)) == read_trip_text(SAMPLE)


def test_the_order_of_the_lines_does_not_matter() -> None:
    assert read_trip_text("\n".join(reversed(SAMPLE.splitlines()))) == read_trip_text(SAMPLE)


@pytest.mark.parametrize(
    "line",
    [
        "起點：上海市黃浦區中山南路1891號-1893號 天氣：晴天",
        "起點：上海市黃浦區中山南路1891號-1893號，天氣 晴天",
        "起點：上海市黃浦區中山南路1891號-1893號（天氣：晴天）",
        "起点：上海市黄浦区中山南路1891号-1893号，晴天",
        "出发地: 上海市 晴天",
        "起點：上海市（晴天）",
        "起點: 上海市黃浦區中山南路1891號-1893號\n· 天氣: 晴天",
        "起點天氣：晴天\n起點：上海市黃浦區中山南路1891號-1893號",
    ],
)
def test_the_weather_of_a_place_stands_where_people_put_it(line: str) -> None:
    first = "起點:上海市黃浦區中山南路1891號-1893號\n- 起點天氣:晴天"
    assert read_trip_text(SAMPLE.replace(first, line)) == read_trip_text(SAMPLE)


def test_weather_behind_a_place_may_have_degrees_and_wind() -> None:
    text = (
        "起点：上海市 黄浦区 晴 25℃ 东北风3级\n终点：湖州市，多云转小雨\n结束时间：2024-05-05 18:57"
    )
    found = read(text)
    assert found.start
    assert (found.start.city, found.end.city) == ("上海市", "湖州市")
    assert (found.start.weather[:1], found.end.weather) == ("晴", "多云转小雨")


def test_one_weather_alone_is_that_of_both_places() -> None:
    text = "天氣:小雨\n起點:上海\n終點:湖州\n到達時間:2024-05-05 18:57"
    assert [place and place.weather for place in (read(text).start, read(text).end)] == ["小雨"] * 2


def test_a_district_named_after_the_rain_is_not_taken_for_weather() -> None:
    text = SAMPLE.replace("上海市黃浦區中山南路1891號-1893號", "南京市 雨花台区")
    assert "is missing" in warned(text.replace("- 起點天氣:晴天\n", ""))["/start/weather"]


def test_names_of_cities_abroad_keep_their_spaces() -> None:
    via = fields_of({"via": "Los Angeles, San Diego 湖州市 無錫市/St. Louis"})["via"]
    assert via == ["Los Angeles", "San Diego", "湖州市", "无锡市", "St. Louis"]


@pytest.mark.parametrize("joint", ["、", "，", " ", "→", " - ", "/"])
def test_cities_on_the_way_may_be_separated_as_one_likes(joint: str) -> None:
    text = SAMPLE.replace("湖州市 無錫市 常州市", joint.join(["湖州市", "無錫市", "常州市"]))
    assert read(text).via == ("湖州市", "无锡市", "常州市")


@pytest.mark.parametrize("nothing", ["無", "无", "", "-"])
def test_no_cities_on_the_way_may_be_said(nothing: str) -> None:
    assert read(SAMPLE.replace("湖州市 無錫市 常州市", nothing)).via == ()


@pytest.mark.parametrize(("answer", "share"), [("同意", True), ("是", True), ("否", False)])
def test_consent_is_read_from_a_plain_answer(answer: str, share: bool) -> None:
    assert read(f"{SAMPLE}\n是否分享：{answer}").share is share


def test_an_unclear_answer_about_sharing_is_refused() -> None:
    assert "true or false" in problems(f"{SAMPLE}\n分享：也許")["/share"]


def test_headings_and_empty_lines_are_passed_over() -> None:
    assert read_trip_text(f"\ufeff我的行程：\n\n{SAMPLE}\n---\n") == read_trip_text(SAMPLE)


def test_thousands_of_unknown_lines_make_few_warnings() -> None:
    found = warned(SAMPLE + "a\n" * 30_000)
    assert len(found) == 11
    assert found["/lines"].startswith("29990 more lines")


@pytest.mark.parametrize("gap", ["；", " ", "，", " · ", " → "])
def test_everything_but_free_text_may_stand_in_one_line(gap: str) -> None:
    lines = [line[2:] for line in SAMPLE.splitlines() if "文字" not in line and "隊伍" not in line]
    assert read(gap.join(lines)) == read(SAMPLE).without_private()


def test_a_line_that_begins_like_a_label_is_no_label_where_others_have_colons() -> None:
    text = SAMPLE.replace("五一齣遊!", "五一齣遊!\n車 好多啊\n出發 去湖州啦")
    assert read(text) == read(SAMPLE)


@pytest.mark.parametrize(
    "via",
    [
        "湖州市無錫市常州市", "湖州市-無錫市-常州市", "湖州市+無錫市+常州市",
        "湖州市&無錫市&常州市", "湖州市和無錫市到常州市",
        "湖州市（2小時）、無錫市、常州市", "1.湖州市 2.無錫市 3.常州市",
    ],
)  # fmt: skip
def test_no_stop_is_lost_by_what_stands_between(via: str) -> None:
    assert read(SAMPLE.replace("湖州市 無錫市 常州市", via)).via == read(SAMPLE).via


def test_an_unknown_line_is_named_by_number_not_used_and_not_repeated() -> None:
    found = warned(f"{SAMPLE}手機：13800138000")
    assert list(found) == ["/lines/13"]
    assert "138" not in str(found)
    assert "里程" in found["/lines/13"]
    assert read(f"{SAMPLE}手機：13800138000") == read(SAMPLE)


def test_what_stands_at_the_end_of_an_endless_line_is_not_looked_at() -> None:
    assert "is given twice" in problems(f"{SAMPLE}終點：{' ' * 60_000}x")["/end"]
    assert "200 characters" in warned(SAMPLE.replace("新司機", "新司機" * 60_000))["/caption"]


def test_a_line_given_twice_is_refused_unless_it_says_the_same() -> None:
    assert "twice" in problems(f"{SAMPLE}\n終點：北京市")["/end"]
    assert "twice" in warned(f"{SAMPLE}\n里程：1公里")["/distance_km"]
    assert read(f"{SAMPLE}\n里程：1公里") == read(SAMPLE)
    assert read(f"{SAMPLE}\n- 公里數:645.4km") == read(SAMPLE)


def test_a_missing_line_is_refused_by_its_field() -> None:
    lines = [line for line in SAMPLE.splitlines() if "出行時間" not in line]
    assert "is required" in problems("\n".join(lines))["/ended_at"]


def test_an_empty_text_names_all_that_is_required() -> None:
    assert set(problems("")) == {"/ended_at", "/end"}


def test_each_label_stands_for_one_field() -> None:
    labels = [label for family in known_labels().values() for label in family]
    assert len(labels) == len(set(labels))


TRADITIONAL = {"开": "開", "时": "時", "间": "間", "驾": "駕", "驶": "駛", "点": "點", "车": "車"}
CITIES = st.sampled_from(["上海市", "湖州市", "大理白族自治州", "阳朔县", "呼和浩特市", "吉林市"])
PLACES = st.builds(
    Place, city=CITIES, weather=st.sampled_from(["晴", "多云", "雷阵雨", "小雪", "霾"])
)
WORDS = st.text("一二三路上風車好嗎:：，！ ", min_size=1, max_size=16).map(
    lambda text: " ".join(text.split())
)
TEXTS = WORDS.filter(bool)


MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1))  # noqa: DTZ001 - zone follows


@st.composite
def trips(draw: st.DrawFn) -> Trip:
    start = draw(MOMENTS).replace(second=0, microsecond=0, tzinfo=SHANGHAI)
    return Trip(
        mood=draw(TEXTS),
        caption=draw(TEXTS),
        started_at=start,
        ended_at=start + timedelta(minutes=draw(st.integers(1, 500_000))),
        driving_minutes=draw(st.integers(1, 9000)),
        distance_km=draw(st.integers(1, 999_999)) / 10,
        start=draw(PLACES),
        end=draw(PLACES),
        via=tuple(draw(st.lists(CITIES, max_size=4))),
        team=draw(st.none() | TEXTS),
        vehicle=draw(st.sampled_from([None, Vehicle(paint="red", generation="g2")])),
        share=draw(st.booleans()),
        style=draw(st.sampled_from([None, "photoreal"])),
    )


def written(
    trip: Trip, labels: dict[str, str], bullet: str, colon: str, *, two_lines: bool
) -> list[str]:
    assert trip.driving_minutes
    assert trip.start
    started, ended = f"{trip.started_at:%Y年%m月%d日 %H:%M}", f"{trip.ended_at:%Y-%m-%d %H:%M}"
    times = {"times": f"{started} 至 {ended}"}
    if two_lines:
        times = {"started_at": started, "ended_at": ended}
    values = {
        "mood": trip.mood,
        "caption": trip.caption,
        **times,
        "driving_minutes": f"{trip.driving_minutes // 60}小時{trip.driving_minutes % 60}分",
        "distance_km": f"{trip.distance_km} 公里",
        "start": f"{trip.start.city}古北路12弄3號 天氣{colon}{trip.start.weather}",
        "end": f"{trip.end.city}，{trip.end.weather}",
        "via": "、".join(trip.via),
        "team": trip.team,
        "vehicle": "紅色二代" if trip.vehicle else None,
        "share": "是" if trip.share else "否",
        "style": trip.style,
    }
    return [
        f"{bullet}{labels[field]}{colon}{value}"
        for field, value in values.items()
        if value is not None
    ]


@settings(deadline=None)
@given(trip=trips(), data=st.data())
def test_a_trip_written_as_text_is_the_same_trip(trip: Trip, data: st.DataObject) -> None:
    script = str.maketrans(TRADITIONAL if data.draw(st.booleans()) else {})
    labels = {
        field: data.draw(st.sampled_from(family)).translate(script)
        for field, family in known_labels().items()
    }
    bullet = data.draw(st.sampled_from(["· ", "•", "- ", "* ", ""]))
    colon = data.draw(st.sampled_from([":", "：", ": "]))
    two = data.draw(st.booleans())
    lines = data.draw(st.permutations(written(trip, labels, bullet, colon, two_lines=two)))
    assert read("\n".join(lines)) == trip


@settings(deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_is_refused_properly(text: str) -> None:
    assert problems(text)


@settings(deadline=None)
@given(line=st.text(max_size=60))
def test_a_stray_line_in_the_sample_never_breaks_the_reader(line: str) -> None:
    outcome: Trip | InvalidRequestError
    try:
        outcome = read(f"{SAMPLE}\n{line}")
    except InvalidRequestError as error:
        outcome = error
    assert isinstance(outcome, Trip) or outcome.problems
