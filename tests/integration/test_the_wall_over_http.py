"""What staff sees of all jobs, through the whole stack: the wall, and how the service does."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from client.trip_posters import TripPosters
from local.client import fetch
from local.stack import STATE_BUCKET, LocalStack
from tests.integration.conftest import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL_PICTURES = True
_PATIENCE_SECONDS = 90.0


def told(stack: LocalStack, path: str, scope: str = "reviewer") -> requests.Response:
    headers = {"Authorization": f"Bearer {stack.keys.token('somebody', scope)}"}
    return requests.get(stack.urls["app"] + path, headers=headers, timeout=15)


def shown(stack: LocalStack, query: str = "") -> list[dict[str, Any]]:
    answer = told(stack, f"/v1/wall{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["entries"]
    return found


def made(stack: LocalStack, driver: TripPosters, **changes: Any) -> str:
    """Have a poster made and return its job."""
    job_id = driver.submit({**json.loads(SAMPLE.read_bytes()), **changes}).job_id
    assert job_id in {each["job_id"] for each in shown(stack)}
    driver.wait_for_poster(job_id, seconds=_PATIENCE_SECONDS, interval=0.3)
    # The record is there a moment before the wall says so.
    wait(lambda: {e["job_id"]: e["status"] for e in shown(stack)}[job_id] == "succeeded")
    return job_id


def wait(until: Callable[[], object]) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while not until():
        assert time.monotonic() < end, "it did not come about"
        threading.Event().wait(0.2)


@pytest.fixture(scope="module")
def driver(stack: LocalStack) -> TripPosters:
    return TripPosters(stack.urls["app"], stack.keys.token("wall-driver"))


def test_a_poster_is_on_the_wall_until_it_is_erased(stack: LocalStack, driver: TripPosters) -> None:
    kept = made(stack, driver, distance_km=1.5)
    gone = made(stack, driver, distance_km=2.5, share=True)

    newest, older = shown(stack)[:2]
    assert (newest["job_id"], older["job_id"]) == (gone, kept)
    job = driver.job(gone)
    assert (newest["status"], newest["attempts"], newest["share"]) == ("succeeded", 1, True)
    assert newest["title"] == job.title
    assert newest["score"] is not None
    assert job.poster is not None
    assert fetch(newest["thumbnail"]["url"]) == driver.download(job.poster.thumbnail)

    driver.set_share(gone, share=False)
    assert shown(stack)[0]["share"] is False
    erasure = driver.erase(gone)
    assert gone not in {each["job_id"] for each in shown(stack)}
    wait(lambda: driver.erasure(erasure.erasure_id).status != "running")
    names = [path.name for path in stack.objects.folder(STATE_BUCKET).glob("wall/*/*/*")]
    assert len([name for name in names if kept in name]) == 1
    assert [name for name in names if gone in name] == []


def test_the_wall_is_narrowed_and_read_in_pages(stack: LocalStack, driver: TripPosters) -> None:
    painted = made(stack, driver, distance_km=3.5, style="ink_wash")
    assert [each["job_id"] for each in shown(stack, "?style=ink_wash")] == [painted]
    assert shown(stack, "?style=ink_wash&vehicle=none") == []
    assert shown(stack, "?status=needs_review") == []
    first = told(stack, "/v1/wall?limit=1").json()
    second = told(stack, f"/v1/wall?limit=1&cursor={first['cursor']}").json()
    assert first["entries"][0]["job_id"] != second["entries"][0]["job_id"]
    for query in ("cursor=x", "season=monsoon", "min_score=101", "limit=101", "doubt=perhaps"):
        assert told(stack, f"/v1/wall?{query}").status_code == 422


@pytest.mark.slow
def test_the_service_is_seen_to_do_well(stack: LocalStack, driver: TripPosters) -> None:
    made(stack, driver, distance_km=4.5)
    health = told(stack, "/v1/health", "operator").json()
    assert health["days"][0]["made"] >= 1
    assert health["hours"][0]["p95"] or health["hours"][1]["p95"]
    assert health["now"]["acceptance"] == {"on": True, "reason": None, "since": None, "by": None}
    counted = stack.objects.folder(STATE_BUCKET) / "health"
    wait(lambda: any(counted.rglob("*.json")))
    before = health["days"][0]["made"]
    assert told(stack, "/v1/health", "studio").json()["days"][0]["made"] >= before


@pytest.mark.parametrize(
    ("path", "scope"),
    [("/v1/wall", "driver"), ("/v1/wall", "service"), ("/v1/health", "reviewer")],
)
def test_others_see_none_of_it(stack: LocalStack, path: str, scope: str) -> None:
    assert told(stack, path, scope).status_code == 403
