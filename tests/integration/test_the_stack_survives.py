"""Restarts, duplicated events, failing GPUs, the other runtime: still one end for each job."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from local.client import CarApp
from local.cloud.eas.service import RunOutcome
from local.one_process import ADDRESS_FILE
from local.options import StackOptions
from local.painter.plain import plain
from local.stack import LocalStack
from tests.integration.conftest import SAMPLE, driver, finish
from tools.chaos.small_stack import small_stack

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_with_every_event_delivered_twice_there_is_one_result(tmp_path: Path) -> None:
    with small_stack(tmp_path, paint=plain, duplicate_every=1) as stack:
        app = driver(stack, "driver-1")
        job = finish(app, app.send(SAMPLE, key="twice"))
        stack.host.drain(30)

        assert job["status"] == "succeeded"
        assert len(stack.dashscope.tasks.all()) == 1
        results = stack.objects.folder("trip-poster-state") / "results" / job["job_id"]
        assert len(list(results.iterdir())) == 1


def test_a_stack_that_stops_in_the_middle_goes_on_where_it_was(tmp_path: Path) -> None:
    with LocalStack(tmp_path, StackOptions(paint=plain)) as stack:
        app = driver(stack, "driver-1")
        job_id = app.send(SAMPLE, key="restart")
        _wait_for(app, job_id, "prompted")

    with LocalStack(tmp_path, StackOptions(paint=plain)) as stack:
        job = finish(driver(stack, "driver-1"), job_id)

        assert job["status"] == "succeeded"
        assert len(stack.dashscope.tasks.all()) == 1


def test_gpus_that_always_fail_end_in_one_stated_failure(tmp_path: Path) -> None:
    def broken(_body: bytes, _tags: object) -> RunOutcome:
        return RunOutcome(500, json.dumps({"error": {"type": "out_of_memory"}}).encode())

    with LocalStack(tmp_path, StackOptions(paint=plain, run_task=broken)) as stack:
        app = driver(stack, "driver-1")
        job = finish(app, app.send(SAMPLE, key="broken"))

        assert job["status"] == "failed"
        assert job["failure"]["code"] == "render_failed"
        assert "out_of_memory" in job["failure"]["detail"]
        assert job["attempt"] == 3


def test_the_functions_run_with_contexts_of_python_3_12_too(tmp_path: Path) -> None:
    with LocalStack(tmp_path, StackOptions(paint=plain, runtime="python3.12")) as stack:
        app = driver(stack, "driver-1")

        assert finish(app, app.send(SAMPLE, key="3.12"))["status"] == "succeeded"


def _wait_for(app: CarApp, job_id: str, status: str) -> None:
    end = time.monotonic() + 60
    while status not in [step["status"] for step in app.job(job_id)["history"]]:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_running_stack_says_where_it_is_and_a_stopped_one_does_not(tmp_path: Path) -> None:
    with LocalStack(tmp_path, StackOptions(paint=plain)) as running:
        told = json.loads((tmp_path / ADDRESS_FILE).read_text())
        assert told["urls"] == running.urls

    assert not (tmp_path / ADDRESS_FILE).exists()
