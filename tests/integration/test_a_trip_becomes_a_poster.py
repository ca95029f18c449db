"""The main path over the whole local stack: HTTP in, a stored poster out."""

from __future__ import annotations

import io
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from local.client import fetch
from local.cloud.fc.refusals import RefusedError
from local.stack import LocalStack
from tests.integration.conftest import SAMPLE, driver, files_below, finish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.client import CarApp
    from local.cloud.fc.running import InvocationResult
    from local.stack import LocalStack

_STEPS = ["accepted", "prompted", "sending", "queued", "rendered", "succeeded"]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Return a stack of this module's own, with the real painter."""
    with LocalStack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="module")
def job(stack: LocalStack) -> dict[str, Any]:
    app = driver(stack, "driver-1")
    return finish(app, app.send(SAMPLE, key="the-sample-trip"))


@pytest.fixture(scope="module")
def manifest(job: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(fetch(job["poster"]["manifest"]["url"]))
    return described


def test_the_job_takes_every_step_in_order(job: dict[str, Any]) -> None:
    steps = [step["status"] for step in job["history"]]

    # A fast GPU may end before the queueing is written down; then that one step is left out.
    assert steps in (_STEPS, [s for s in _STEPS if s != "queued"])
    assert job["history"] == sorted(job["history"], key=lambda step: step["at"])


def test_the_poster_is_a_portrait_of_the_promised_size(job: dict[str, Any]) -> None:
    master = Image.open(io.BytesIO(fetch(job["poster"]["master"]["url"])))

    assert master.format == "PNG"
    assert master.width >= 768
    assert master.width * 5 == master.height * 4


def test_no_protected_pixel_differs_from_the_render(manifest: dict[str, Any]) -> None:
    measures = manifest["measures"]

    assert measures["protected_pixels"] > 40_000
    assert measures["protected_pixels_changed"] == 0


@pytest.mark.parametrize("name", ["master", "app_copy", "thumbnail"])
def test_every_delivered_picture_carries_the_implicit_label(job: dict[str, Any], name: str) -> None:
    assert b'TC260:AIGC="' in fetch(job["poster"][name]["url"]).replace(b"'", b'"')


def test_the_manifest_says_that_stand_ins_made_it(manifest: dict[str, Any]) -> None:
    assert manifest["prompt"]["model"] == "local-stand-in-writer"
    assert manifest["scene"]["model"] == "local-stand-in-painter"


def test_nothing_private_leaves_the_job_record(stack: LocalStack, job: dict[str, Any]) -> None:
    private = ["新司機", "新司机", "歐陽", "欧阳", "中山南路", "申長路", "申长路", "driver-1"]
    folder = stack.objects.folder("trip-poster-state").parent
    left = {
        name: data
        for name, data in files_below(folder).items()
        if f"/jobs/{job['job_id']}/" not in f"/{name}"
    }

    assert any(f"results/{job['job_id']}" in name for name in left)
    found = [(word, name) for word in private for name, d in left.items() if word.encode() in d]
    assert found == []


def test_streets_are_not_even_in_the_record(stack: LocalStack, job: dict[str, Any]) -> None:
    records = stack.objects.folder("trip-poster-state") / "jobs" / job["job_id"]
    text = b"".join(path.read_bytes() for path in sorted(records.iterdir()))

    assert "上海".encode() in text
    assert not any(street.encode() in text for street in ("中山南路", "申長路", "申长路", "1891"))


def test_the_open_marker_is_gone_when_the_job_is_closed(
    stack: LocalStack, job: dict[str, Any]
) -> None:
    assert not (stack.objects.folder("trip-poster-state") / "open" / job["job_id"]).exists()


def test_every_event_of_the_job_replayed_changes_nothing(
    stack: LocalStack, job: dict[str, Any]
) -> None:
    state = stack.objects.folder("trip-poster-state")
    assert stack.host.drain(20)
    before, calls = _lasting(state), stack.dashscope.calls.count("image")
    task = f"{job['job_id']}-{job['attempt']}"

    for function, event in _events(stack, job["job_id"], task).items():
        result = _run(stack, function, event)
        assert result.error_type is None, (function, result.body)
    assert stack.host.drain(20)

    assert _lasting(state) == before
    assert stack.dashscope.calls.count("image") == calls
    assert stack.eas.input.count() == 0


def _run(stack: LocalStack, function: str, event: bytes) -> InvocationResult:
    """Run a function; one that runs alone is refused while its timer has it at work."""
    end = time.monotonic() + 30
    while True:
        try:
            return stack.host.invoke_sync(f"trip-poster-{function}", event)
        except RefusedError as refused:
            if refused.status != 429 or time.monotonic() > end:
                raise
        time.sleep(0.1)


def test_the_same_key_and_trip_meet_the_same_job(app: CarApp, job: dict[str, Any]) -> None:
    assert app.send(SAMPLE, key="the-sample-trip") == job["job_id"]


def test_the_text_form_is_accepted_over_http(app: CarApp) -> None:
    job = finish(app, app.send(SAMPLE.with_name("article_trip.txt"), key="as-text"))

    assert job["status"] == "succeeded"


def _lasting(state: Path) -> dict[str, bytes]:
    """Return every file but the reports of what a timer saw last."""
    return {k: v for k, v in files_below(state).items() if not k.startswith("control/")}


def _events(stack: LocalStack, job_id: str, task: str) -> dict[str, bytes]:
    key = f"output/{task}/task.json"
    created = {"bucket": {"name": "trip-poster-mount"}, "object": {"key": key, "size": 9}}
    record = {"eventName": "ObjectCreated:PutObject", "oss": created}
    return {
        "paint_trip": json.dumps({"job_id": job_id}).encode(),
        "paint_scene": json.dumps({"job_id": job_id}).encode(),
        "record_output": json.dumps({"events": [record]}).encode(),
        "drain_queue": b'{"triggerName": "every-minute", "payload": ""}',
        "store_result": json.dumps({"task_id": task}).encode(),
    }
