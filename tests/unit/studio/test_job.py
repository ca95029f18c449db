"""One job's timeline, dial and measures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, get_args

from shared.quality.binding import Unbound
from studio.pages.job import arrows, steps_of
from studio.wording import words_in
from tests.unit.studio.test_waiting import job

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

    from tests.unit.studio.conftest import PlayedApi


def _job(*statuses: str) -> dict[str, object]:
    history = [{"status": each, "attempt": 0, "at": "2026-11-30T10:00:00Z"} for each in statuses]
    return {"status": statuses[-1], "history": history}


def test_an_open_job_shows_what_is_to_come() -> None:
    steps = steps_of(_job("accepted", "prompted"))

    assert [each["state"] for each in steps] == ["done", "now", *["to-come"] * 4]
    assert steps[-1]["status"] == "succeeded"


def test_a_failed_job_ends_with_its_failure() -> None:
    steps = steps_of(_job("accepted", "prompted", "failed"))

    assert [each["state"] for each in steps] == ["done", "done", "ended-badly"]


def test_light_from_behind_the_eye_stands_at_the_foot_of_the_dial() -> None:
    lights = {"car": {"azimuth_deg": 180.0}, "plate": {"azimuth_deg": 270.0}}

    behind, left = arrows(lights)

    assert (behind["x"], behind["y"]) == (50.0, 90.0)
    assert (left["x"], left["y"]) == (10.0, 50.0)
    assert arrows({"car": None, "plate": {"azimuth_deg": None}}) == []
    assert arrows(None) == []


def _measured(name: str, value: float | None, **more: Any) -> dict[str, Any]:
    usual = {"limit": 0.5, "wanted": "at_most", "outcome": "passed", "meaning": "", "unbound": None}
    return {"measure": name, "value": value, **usual, **more}


def test_only_a_measure_that_counts_is_marked_and_one_that_does_not_says_why(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    sign_in("operator")
    told = job("ja", waiting_for=None, history=[], warnings=[], title="A title", attempts=1)
    told["inspection"] |= {
        "scores": [
            _measured("seam", 0.9, outcome="failed"),
            _measured("bare_missing", None, outcome="failed", limit=None),
            _measured("light_warmth", 0.8, unbound="unclear"),
            _measured("edge_mean", 0.7),
        ],
        "prompt": None, "choice": None, "lights": None, "evidence": None, "remedies": [],
        "retries": {"attempts": 1, "gpu_tasks": 1, "scene_failures": 0},
        "cost": {"total_cny": 0.1, "parts": {}},
    }  # fmt: skip
    api.answers["GET", "/v1/jobs/ja"] = (200, told)

    text = client.get("/studio/jobs/ja").text

    seam, bare, warmth, edge = re.findall(r"<tr><td>.*?</tr>", text, re.DOTALL)
    assert 'high="0.5"' in seam
    assert "–" in bare
    assert "the plate is not clear enough" in warmth
    assert "<meter" not in warmth
    assert "<meter" in edge
    assert "high=" not in edge


def test_every_reason_why_a_limit_does_not_bind_has_words() -> None:
    known = {key for key in words_in("en") if key.startswith("terms.unbound.")}

    assert known == {f"terms.unbound.{each}" for each in get_args(Unbound)}


def test_a_driver_reads_what_the_car_is_called(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    sign_in("driver")
    told = job("ja", history=[], warnings=[], title="A title", vehicle="citycar/g1/black/58ab09")
    api.answers["GET", "/v1/jobs/ja"] = (200, {**told, "inspection": None})
    car = {"model": "citycar", "generation": "g1", "paint": "black"}
    offered = {"vehicles": [{**car, "titles": {"en": "Citycar, obsidian black"}, "views": {}}]}
    api.answers["GET", "/v1/vehicles"] = (200, offered)

    text = client.get("/studio/jobs/ja").text

    assert "<dd>Citycar, obsidian black</dd>" in text
    assert "58ab09" not in text
