"""The bullet list in which people pass trips on."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import InvalidRequestError
from shared.trips.model import Place, Trip, Vehicle, parse_trip_json
from shared.trips.moments import SHANGHAI
from shared.trips.text_form import LABELS, parse_trip_text

EXAMPLES = Path(__file__).parents[3] / "examples" / "trips"
SAMPLE = (EXAMPLES / "may_day.txt").read_text(encoding="utf-8")


def problems(text: str) -> dict[str, str]:
    with pytest.raises(InvalidRequestError) as refusal:
        parse_trip_text(text)
    return {problem.pointer: problem.detail for problem in refusal.value.problems}


def test_the_sample_as_text_is_the_sample_as_json() -> None:
    assert parse_trip_text(SAMPLE) == parse_trip_json((EXAMPLES / "may_day.json").read_bytes())


@pytest.mark.parametrize("bullet", ["·", "•", "-", "*", "", "1. ", "  – ", "📍"])
@pytest.mark.parametrize("colon", [":", "：", " ", "： "])
def test_bullets_and_colons_do_not_matter(bullet: str, colon: str) -> None:
    text = SAMPLE.replace("· ", bullet)
    lines = [line.replace("：", colon, 1) for line in text.splitlines()]
    assert parse_trip_text("\r\n".join(lines)) == parse_trip_text(SAMPLE)


def test_the_order_of_the_lines_does_not_matter() -> None:
    assert parse_trip_text("\n".join(reversed(SAMPLE.splitlines()))) == parse_trip_text(SAMPLE)


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
    first = next(line for line in SAMPLE.splitlines() if "起點" in line)
    assert parse_trip_text(SAMPLE.replace(first, line)) == parse_trip_text(SAMPLE)


def test_a_district_named_after_the_rain_is_not_taken_for_weather() -> None:
    text = SAMPLE.replace("上海市黃浦區中山南路1891號-1893號 天氣：晴天", "南京市 雨花台区")
    assert "is required" in problems(text)["/start/weather"]


@pytest.mark.parametrize("joint", ["、", "，", " ", "→", " - ", "/"])
def test_cities_on_the_way_may_be_separated_as_one_likes(joint: str) -> None:
    text = SAMPLE.replace("湖州市、無錫市、常州市", joint.join(["湖州市", "無錫市", "常州市"]))
    assert parse_trip_text(text).via == ("湖州市", "无锡市", "常州市")


@pytest.mark.parametrize("nothing", ["無", "无", "", "-"])
def test_no_cities_on_the_way_may_be_said(nothing: str) -> None:
    assert parse_trip_text(SAMPLE.replace("湖州市、無錫市、常州市", nothing)).via == ()


@pytest.mark.parametrize(("answer", "share"), [("同意", True), ("是", True), ("否", False)])
def test_consent_is_read_from_a_plain_answer(answer: str, share: bool) -> None:
    assert parse_trip_text(f"{SAMPLE}\n是否分享：{answer}").share is share


def test_an_unclear_answer_about_sharing_is_refused() -> None:
    assert "true or false" in problems(f"{SAMPLE}\n分享：也許")["/share"]


def test_headings_and_empty_lines_are_passed_over() -> None:
    assert parse_trip_text(f"\ufeff我的行程：\n\n{SAMPLE}\n---\n") == parse_trip_text(SAMPLE)


def test_an_unknown_line_is_refused_by_number_and_not_repeated() -> None:
    found = problems(f"{SAMPLE}手機：13800138000")
    assert list(found) == ["/lines/12"]
    assert "138" not in str(found)
    assert "里程" in found["/lines/12"]


def test_an_endless_line_is_refused_by_number() -> None:
    assert "500 characters" in problems(f"{SAMPLE}終點：{' ' * 60_000}x")["/lines/12"]


def test_a_line_given_twice_is_refused() -> None:
    assert "twice" in problems(f"{SAMPLE}\n里程：1公里")["/distance_km"]


def test_a_missing_line_is_refused_by_its_field() -> None:
    lines = [line for line in SAMPLE.splitlines() if "結束" not in line]
    assert "is required" in problems("\n".join(lines))["/ended_at"]


def test_an_empty_text_names_all_that_is_required() -> None:
    assert {"/mood", "/started_at", "/start", "/end"} <= set(problems(""))


def test_each_label_stands_for_one_field() -> None:
    labels = [label for family in LABELS.values() for label in family]
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


def written(trip: Trip, labels: dict[str, str], bullet: str, colon: str) -> list[str]:
    values = {
        "mood": trip.mood,
        "caption": trip.caption,
        "started_at": f"{trip.started_at:%Y年%m月%d日 %H:%M}",
        "ended_at": f"{trip.ended_at:%Y-%m-%d %H:%M}",
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
        for field, family in LABELS.items()
    }
    bullet = data.draw(st.sampled_from(["· ", "•", "- ", "* ", ""]))
    colon = data.draw(st.sampled_from([":", "：", ": "]))
    lines = data.draw(st.permutations(written(trip, labels, bullet, colon)))
    assert parse_trip_text("\n".join(lines)) == trip


@settings(deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_is_refused_properly(text: str) -> None:
    assert problems(text)


@settings(deadline=None)
@given(line=st.text(max_size=60))
def test_a_stray_line_in_the_sample_never_breaks_the_reader(line: str) -> None:
    outcome: Trip | InvalidRequestError
    try:
        outcome = parse_trip_text(f"{SAMPLE}\n{line}")
    except InvalidRequestError as error:
        outcome = error
    assert isinstance(outcome, Trip) or outcome.problems
