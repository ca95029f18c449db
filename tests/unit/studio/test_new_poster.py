"""The form of a new poster."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from client.trip_posters.errors import FieldProblem
from shared.trips.amounts import read_kilometres, read_minutes
from shared.trips.model import Trip
from shared.trips.moments import read_moment
from shared.trips.reading import read_trip
from studio.pages.new_poster import FIELDS, notes_of, trip_of
from tests.unit.studio.conftest import PlayedApi

SignIn = Callable[..., None]
_PART = {"hx-request": "true"}
_TRIP = {"end": "湖州市", "ended_at": "2024-05-05"}


def test_a_form_becomes_the_trip_of_the_api() -> None:
    values = {
        "end_city": "湖州市", "end_weather": "晴", "ended_at": "2024-05-05T18:57",
        "via": "无锡市、常州市",
        "vehicle": "citycar/g1/black", "style": "ink", "share": "yes", "caption": "",
    }  # fmt: skip

    assert trip_of(values) == {
        "end": {"city": "湖州市", "weather": "晴"},
        "ended_at": "2024-05-05T18:57",
        "via": "无锡市、常州市",
        "vehicle": {"model": "citycar", "generation": "g1", "paint": "black"},
        "style": "ink",
        "share": True,
    }


def test_what_was_not_understood_stands_beside_its_field() -> None:
    problems = [FieldProblem("/end/city", "is missing"), FieldProblem("", "an object")]
    warnings = [
        {"field": "/via/2", "reason": "names no city", "assumed": "left out"},
        {"field": "/lines/4", "reason": "has no known label", "assumed": "not used"},
    ]

    notes = notes_of(problems, warnings)

    assert [note.is_bad for note in notes["end_city"]] == [True]
    assert notes["via"][0].key == "trip.assumed_via"
    assert [note.key for note in notes[""]] == ["trip.whole", "trip.line"]
    assert notes[""][1].line == "4"


def test_a_refused_trip_keeps_all_that_was_typed(
    client: TestClient, sign_in: SignIn, api: PlayedApi
) -> None:
    sign_in("driver")
    problem = {"pointer": "/ended_at", "detail": "is missing; allowed: a time"}
    api.answers["POST", "/v1/trips"] = (422, {"title": "Refused", "problems": [problem]})
    typed = {"caption": "<script>alert(1)</script>", "end_city": "湖州市", "style": "ink"}

    answer = client.post("/studio/new", data=typed, headers=_PART)

    assert answer.status_code == 200
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert 'value="湖州市"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<html" not in answer.text


def test_what_is_wrong_is_said_in_the_banner_with_a_way_to_each_field(
    client: TestClient, sign_in: SignIn, api: PlayedApi
) -> None:
    sign_in("driver")
    problems = [{"pointer": each, "detail": "no"} for each in ("/style", "/end/city")]
    api.answers["POST", "/v1/trips"] = (422, {"title": "Refused", "problems": problems})

    text = client.post("/studio/new", data={"end_city": "x"}, headers=_PART).text

    assert re.findall(r'<a href="#(\w+)">', text) == ["end_city", "style"]
    assert re.search(r'<input[^>]* aria-describedby="end_city-wrong end_city-note-1"', text)
    group = '<fieldset id="style" role="radiogroup" aria-describedby=" style-note-1"'
    assert f'{group} aria-invalid="true">' in text


def _attributes(page: str, name: str) -> dict[str, str]:
    """Return the attributes of a field of the form."""
    found = re.search(rf'<(?:input|textarea)[^>]* id="{name}"[^>]*>', page)
    assert found
    return dict(re.findall(r' ([\w-]+)="([^"]*)"', found[0]))


def test_the_inputs_take_what_the_interface_takes(client: TestClient, sign_in: SignIn) -> None:
    sign_in("driver")
    page = client.get("/studio/new").text
    found = {name: _attributes(page, name) for name in FIELDS}

    assert {FIELDS[name].split("/")[1] for name in FIELDS if "required" in found[name]} == {
        name for name, field in Trip.model_fields.items() if field.is_required()
    }
    first, last = (read_moment(found["ended_at"][each]) for each in ("min", "max"))
    for year, moment in ((first.year - 1, first), (last.year + 1, last)):
        with pytest.raises(ValueError, match="year"):
            read_moment(moment.replace(year=year))
    for name, limits, read in (
        ("distance_km", ("min", "max"), read_kilometres),
        ("driving_minutes", ("data-least", "data-most"), read_minutes),
    ):
        least, most = (found[name][each] for each in limits)
        assert (read(least), read(most)) == (float(least), float(most))
        for beyond in ("0", "-12", str(int(most) + 1)):
            with pytest.raises(ValueError, match="is not"):
                read(beyond)
    for name in ("mood", "team", "caption"):
        longest = int(found[name]["data-longest"])
        told = read_trip({**_TRIP, name: "字" * longest}).warnings
        assert not any("has more than" in each.reason for each in told)
        told = read_trip({**_TRIP, name: "字" * (longest + 1)}).warnings
        assert any("has more than" in each.reason for each in told)


def test_a_trip_is_sent_once_however_often_the_button_is_pressed(
    client: TestClient, sign_in: SignIn, api: PlayedApi
) -> None:
    sign_in("driver")
    api.answers["POST", "/v1/trips"] = (202, {"job_id": "j" + "a" * 31, "warnings": []})

    for _ in range(2):
        answer = client.post("/studio/new", data={"key": "k1", "end_city": "湖州市"}, headers=_PART)

    keys = [more["headers"]["Idempotency-Key"] for method, _, more in api.asked if method == "POST"]
    assert keys == ["k1", "k1"]
    assert answer.headers["hx-redirect"] == f"/studio/jobs/j{'a' * 31}"


def test_a_session_that_ran_out_answers_so_that_the_page_keeps_what_was_typed(
    client: TestClient, sign_in: SignIn, api: PlayedApi
) -> None:
    sign_in("driver", seconds=-1)

    answer = client.post("/studio/new", data={"end_city": "湖州市"}, headers=_PART)

    assert answer.status_code == 401
    assert answer.headers["hx-trigger"] == "signed-out"
    assert not api.asked


def test_a_token_that_the_api_refuses_counts_as_signed_out(
    client: TestClient, sign_in: SignIn, api: PlayedApi
) -> None:
    sign_in("driver")
    api.answers["POST", "/v1/trips"] = (401, {"title": "Unauthorized"})

    answer = client.post("/studio/new", data={"end_city": "湖州市"}, headers=_PART)

    assert answer.status_code == 401


def test_every_failure_says_what_to_do_next(
    client: TestClient, sign_in: SignIn, api: PlayedApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.api._PAGE_SECONDS", 0.2)
    sign_in("driver")
    told: dict[int, Any] = {}
    for status in (403, 404, 409, 410, 429, 500):
        api.answers["GET", "/v1/jobs/j1"] = (status, {"title": "No", "detail": "because"})
        answer = client.get("/studio/jobs/j1")
        told[answer.status_code] = answer.text

    assert {403, 404, 409, 410} <= told.keys()
    assert all('href="/studio"' in text for text in told.values())
    assert {status for status, text in told.items() if "Try again" in text} >= {409, 429}


def test_a_form_that_is_too_large_is_told_so(
    client: TestClient, sign_in: SignIn, api: PlayedApi
) -> None:
    sign_in("driver")

    answer = client.post(
        "/studio/new/read", files={"written": (None, "x" * 300_000)}, headers=_PART
    )

    assert answer.status_code == 413
    assert "This is too large" in answer.text
    assert not api.asked


def test_what_nobody_gave_is_not_worth_a_word() -> None:
    warning = {"field": "/mood", "reason": "is missing", "assumed": "a joyful tone"}

    assert notes_of((), [warning]) == {}


def test_somebody_without_the_role_is_told_so(client: TestClient, sign_in: SignIn) -> None:
    sign_in("reviewer")

    answer = client.get("/studio/new")

    assert answer.status_code == 403
    assert "Your role may not do this" in answer.text


def test_text_that_was_not_read_is_not_called_kept_in_the_form(
    client: TestClient, sign_in: SignIn, api: PlayedApi
) -> None:
    sign_in("driver")
    problem = {"pointer": "/ended_at", "detail": "is missing; allowed: a time"}
    refusal = (422, {"title": "Refused", "problems": [problem]})
    api.answers["POST", "/v1/trips?dry_run=true"] = api.answers["POST", "/v1/trips"] = refusal

    text = client.post("/studio/new/read", data={"written": "终点: 湖州"}, headers=_PART).text

    assert "The trip was not read in" in text
    assert "everything else is kept" not in text


def test_text_that_is_no_json_is_told_in_ones_language(
    client: TestClient, sign_in: SignIn, api: PlayedApi
) -> None:
    sign_in("driver", language="zh-Hans")
    body = {"title": "Bad Request", "detail": "the body is not JSON in UTF-8", "code": "unreadable"}
    api.answers["POST", "/v1/trips?dry_run=true"] = api.answers["POST", "/v1/trips"] = (400, body)

    text = client.post("/studio/new/read", data={"written": "{bad"}, headers=_PART).text

    assert "发送的内容无法读取" in text
    assert "not JSON" not in text
    assert "标出的栏目" not in text


def test_what_is_wrong_with_two_cities_on_the_way_is_said_once() -> None:
    one, other = ({"field": f"/via/{n}", "reason": "no city", "assumed": "out"} for n in (0, 1))

    assert len(notes_of((), [one, other])["via"]) == 1


def test_reading_a_text_leaves_sharing_ticked(
    client: TestClient, sign_in: SignIn, api: PlayedApi
) -> None:
    sign_in("driver")
    told = (200, {"trip": {"end": {"city": "湖州市"}, "share": False}, "warnings": []})
    api.answers["POST", "/v1/trips?dry_run=true"] = api.answers["POST", "/v1/trips"] = told
    typed = {"written": "终点: 湖州", "share": "yes"}

    text = client.post("/studio/new/read", data=typed, headers=_PART).text

    assert 'name="share" value="yes" checked' in text


def test_what_is_no_entry_of_a_trip_is_named() -> None:
    notes = notes_of([FieldProblem("/foo", "is not a field", "extra_forbidden")], ())

    assert [(note.key, note.line) for note in notes[""]] == [("trip.unknown", "foo")]


def test_nothing_of_the_trip_before_is_left_beside_another_one(
    client: TestClient, sign_in: SignIn, api: PlayedApi
) -> None:
    sign_in("driver")
    trip = {"end": {"city": "湖州市"}, "share": False}
    told = 200, {"trip": trip, "warnings": []}
    api.answers["POST", "/v1/trips?dry_run=true"] = api.answers["POST", "/v1/trips"] = told
    before = {"caption": "the trip before", "via": "宜兴市", "style": "ink"}

    text = client.post(
        "/studio/new/read", data={"written": "终点: 湖州", **before}, headers=_PART
    ).text

    assert 'value="湖州市"' in text
    assert "the trip before" not in text
    assert "宜兴市" not in text
    assert '"ink" checked' in text


@pytest.mark.parametrize(("language", "is_told"), [("en", True), ("zh-Hans", False)])
def test_the_interfaces_list_of_cars_is_for_those_who_read_english(
    language: str, is_told: bool, client: TestClient, sign_in: SignIn, api: PlayedApi
) -> None:
    sign_in("driver", language=language)
    problem = {"pointer": "/vehicle", "detail": "one of: citycar/g1/black"}
    api.answers["POST", "/v1/trips"] = (422, {"title": "Refused", "problems": [problem]})

    text = client.post("/studio/new", data={"end_city": "湖州市"}, headers=_PART).text

    assert ("</span> one of: citycar/g1/black" in text) is is_told
