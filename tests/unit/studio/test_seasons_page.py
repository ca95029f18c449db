"""The pages of seasons: windows in their order, rules as they were typed, what may be done when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from studio.pages.seasons import parted, rule
from studio.wording import LANGUAGES
from tests.unit.studio.conftest import PlayedApi

_TODAY = date.today()  # noqa: DTZ011 - days around it are a month away
_PATH = "/v1/campaigns/winter-2026"
_PLAN = {
    "drivers": 40,
    "jobs": 90,
    "trips": 33,
    "left_out": {"not_shared": 7, "a_new_reason": 1},
    "styles": {"ink": 33},
    "regions": {"north": 33},
    "due": {"2026-11-14": 33},
    "allowed": 20,
    "gpu_hours": 0.4,
    "tokens": 24000,
    "pictures": 20,
    "cny": 6.4,
    "prices_of": "2026-11-01",
    "hours": 0.5,
}
_SENT = {
    "accepted": 5,
    "share": 0.25,
    "left_out": {"erased": 1},
    "shards": 8,
    "shards_ended": 2,
    "next_due": "2026-12-29",
}


def _day(days: int) -> str:
    return str(_TODAY + timedelta(days))


def _campaign(status: str | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "campaign": "winter-2026",
        "occasion": "winter",
        "day": "2026-11-07",
        "opens": _day(-30),
        "closes": _day(30),
        "status": status,
        "by": "artist-1" if status else "",
        "planned_at": "2026-11-30T10:00:00Z" if status else None,
        "reason": "",
        "rules": {"newest": 1, "cap": 10000, "budget_cny": 12.5, "shards": 8},
        "plan": _PLAN if status in {"planned", "running", "paused", "stopped", "done"} else None,
        "planning": None,
        "progress": _SENT if status in {"running", "paused", "stopped", "done"} else None,
        "planned_cost_of_accepted_cny": 1.6 if status else None,
        **changes,
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        (None, {"plan"}),
        ("planning", {"stop"}),
        ("planned", {"start", "stop", "plan"}),
        ("running", {"pause", "stop"}),
        ("paused", {"resume", "stop"}),
        ("stopped", {"plan"}),
        ("done", {"plan"}),
    ],
)
def test_a_campaign_offers_what_may_be_done_with_it(
    language: str,
    status: str | None,
    buttons: set[str],
    client: TestClient,
    api: PlayedApi,
    sign_in: Callable[..., None],
) -> None:
    planning = {"shards": 8, "shards_ended": 3, "drivers": 9, "trips": 4}
    told = _campaign(status, planning=planning if status == "planning" else None)
    api.answers["GET", _PATH] = (200, told)
    sign_in("studio", language=language)
    page = client.get("/studio/seasons/winter-2026")
    assert page.status_code == 200
    every = ("plan", "start", "pause", "resume", "stop")
    assert {name for name in every if _offers(page.text, name)} == buttons
    assert ("data-poll" in page.text) is (status in {"planning", "running"})


def _offers(text: str, action: str) -> bool:
    return f'value="{action}"' in text or f'id="{action}"' in text


def test_what_the_window_does_not_allow_is_not_offered(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    sign_in("studio")
    api.answers["GET", _PATH] = (200, _campaign("planned", opens=_day(5)))
    early = client.get("/studio/seasons/winter-2026").text
    assert not _offers(early, "start")
    assert f"from {_day(5)} on" in early
    api.answers["GET", _PATH] = (200, _campaign("done", closes=_day(-1)))
    assert not _offers(client.get("/studio/seasons/winter-2026").text, "plan")


def test_a_rule_that_cannot_be_is_told_beside_its_field_and_nothing_is_sent(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    api.answers["GET", _PATH] = (200, _campaign())
    sign_in("operator")
    typed = {"action": "plan", "newest": "1", "cap": "many", "budget_cny": "800", "shards": "99"}
    text = client.post("/studio/seasons/winter-2026", data=typed).text
    assert 'id="cap-note"' in text
    assert 'id="shards-note"' in text
    assert 'id="newest-note"' not in text
    assert 'value="many"' in text
    assert {method for method, _, _ in api.asked} == {"GET"}


def test_a_poll_that_finds_another_status_brings_the_whole_campaign(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    api.answers["GET", _PATH] = (200, _campaign("running"))
    sign_in("operator")
    part = {"hx-request": "true"}
    same = client.get("/studio/seasons/winter-2026/live?seen=running", headers=part)
    assert "hx-retarget" not in same.headers
    assert 'id="campaign"' not in same.text
    other = client.get("/studio/seasons/winter-2026/live?seen=planned", headers=part)
    assert other.headers["hx-retarget"] == "#campaign"
    assert 'id="campaign"' in other.text


def test_stopping_says_first_what_stays_and_what_is_lost(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    api.answers["GET", _PATH] = (200, _campaign("running"))
    sign_in("operator")
    text = client.get("/studio/seasons/winter-2026/stop", headers={"hx-request": "true"}).text
    assert "5 trips were accepted" in text
    assert "15 trips are not painted" in text
    assert {method for method, _, _ in api.asked} == {"GET"}


def test_windows_are_parted_into_open_next_later_and_over() -> None:
    def window(name: str, opens: int, closes: int) -> dict[str, Any]:
        return {"campaign": name, "opens": _day(opens), "closes": _day(closes)}

    coming = [window(f"c{n:02}", 10 + n, 60) for n in range(14)]
    given = [*coming, window("over", -9, 0), window("open", 0, 1)]
    found = {
        name: [each["campaign"] for each in part] for name, part in parted(given, today=_TODAY)
    }
    assert found["open"] == ["open"]
    assert found["over"] == ["over"]
    assert found["soon"] == [f"c{n:02}" for n in range(12)]
    assert found["later"] == ["c12", "c13"]


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("cap", "10,000", 10000),
        ("cap", "-1", None),
        ("cap", "1.5", None),
        ("newest", "0", None),
        ("newest", "100", 100),
        ("budget_cny", "12.50", 12.5),
        ("budget_cny", "0", 0),
        ("budget_cny", "1e9", None),
        ("budget_cny", "12.345", None),
        ("shards", "33", None),
    ],
)
def test_a_rule_is_read_as_it_is_typed(name: str, typed: str, value: float | None) -> None:
    assert rule(name, typed) == value
