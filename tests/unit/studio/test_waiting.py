"""Posters that wait: who holds one, why, and what a reviewer is told of a decision too late."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from starlette.datastructures import FormData

from client.trip_posters.errors import ConflictError
from shared.composition.layouts import layouts
from studio.pages.review import order_of
from studio.waiting import Standing, refused, seen
from studio.wording import words_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

    from tests.unit.studio.conftest import PlayedApi

_LINK = {"url": "https://bucket.example.com/p", "expires_at": "2026-11-30T12:00:00Z"}
_FACTS = {
    "city": "杭州", "month": 10, "season": "autumn", "weather": "clear",
    "time_of_day": "dusk", "occasion": None,
}  # fmt: skip
_HX = {"hx-request": "true", "hx-target": "desk"}


def entry(job_id: str, created_at: str) -> dict[str, Any]:
    return {
        "job_id": job_id, "created_at": created_at, "attempts": 1, "title": "", "month": 10,
        "season": "autumn", "thumbnail": None,
    }  # fmt: skip


def job(job_id: str, **more: Any) -> dict[str, Any]:
    inspection = {"facts": _FACTS, "scores": [], "reviews": more.pop("reviews", [])}
    return {
        "job_id": job_id, "status": "needs_review", "attempt": 1, "style": "ink", "share": True,
        "vehicle": "car", "created_at": "2026-11-30T10:00:00Z", "composition": None,
        "poster": {"app_copy": _LINK, "master": _LINK}, "inspection": inspection, **more,
    }  # fmt: skip


def claimed(api: PlayedApi, job_id: str, status: int = 200, **told: Any) -> None:
    api.answers["PUT", f"/v1/jobs/{job_id}/claim"] = (status, told)


def waits(api: PlayedApi, job_id: str) -> None:
    api.answers["GET", f"/v1/jobs/{job_id}"] = (200, job(job_id))
    claimed(api, job_id, by="Anna", until="2026-11-30T10:02:00Z")


def test_the_queue_is_gone_through_to_its_end_and_the_oldest_is_first(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    sign_in("reviewer")
    first = {"entries": [entry("jb", "2026-11-30T11:00:00Z")], "cursor": "more"}
    last = {"entries": [entry("ja", "2026-11-30T10:00:00Z")], "cursor": None}
    pages = iter([first, last])
    ask = api.request

    def paged(method: Any, url: Any, **more: Any) -> Any:
        if str(url).endswith("/v1/wall"):
            api.answers["GET", "/v1/wall"] = (200, next(pages))
        return ask(method, url, **more)

    api.request = paged  # type: ignore[method-assign]

    shown = client.get("/studio/review/queue").text

    assert shown.index('data-job="ja"') < shown.index('data-job="jb"')


def test_what_somebody_else_holds_is_passed_over_for_the_next_poster(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    sign_in("reviewer")
    for each in ("ja", "jb"):
        waits(api, each)
    claimed(api, "ja", 409, title="No", claimed_by="Bo", until="2026-11-30T10:02:00Z")

    shown = client.post("/studio/review/open", data={"then": "ja,jb"}, headers=_HX).text

    assert 'data-job="jb"' in shown
    assert 'data-state="mine"' in shown


def test_a_decision_stands_where_the_next_poster_cannot_be_shown(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    sign_in("reviewer")
    api.answers["POST", "/v1/jobs/ja/review"] = (200, {})
    api.answers["GET", "/v1/jobs/jb"] = (403, {"title": "No"})
    order = {"job_id": "ja", "attempt": "1", "decision": "approve", "then": "jb"}

    answer = client.post("/studio/review/decide", data=order, headers=_HX)

    assert answer.status_code == 200
    assert '"decided"' in answer.headers["hx-trigger"]
    assert "Your decision is recorded" in answer.text


def test_whoever_was_slower_is_told_who_decided_what_beside_the_form(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    sign_in("reviewer")
    told = {"decided_by": "Bo <i>", "decision": "reject", "decided_at": "2026-11-30T10:05:00Z"}
    api.answers["POST", "/v1/jobs/ja/review"] = (409, {"title": "No", **told})
    order = {"job_id": "ja", "attempt": "1", "decision": "approve"}

    answer = client.post("/studio/review/decide", data=order, headers=_HX)

    assert answer.status_code == 409
    assert answer.headers["hx-retarget"] == "#told"
    assert "Bo &lt;i&gt; was faster: Rejected at 18:05" in answer.text


@pytest.mark.parametrize(
    ("headers", "status", "place"),
    [({}, 303, "location"), ({"hx-request": "true", "hx-target": "job"}, 200, "hx-redirect")],
)
def test_a_decision_is_taken_back_from_a_jobs_page_too(
    client: TestClient,
    api: PlayedApi,
    sign_in: Callable[..., None],
    headers: dict[str, str],
    status: int,
    place: str,
) -> None:
    sign_in("reviewer")
    api.answers["POST", "/v1/jobs/ja/review"] = (200, {})

    answer = client.post("/studio/review/ja/take-back", headers=headers)

    assert (answer.status_code, answer.headers[place]) == (status, "/studio/jobs/ja")


def test_nobody_but_a_reviewer_sees_the_page(
    client: TestClient, sign_in: Callable[..., None]
) -> None:
    sign_in("driver", "studio")

    assert client.get("/studio/review").status_code == 403


@pytest.mark.parametrize(
    ("members", "standing"),
    [
        (
            {"claimed_by": "Bo", "until": "2026-11-30T10:02:00Z"},
            Standing("held", "Bo", "2026-11-30T10:02:00Z"),
        ),
        (
            {"decided_by": "Bo", "decision": "approve", "decided_at": "2026-11-30T10:02:00Z"},
            Standing("decided", "Bo", "2026-11-30T10:02:00Z", "approve"),
        ),
        ({}, Standing("closed")),
    ],
)
def test_a_refusal_says_how_the_poster_stands(members: dict[str, str], standing: Standing) -> None:
    error = ConflictError(409, title="No", detail="It is over.", members=members)

    assert replace(refused(error), error=None) == standing
    assert not standing.may_decide


def test_reasons_come_by_gravity_and_their_bars_end_at_twice_the_limit() -> None:
    scores = [
        {"measure": name, "value": value, "limit": 2.0, "wanted": "at_most", "outcome": outcome}
        for name, value, outcome in (
            ("a", 1.0, "passed"),
            ("b", 2.0, "doubted"),
            ("c", 9.0, "failed"),
        )
    ]

    found = seen(job("ja") | {"inspection": {"facts": _FACTS, "scores": scores}})

    assert [each.measure for each in found.reasons] == ["c", "b"]
    assert [each.measure for each in found.passed] == ["a"]
    assert (found.reasons[1].filled, found.reasons[1].mark) == (50.0, 50.0)
    assert found.reasons[0].mark < found.reasons[0].filled <= 100


def test_a_decision_takes_along_what_belongs_to_it() -> None:
    typed = {
        "attempt": "2",
        "seed": "7",
        "style": "ink",
        "view": "",
        "layout": "classic",
        "note": " x ",
    }

    assert order_of(FormData({"decision": "approve", **typed})) == {
        "decision": "approve", "attempt": 2, "note": "x",
    }  # fmt: skip
    assert order_of(FormData({"decision": "repaint", **typed})) == {
        "decision": "repaint", "attempt": 2, "seed": 7, "style": "ink", "layout": "classic",
        "note": "x",
    }  # fmt: skip
    assert order_of(FormData({"decision": "repaint", "seed": "-1"}))["seed"] == "-1"


def test_a_repaint_is_offered_in_what_the_posters_own_car_has(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    sign_in("reviewer")
    views = {"front_left": {"4:5": ["classic"]}, "rear_right": {"4:5": ["departing", "hero_low"]}}
    car = {"model": "citycar", "generation": "g1", "paint": "black", "views": views}
    other = {**car, "paint": "red", "views": {"side_left": {"4:5": ["hero_sky"]}}}
    api.answers["GET", "/v1/vehicles"] = (200, {"vehicles": [other, car]})
    plan = {"view": "rear_right", "layout": "hero_low", "format": "4:5"}
    told = job("ja", vehicle="citycar/g1/black/0123456789ab", composition=plan)
    api.answers["GET", "/v1/jobs/ja"] = (200, told)
    claimed(api, "ja", by="Anna", until="2026-11-30T10:02:00Z")

    text = client.post("/studio/review/ja/open", data={}, headers=_HX).text

    offered = text.partition('<template id="own-views">')[2].partition("</template>")[0]
    assert re.findall(r'data-view="(\w+)"', offered) == ["front_left", "rear_right"]
    assert re.findall(r'<option value="(\w+)"', offered) == ["classic", "departing", "hero_low"]
    assert re.search(r'data-view="rear_right"[^>]* data-own>', offered)


def test_a_reviewer_reads_what_the_car_is_called(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    sign_in("reviewer")
    car = {"model": "citycar", "generation": "g1", "paint": "black", "views": {}}
    offered = {"vehicles": [{**car, "titles": {"en": "Citycar, obsidian black"}}]}
    api.answers["GET", "/v1/vehicles"] = (200, offered)
    api.answers["GET", "/v1/jobs/ja"] = (200, job("ja", vehicle="citycar/g1/black/0123456789ab"))
    claimed(api, "ja", by="Anna", until="2026-11-30T10:02:00Z")

    text = client.post("/studio/review/ja/open", data={}, headers=_HX).text

    assert "<dd>Citycar, obsidian black</dd>" in text


def test_every_layout_and_every_view_that_one_takes_has_a_name() -> None:
    known = words_in("en")
    views = {view for each in layouts().values() for view in each.views}

    assert {f"terms.layout.{each}" for each in layouts()} == {
        key for key in known if key.startswith("terms.layout.")
    }
    assert {f"terms.view.{each}" for each in views} == {
        key for key in known if key.startswith("terms.view.")
    }
