"""The page of health: what holds work back, figures in tables, and nothing where is nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from studio.pages.health import holding, models, ranked
from studio.wording import LANGUAGES
from tests.unit.studio.conftest import PlayedApi

_ON = {"on": True, "reason": None, "since": None, "by": None}
_NOW: dict[str, Any] = {
    "open_jobs": 3,
    "oldest_open_seconds": 75,
    "waiting_tasks": None,
    "waiting_results": 0,
    "acceptance": _ON,
    "sending": _ON,
    "trouble": [],
}


def _stretch(at: str, made: int = 0, **more: Any) -> dict[str, Any]:
    return {"at": at, "made": made, "failed": 0, "p50": None, "p95": None, "cost_cny": 0.0, **more}


def _health(**changes: Any) -> dict[str, Any]:
    return {
        "now": _NOW,
        "hours": [_stretch("2026-11-30T18:00:00+08:00"), _stretch("2026-11-30T17:00:00+08:00")],
        "days": [_stretch("2026-11-30T00:00:00+08:00")],
        "failures": {},
        "rejections": {},
        "cost": {"today_cny": 0.0, "month_cny": 12.5},
        "models": [],
        **changes,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_was_made_the_page_says_so(
    language: str, client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    api.answers["GET", "/v1/health"] = (200, _health())
    sign_in("studio", language=language)
    page = client.get("/studio/health")
    assert page.status_code == 200
    assert page.text.count('class="card empty"') == 1
    assert "<canvas" not in page.text
    assert "data-chart" not in page.text
    assert "¥ 12.50" in page.text
    assert "1:15" in page.text


def test_figures_stand_in_tables_from_the_earliest_on(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    hours = [
        _stretch("2026-11-30T18:00:00+08:00", 4, p50=30.25, p95=75.0, cost_cny=0.96, failed=1),
        _stretch("2026-11-30T17:00:00+08:00"),
    ]
    api.answers["GET", "/v1/health"] = (200, _health(hours=hours, failures={"rejected": 1}))
    sign_in("operator")
    text = client.get("/studio/health").text
    assert re.findall(r'<th scope="row">(11-30 \d\d:00)</th>', text)[:2] == [
        "11-30 17:00",
        "11-30 18:00",
    ]
    assert 'data-value="30.25">30.2 s<' in text
    assert 'data-value="75.0">1:15<' in text
    assert "4 made, 1 failed" in text
    assert "A reviewer refused it" in text
    assert "No posters in the last 31 days" in client.get("/studio/health?over=month").text


def test_what_holds_work_back_is_told_with_what_helps(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    since = "2026-11-30T10:00:00Z"
    now = {
        **_NOW,
        "sending": {"on": False, "reason": "GPUs move", "since": since, "by": "bo"},
        "trouble": [{"what": "new_service", "reason": "<b>", "until": None}],
    }
    api.answers["GET", "/v1/health"] = (200, _health(now=now))
    sign_in("operator")
    text = client.get("/studio/health").text
    assert "Since 2026-11-30 18:00." in text
    assert "By bo." in text
    assert "GPUs move" in text
    assert "poster queue resume" in text
    assert "<code>new_service</code>" in text
    assert "&lt;b&gt;" in text


def test_a_driver_and_a_reviewer_see_no_health(
    client: TestClient, sign_in: Callable[..., None]
) -> None:
    for scope in ("driver", "reviewer"):
        sign_in(scope)
        assert client.get("/studio/health").status_code == 403


def test_what_is_off_comes_before_what_is_in_trouble() -> None:
    trouble = [{"what": "gpu_queue", "reason": "no answer", "until": None}]
    off = {"on": False, "reason": "moved", "since": None, "by": None}
    told = holding({**_NOW, "acceptance": off, "trouble": trouble})
    assert [each["kind"] for each in told] == ["acceptance", "gpu_queue"]


def test_the_most_counted_stand_first_and_equals_by_name() -> None:
    assert ranked({"b": 1, "a": 1, "c": 5}) == [("c", 5), ("a", 1), ("b", 1)]


@pytest.mark.parametrize(
    ("retires_on", "mark"),
    [(None, ""), ("2027-11-30", ""), ("2026-12-01", "soon"), ("2026-11-30", "gone")],
)
def test_a_model_that_goes_soon_is_marked(retires_on: str | None, mark: str) -> None:
    listed = [{"name": "m", "kind": "prompt", "retires_on": retires_on, "in_use": True}]
    assert models(listed, today=date(2026, 11, 30))[0]["mark"] == mark
