"""Over the whole stack: an invocation that the platform loses, and a job that is cancelled."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from local.cloud.eas.service import RunOutcome
from local.options import StackOptions
from local.painter.plain import plain
from local.stack import LocalStack
from tests.integration.conftest import SAMPLE, driver, finish
from tools.chaos.small_stack import small_stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

_HURRIED = {"LOOK_SECONDS": "1", "QUIET_SECONDS": "4", "GONE_SECONDS": "5"}


def lose(stack: LocalStack, function: str, *, times: int = 1) -> list[str]:
    """Have the platform accept and forget the next invocations of a function."""
    accept, lost = stack.host.invoke_async, list[str]()

    def invoke(name: str, *arguments: Any, **options: Any) -> str:
        if name.endswith(function) and len(lost) < times:
            lost.append(name)
            return "1-lost"
        return accept(name, *arguments, **options)

    stack.host.invoke_async = invoke  # type: ignore[method-assign]
    return lost


@pytest.mark.parametrize(
    "function",
    [
        "paint_scene",
        pytest.param("paint_trip", marks=pytest.mark.slow),
        pytest.param("store_result", marks=pytest.mark.slow),
    ],
)
def test_the_sweeper_makes_up_for_an_invocation_that_was_lost(
    tmp_path: Path, function: str
) -> None:
    with small_stack(tmp_path, paint=plain, settings=_HURRIED) as stack:
        lost = lose(stack, function)
        app = driver(stack, "driver-1")
        job = finish(app, app.send(SAMPLE, key=function))

        assert lost == [f"trip-poster-{function}"]
        assert job["status"] == "succeeded"
        assert job["attempt"] == 1


def test_a_task_whose_every_notice_was_lost_is_found_in_the_output_folder(tmp_path: Path) -> None:
    with small_stack(tmp_path, paint=plain, settings=_HURRIED) as stack:
        lose(stack, "record_output", times=100)
        lose(stack, "drain_queue", times=10_000)
        app = driver(stack, "driver-1")

        assert finish(app, app.send(SAMPLE, key="unnoticed"))["status"] == "succeeded"


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[LocalStack]:
    """Return a stack whose GPU begins tasks and never ends one."""
    ending = threading.Event()

    def run(_body: bytes, _tags: object) -> RunOutcome:
        ending.wait(60)
        return RunOutcome(500, b"{}")

    with LocalStack(tmp_path, StackOptions(paint=plain, run_task=run)) as stack:
        yield stack
        ending.set()


def test_a_waiting_task_is_cancelled_out_of_the_queue_and_a_running_one_is_not(
    stopped: LocalStack,
) -> None:
    app = driver(stopped, "driver-1")
    first, second = app.send(SAMPLE, key="one"), app.send(SAMPLE, key="two")
    for job_id in (first, second):
        _wait_until_queued(stopped, job_id)
    url, token = stopped.urls["app"], stopped.keys.token("driver-1")
    said = {job_id: _cancel(url, token, job_id) for job_id in (first, second)}

    assert sorted(answer["task"] for answer in said.values()) == [
        "removed",
        "running, its result will be discarded",
    ]
    assert app.job(first)["status"] == app.job(second)["status"] == "cancelled"
    left = stopped.eas.input.page(length=10)
    assert [said[item.tags["job_id"]]["task"] for item in left] == [
        "running, its result will be discarded"
    ]
    stranger = stopped.keys.token("driver-2")
    assert _post(url, stranger, first).status_code == 404


def _cancel(url: str, token: str, job_id: str) -> dict[str, Any]:
    answer = _post(url, token, job_id)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def _post(url: str, token: str, job_id: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.post(f"{url}/v1/jobs/{job_id}/cancel", headers=headers, timeout=20)


def _wait_until_queued(stack: LocalStack, job_id: str) -> None:
    app, end = driver(stack, "driver-1"), time.monotonic() + 60
    while app.job(job_id)["status"] != "queued":
        assert time.monotonic() < end
        time.sleep(0.05)
