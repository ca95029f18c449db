"""Parsing trips: what is taken, what is refused, and that nothing private comes back out."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.core.errors import InvalidRequestError, MalformedRequestError, Problem
from shared.trips.facts import facts_of
from shared.trips.model import Place, Trip, Vehicle, canonical_bytes
from shared.trips.mood import Mood
from shared.trips.reading import read_trip, read_trip_json
from shared.trips.weather import Weather

EXAMPLES = Path(__file__).parents[3] / "examples" / "trips"
MINIMAL: dict[str, Any] = {
    "mood": "😎",
    "started_at": "2024-05-02 22:38",
    "ended_at": "2024-05-05 18:57",
    "driving_minutes": 868,
    "distance_km": 645.4,
    "start": {"city": "上海市", "weather": "晴天"},
    "end": {"city": "湖州市", "weather": "多云"},
}
STREET = "中山南路1891號-1893號"


def trip(**changes: Any) -> Trip:
    return read_trip_json(json.dumps({**MINIMAL, **changes}).encode()).trip


def warned(**changes: Any) -> dict[str, tuple[str, str]]:
    read = read_trip({**MINIMAL, **changes})
    return {each.field: (each.reason, each.assumed) for each in read.warnings}


def problems(**changes: Any) -> dict[str, str]:
    with pytest.raises(InvalidRequestError) as refusal:
        trip(**changes)
    return {problem.pointer: problem.detail for problem in refusal.value.problems}


def test_the_sample_trip_is_read_with_its_cities_times_and_vehicle() -> None:
    sample = read_trip_json((EXAMPLES / "may_day.json").read_bytes()).trip
    assert sample.started_at
    assert sample.start
    assert sample.driving_minutes
    assert (sample.mood, sample.caption) == ("出遊", "新司機的五一齣遊!")
    assert sample.started_at.isoformat() == "2024-05-02T22:38:00+08:00"
    assert sample.ended_at.isoformat() == "2024-05-05T18:57:00+08:00"
    assert (sample.driving_minutes, sample.distance_km) == (868, 645.4)
    assert (sample.start.city, sample.start.weather) == ("上海市", "晴天")
    assert (sample.end.city, sample.end.weather) == ("上海市", "多云")
    assert sample.via == ("湖州市", "无锡市", "常州市")
    assert sample.team == "歐陽開心的隊伍"
    assert sample.vehicle == Vehicle(paint="black", generation="g1")
    assert (sample.share, sample.style) == (False, None)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_every_example_is_a_trip(path: Path) -> None:
    assert read_trip_json(path.read_bytes()).warnings == ()


def test_a_trip_survives_being_stored_and_read_again() -> None:
    given_trip = trip(
        vehicle="白色二代", via=["無錫市"], share=True, style="photoreal", team=" a  b "
    )
    assert Trip.model_validate_json(given_trip.model_dump_json()) == given_trip
    assert given_trip.team == "a b"


@pytest.mark.parametrize("key", ["city", "address"])
def test_a_street_address_is_cut_to_its_city_and_appears_nowhere(key: str) -> None:
    parsed = trip(start={key: f"上海市黃浦區{STREET}", "weather": "晴"}, via=[f"湖州市{STREET}"])
    shown = repr(parsed) + str(parsed) + parsed.model_dump_json() + repr(parsed.model_dump())
    assert parsed.start == Place(city="上海市", weather="晴")
    assert parsed.via == ("湖州市",)
    for private in ("中山", "黃浦", "黄浦", "1891", "1893"):
        assert private not in shown
        assert private not in canonical_bytes(parsed, "photoreal").decode()


SECRET = "甲乙丙丁1891"
DECORATION: dict[str, Any] = {
    "mood": SECRET * 3,
    "caption": SECRET * 100,
    "team": SECRET * 20,
    "driving_minutes": SECRET,
    "distance_km": SECRET,
    "start": {"city": "上海市", "weather": SECRET},
    "via": [SECRET],
    "started_at": SECRET,
}
WRONG: dict[str, Any] = {
    "ended_at": SECRET,
    "end": SECRET,
    "vehicle": SECRET,
    "share": SECRET,
    "style": SECRET,
    SECRET: 1,
}


@pytest.mark.parametrize("field", WRONG)
def test_no_refusal_repeats_what_was_sent(field: str) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        trip(**{field: WRONG[field]})
    error = refusal.value
    shown = f"{error}{error!r}{error.problems}{error.warnings}{error.__cause__}{error.__context__}"
    assert "甲乙" not in shown
    assert "1891" not in shown
    assert all("allowed: " in problem.detail for problem in error.problems)


@pytest.mark.parametrize("field", DECORATION)
def test_decoration_that_cannot_be_read_is_named_assumed_and_not_repeated(field: str) -> None:
    found = warned(**{field: DECORATION[field]})
    (path,) = found
    assert path.startswith(f"/{field}")
    assert all(found[path])
    assert "甲乙" not in str(found)
    assert "1891" not in str(found)


def test_not_even_the_validation_error_of_the_model_shows_its_input() -> None:
    with pytest.raises(ValidationError) as refusal:
        Trip.model_validate({**MINIMAL, "end": {"city": STREET * 5}})
    assert "1891" not in str(refusal.value)


def test_a_city_and_a_date_are_all_that_is_needed() -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        read_trip_json(b"{}")
    assert {problem.pointer for problem in refusal.value.problems} == {"/ended_at", "/end"}
    read = read_trip({"ended_at": "2024-05-05 18:57", "end": "湖州市"})
    assert read.trip.end == Place(city="湖州市")
    assert {each.field for each in read.warnings} == {
        "/mood", "/started_at", "/driving_minutes", "/distance_km", "/start", "/end/weather",
    }  # fmt: skip


def test_what_is_missing_of_places_and_times_is_taken_from_the_others() -> None:
    read = read_trip({"started_at": "2024-05-02 22:38", "start": "上海", "driving_minutes": 90})
    assert read.trip.end.city == "上海市"
    assert read.trip.ended_at.isoformat() == "2024-05-03T00:08:00+08:00"
    ends_by_via = read_trip({"ended_at": "2024-05-02 22:38", "via": "湖州 無錫市"})
    assert ends_by_via.trip.end.city == "无锡市"


@pytest.mark.parametrize(
    "times",
    [
        {"started_at": "2024-05-05", "ended_at": "2024/5/5"},
        {"出行時間": "2024/5/5-2024/5/5"},
        {"started_at": "2024年5月4日", "ended_at": "2024年5月5日"},
    ],
)
def test_an_end_without_an_hour_is_painted_at_midday(times: dict[str, str]) -> None:
    read = read_trip({"end": "湖州市", **times})
    assert read.trip.ended_at.isoformat() == "2024-05-05T12:00:00+08:00"
    assert "/ended_at" in [each.field for each in read.warnings]
    assert "/ended_at" not in warned(ended_at="2024-05-05 24:00")
    late = trip(started_at="2024-05-05 23:59:30", ended_at="2024-05-05")
    assert late.started_at
    assert late.ended_at > late.started_at


def test_a_refusal_names_all_faults_and_what_would_not_have_been_used() -> None:
    wrong = {
        "end": {"city": STREET, "weather": SECRET}, "ended_at": SECRET, "share": "?",
        "mood": None, "vehicle": "金色一代", "style": "Ünknown", "colour": 1,
    }  # fmt: skip
    with pytest.raises(InvalidRequestError) as refusal:
        trip(**wrong)
    assert {problem.pointer for problem in refusal.value.problems} == {
        "/end/city", "/ended_at", "/share", "/vehicle", "/style", "/colour",
    }  # fmt: skip
    assert {each.field for each in refusal.value.warnings} == {"/end/weather", "/mood"}


def test_vehicle_and_style_are_looked_up_also_where_something_else_is_wrong() -> None:
    asked: list[tuple[Vehicle | None, str | None]] = []

    def choices(vehicle: Vehicle | None, style: str | None) -> tuple[Problem, ...]:
        asked.append((vehicle, style))
        return (Problem("/style", "one of: photoreal"),)

    for wrong in ({}, {"end": {"city": STREET}}):
        with pytest.raises(InvalidRequestError) as refusal:
            read_trip({**MINIMAL, **wrong, "vehicle": "黑色", "style": "oil"}, choices=choices)
        assert "/style" in {problem.pointer for problem in refusal.value.problems}
    assert asked == [(Vehicle(paint="black"), "oil")] * 2


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("a\u202eb", "ab"),
        ("a\u200bb", "ab"),
        ("a\x1fb", "ab"),
        ("\ud800海", "海"),
        ("\u0301好e\u0301", "好e\u0301"),
        ("Z" + "\u0335\u0349\u035c\u0353" * 9 + "!", "Z\u0335\u0349!"),
        ("一 \u2066二\u2069", "一 二"),
    ],
)
def test_a_caption_is_cleaned_of_what_phones_paste_along(given_text: str, kept: str) -> None:
    read = read_trip({**MINIMAL, "caption": given_text})
    assert read.trip.caption == kept
    assert [each.field for each in read.warnings] == ["/caption"]


def test_a_long_caption_is_cut_and_no_emoji_is_cut_in_half() -> None:
    family = "👨‍👩‍👧‍👦"
    text = "路" * 196 + family * 4
    assert trip(caption=text).caption == "路" * 196
    assert "200 characters" in warned(caption=text)["/caption"][0]
    assert trip(mood="😎" * 30).mood == "😎" * 16


@pytest.mark.parametrize("mood", ["🧿", "蛙鸣", "", None, 7, ["a"], {"b": 1}, True])
def test_a_mood_that_nobody_knows_is_painted_joyfully(mood: object) -> None:
    assert "joyful" in warned(mood=mood)["/mood"][1]
    assert facts_of(read_trip({**MINIMAL, "mood": mood}).trip).mood is Mood.JOYFUL


@pytest.mark.parametrize("weather", ["excellent", "", None, 10**9, [], {"text": "晴"}, True])
def test_weather_that_nobody_knows_leaves_the_other_places(weather: object) -> None:
    places = {
        "start": {"city": "上海", "weather": weather},
        "end": {"city": "湖州", "weather": "雨"},
    }
    assert list(warned(**places)) == ["/start/weather"]
    facts = facts_of(read_trip({**MINIMAL, **places}).trip)
    assert facts.weather is Weather.RAIN
    unknown = {name: {"city": "上海", "weather": weather} for name in ("start", "end")}
    assert facts_of(read_trip({**MINIMAL, **unknown}).trip).weather is Weather.CLEAR


def test_stops_that_name_no_city_or_are_too_many_are_left_out() -> None:
    read = read_trip({**MINIMAL, "via": ["湖州市", 7, STREET, "無錫市", *["常州市"] * 40]})
    assert read.trip.via == ("湖州市", "无锡市", *["常州市"] * 26)
    assert [each.field for each in read.warnings] == ["/via", "/via/1", "/via/2"]


def test_the_labels_of_the_text_form_are_keys_of_json_too() -> None:
    labelled = {
        "使用者標記emoji": "出遊",
        "使用者文字": "新司機的五一齣遊!",
        "出行時間": "2024-05-02 22:38-2024-05-05 18:57",
        "總駕駛時長": "14小時28分",
        "公里數": "645.4km",
        "起點": "上海市黃浦區中山南路1891號-1893號",
        "起點天氣": "晴天",
        "終點": {"地址": "上海市閔行區申長路688號", "天氣": "多雲"},
        "途徑城市": "湖州市 無錫市 常州市",
        "組隊資訊": "歐陽開心的隊伍",
        "車輛資訊": "黑色一代",
    }
    sample = read_trip_json((EXAMPLES / "may_day.json").read_bytes())
    assert read_trip(labelled) == sample


def test_of_a_field_under_two_names_decoration_keeps_the_first_and_the_rest_is_refused() -> None:
    assert "/ended_at" in problems(到达时间="2024-05-06")
    read = read_trip({**MINIMAL, "里程": 3})
    assert read.trip.distance_km == 645.4
    assert [each.field for each in read.warnings] == ["/distance_km"]


@pytest.mark.parametrize("name", ["end", "city", "driver", "甲乙"])
def test_a_name_that_an_object_of_json_has_twice_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        read_trip_json(f'{{"end": "湖州", "x": {{"{name}": 1, "{name}": 1}}}}'.encode())
    (problem,) = refusal.value.problems
    assert problem.pointer == (f"/{name}" if name.isascii() else "/?")


def test_a_start_that_cannot_be_read_is_left_out() -> None:
    for start in ({"city": STREET, "weather": "晴"}, "我家", {"weather": "晴"}):
        found = warned(start=start)
        assert list(found) == ["/start/city"]
        assert trip(start=start).start is None
    assert "2024-05-02 22:38" in warned(started_at="未知时间")["/started_at"][0]


@pytest.mark.parametrize("nothing", [None, "", " ", "无", "--", "N/A", "####", "暂无"])
def test_what_people_and_programs_write_for_nothing_is_nothing(nothing: object) -> None:
    optional = ("mood", "caption", "team", "via", "vehicle", "style", "driving_minutes", "start")
    read = read_trip({**MINIMAL, **dict.fromkeys(optional, nothing), "started_at": nothing})
    assert {each.reason for each in read.warnings} == {"is missing"}


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"里程(米)": 12500}, ("distance_km", 12.5)),
        ({"驾驶时长（秒）": "3600"}, ("driving_minutes", 60)),
        ({"Driving time (h)": 1.5}, ("driving_minutes", 90)),
        ({"行程时间": "2小时30分", "ended_at": "2024-05-05"}, ("driving_minutes", 150)),
    ],
)
def test_a_unit_in_a_label_is_that_of_its_number(
    fields: dict[str, object], kept: tuple[str, object]
) -> None:
    read = read_trip({"end": "湖州", "ended_at": "2024-05-05 18:57", **fields})
    assert getattr(read.trip, kept[0]) == kept[1]


def test_a_unit_in_the_label_of_a_time_is_a_remark() -> None:
    read = read_trip({"终点": "湖州", "到达时间(秒)": 1714906620})
    assert str(read.trip.ended_at) == "2024-05-05 18:57:00+08:00"


def test_a_place_under_a_time_s_label_is_a_place_and_the_other_way_round() -> None:
    read = read_trip({"出发": "上海", "到达": "杭州市", "日期": "2024/5/2 9:10-18:57"})
    assert read.trip.start
    assert (read.trip.start.city, read.trip.end.city) == ("上海市", "杭州市")
    at = read_trip({"start": "2024-05-02 09:10", "ended_at": "11:40", "end": "湖州"}).trip
    assert (str(at.started_at), str(at.ended_at)[11:16]) == ("2024-05-02 09:10:00+08:00", "11:40")


def test_a_record_of_a_trip_stays_small_whatever_was_sent() -> None:
    junk = {**MINIMAL, "via": ["?" * 100] * 1000, "caption": "\ufffd" * 60_000}
    read = read_trip(junk)
    assert len(read.warnings) < 70
    assert len(read.trip.model_dump_json()) < 5000


@pytest.mark.parametrize(
    ("changes", "pointer", "words"),
    [
        ({"started_at": "2024-05-06 00:00"}, "/ended_at", "after started_at"),
        ({"started_at": "2024-05-05 18:57"}, "/ended_at", "after started_at"),
        ({"started_at": "2022-05-05 18:57"}, "/ended_at", "366 days"),
        ({"ended_at": "2024-02-30 10:00"}, "/ended_at", "does not exist"),
        ({"ended_at": "1999-12-31 10:00"}, "/ended_at", "2000 to 2100"),
        ({"end": {"city": "中山南路8號", "weather": "晴"}}, "/end/city", "湖州市"),
        ({"end": {"weather": "晴"}}, "/end/city", "is required"),
        ({"end": 7}, "/end", "湖州市"),
        ({"start": {"city": "上海市", "weather": "晴", "zip": 1}}, "/start/zip", "city, weather"),
        ({"vehicle": "金色一代"}, "/vehicle", "黑色"),
        ({"vehicle": {"paint": "../red"}}, "/vehicle/paint", "lower-case"),
        ({"vehicle": {"wheels": 4}}, "/vehicle/wheels", "generation, model, paint"),
        ({"share": "yes"}, "/share", "true or false"),
        ({"share": 1}, "/share", "true or false"),
        ({"style": "Ünknown"}, "/style", "id of a style"),
        ({"colour": 1}, "/colour", "caption, distance_km"),
    ],
)
def test_a_wrong_field_is_refused_by_name_with_what_is_allowed(
    changes: dict[str, Any], pointer: str, words: str
) -> None:
    assert words in problems(**changes)[pointer]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"distance_km": NaN}',
        b"[" * 100_000,
        b'{"distance_km": 1' + b"0" * 5000,
    ],
)
def test_a_body_that_is_no_json_is_called_malformed(body: bytes) -> None:
    with pytest.raises(MalformedRequestError) as refusal:
        read_trip_json(body)
    assert refusal.value.__context__ is None


@pytest.mark.parametrize("body", [b"[]", b'"trip"', b"1", b"null", b'[{"mood": 1}]'])
def test_json_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        read_trip_json(body)
    assert refusal.value.problems[0].pointer == ""


@pytest.mark.parametrize(
    "written",
    [
        "2024-05-02 22:38",
        "2024-05-02T22:38:00",
        "2024/5/2 22:38",
        "2024年5月2日 22:38",
        "2024年5月2日22時38分",
        "２０２４－０５－０２　２２：３８",
        "2024-05-02T22:38:00.500+08:00",
        "2024-05-02T14:38:00Z",
        "2024-05-02 10:38 -0400",
    ],
)
def test_times_are_read_in_many_forms_and_kept_in_shanghai_time(written: str) -> None:
    assert str(trip(started_at=written).started_at) == "2024-05-02 22:38:00+08:00"


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("14小时28分", 868),
        ("14小時28分鐘", 868),
        ("14 小時 28 分", 868),
        ("14時28分", 868),
        ("14:28", 868),
        ("1天2小时", 1560),
        ("45分钟", 45),
        ("868", 868),
        (868.0, 868),
    ],
)
def test_durations_are_read_in_many_forms(written: object, minutes: int) -> None:
    assert trip(driving_minutes=written).driving_minutes == minutes


@pytest.mark.parametrize("written", ["", "小时", "x", "-5", "1:2:3:4", "分钟28"])
def test_what_is_no_duration_is_unknown(written: str) -> None:
    assert "/driving_minutes" in warned(driving_minutes=written)
    assert trip(driving_minutes=written).driving_minutes is None


@pytest.mark.parametrize(
    ("written", "vehicle"),
    [
        ("黑色一代", Vehicle(paint="black", generation="g1")),
        ("「紅色二代」", Vehicle(paint="red", generation="g2")),
        ("白", Vehicle(paint="white")),
        ("citycar 第一代 紅色", Vehicle(model="citycar", paint="red", generation="g1")),
        ("citycar/g1/black", Vehicle(model="citycar", generation="g1", paint="black")),
        ({"paint": "紅色", "generation": "一代"}, Vehicle(paint="red", generation="g1")),
        ({"model": "citycar"}, Vehicle(model="citycar")),
    ],
)
def test_a_vehicle_may_be_named_in_words(written: object, vehicle: Vehicle) -> None:
    assert trip(vehicle=written).vehicle == vehicle


def test_whitespace_in_texts_is_made_plain_and_emoji_stay_whole() -> None:
    parsed = trip(caption=" 一\n二\t三 \u3000", mood="👨‍👩‍👧‍👦❤️")
    assert parsed.caption == "一 二 三"
    assert parsed.mood == "👨‍👩‍👧‍👦❤️"


def test_the_canonical_bytes_are_the_same_for_the_same_trip_however_it_was_written() -> None:
    one = trip(started_at="2024-05-02T14:38:00Z", start={"city": "上海", "weather": "多雲"})
    two = trip(
        started_at="2024年5月2日22时38分",
        start={"address": f"上海市黄浦区{STREET}", "weather": "多云"},
        driving_minutes="14小时28分",
    )
    assert canonical_bytes(one, "photoreal") == canonical_bytes(two, "photoreal")
    assert canonical_bytes(one, "photoreal") != canonical_bytes(one, "ink")
    # A trip without a format is the one it was before there were formats.
    assert list(json.loads(canonical_bytes(one, "ink"))) == sorted(
        {*Trip.model_fields} - {"format"}
    )
    square = one.model_copy(update={"format": "1:1"})
    assert list(json.loads(canonical_bytes(square, "ink"))) == sorted(Trip.model_fields)


def test_the_style_that_is_painted_counts_and_not_whether_the_trip_named_it() -> None:
    assert canonical_bytes(trip(style="ink"), "ink") == canonical_bytes(trip(), "ink")


MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1))  # noqa: DTZ001 - zone follows
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3)
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(field=st.sampled_from(sorted(Trip.model_fields)), value=JSON)
def test_any_value_in_any_field_is_taken_or_refused_and_never_an_accident(
    field: str, value: object
) -> None:
    body = json.dumps({**MINIMAL, field: value}).encode()
    outcome: Trip | InvalidRequestError
    try:
        outcome = read_trip_json(body).trip
    except InvalidRequestError as error:
        outcome = error
    if isinstance(outcome, Trip):
        assert Trip.model_validate_json(outcome.model_dump_json()) == outcome
    else:
        assert outcome.problems or isinstance(outcome, MalformedRequestError)


@settings(deadline=None)
@given(start=MOMENTS, minutes=st.integers(1, 500_000))
def test_a_trip_ends_after_it_starts_whatever_the_zones(start: datetime, minutes: int) -> None:
    end = start + timedelta(minutes=minutes)
    west = timezone(timedelta(hours=-5))
    body = {
        "started_at": start.isoformat(),
        "ended_at": end.replace(tzinfo=timezone(timedelta(hours=8))).astimezone(west).isoformat(),
    }
    parsed = trip(**body)
    assert parsed.started_at
    assert parsed.ended_at - parsed.started_at == end.replace(microsecond=0) - start.replace(
        microsecond=0
    )
