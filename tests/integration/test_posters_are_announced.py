"""Shared posters over the whole stack: told once, signed, found at their address; others never."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests

from functions.send_announcements.use_case import send_announcements
from local.community.state import Conduct
from local.stack import LocalStack
from shared import bootstrap
from shared.adapters.system_clock import SystemClock
from tests.integration.conftest import SAMPLE, driver, finish

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

SMALL_PICTURES = True


class LaterClock(SystemClock):
    """The system's clock, some minutes on: what is due then is due now."""

    def now(self) -> datetime:
        """Return the time in five minutes."""
        return super().now() + timedelta(minutes=5)


def send(stack: LocalStack, tmp_path: Path, **changes: Any) -> dict[str, Any]:
    """Send the sample trip with changes and return its closed job."""
    path = tmp_path / "trip.json"
    path.write_text(json.dumps({**json.loads(SAMPLE.read_bytes()), **changes}))
    app = driver(stack, "driver-1")
    return finish(app, app.send(path, key=json.dumps(changes)))


def wait(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def announce_later() -> dict[str, int]:
    """Run the timer's function with the real adapters, as it runs in five minutes."""
    settings = bootstrap.announcement_settings()
    return send_announcements(
        seconds=20,
        configured=settings.endpoints().keys(),
        base_url=settings.public_base_url,
        jobs=bootstrap.jobs(),
        state=bootstrap.state(),
        announcer=bootstrap.announcer(),
        clock=LaterClock(),
    )


def test_a_shared_trip_is_told_once_although_the_community_fails_first(
    stack: LocalStack, tmp_path: Path
) -> None:
    stack.community.behave(Conduct("error", status=503), times=1)
    job = send(stack, tmp_path, share=True, caption="eins")
    message_id = f"{job['job_id']}-{job['attempt']}-ready"
    wait(lambda: ("community", message_id, "error") in stack.community.tries)
    # The timer's run that was refused has to write down when to try again first.
    assert stack.host.drain(20)

    def is_told() -> bool:
        announce_later()
        return message_id in stack.community.messages("community")

    wait(is_told)
    announce_later()

    assert [t for t in stack.community.tries if t[1] == message_id] == [
        ("community", message_id, "error"),
        ("community", message_id, "204"),
    ]
    told = stack.community.messages("community")[message_id]
    assert told["data"]["title"] == job["title"]
    assert "eins" not in json.dumps(told, ensure_ascii=False)


def test_the_address_of_a_told_poster_leads_to_its_picture(
    stack: LocalStack, tmp_path: Path
) -> None:
    job = send(stack, tmp_path, share=True, caption="zwei")
    message_id = f"{job['job_id']}-{job['attempt']}-ready"
    wait(lambda: message_id in stack.community.messages("community"))
    url = stack.community.messages("community")[message_id]["data"]["url"]

    first = requests.get(url, timeout=15, allow_redirects=False)
    picture = requests.get(url, timeout=15)

    assert (first.status_code, first.headers["cache-control"]) == (302, "no-store")
    assert picture.status_code == 200
    assert picture.content == requests.get(job["poster"]["app_copy"]["url"], timeout=15).content


def test_a_trip_that_is_not_shared_is_never_told_of_and_has_no_address(
    stack: LocalStack, tmp_path: Path
) -> None:
    job = send(stack, tmp_path, caption="drei")
    assert stack.host.drain(20)
    announce_later()

    named = [t for t in stack.community.tries if job["job_id"] in t[1]]
    url = f"{stack.urls['app']}/v1/posters/{job['job_id']}"
    assert named == []
    assert requests.get(url, timeout=15).status_code == 404


@pytest.mark.parametrize("name", ["", "x", "j" + "a" * 31, "..%2f..%2fjobs", "a/b"])
def test_an_address_of_no_poster_is_a_404(stack: LocalStack, name: str) -> None:
    answer = requests.get(f"{stack.urls['app']}/v1/posters/{name}", timeout=15)

    assert answer.status_code == 404


def review(stack: LocalStack, job_id: str, scope: str = "reviewer", **decision: Any) -> Any:
    headers = {"Authorization": f"Bearer {stack.keys.token('reviewer-1', scope)}"}
    url = f"{stack.urls['app']}/v1/jobs/{job_id}/review"
    return requests.post(url, json=decision, headers=headers, timeout=15)


def test_nobody_but_a_reviewer_reviews(stack: LocalStack, tmp_path: Path) -> None:
    job_id = send(stack, tmp_path, caption="vier")["job_id"]

    assert review(stack, job_id, "driver", decision="approve").status_code == 403
    assert review(stack, job_id, decision="maybe").status_code == 422
    assert review(stack, "j" + "a" * 31, decision="approve").status_code == 404
    assert review(stack, job_id, decision="approve").status_code == 409
