"""Support: a short run of the local stack in which much happens, and all lines it writes."""

from __future__ import annotations

import io
import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests
import structlog
from PIL import Image
from structlog.testing import LogCapture

from functions.paint_trip.use_case import paint_trip
from local.client import CLOSED, CarApp
from local.options import StackOptions
from local.painter.plain import plain
from local.stack import ROOT, STATE_BUCKET, LocalStack
from tests.fakes.poster import poster_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

SAMPLE = ROOT / "examples" / "trips" / "may_day.json"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
LATER = "00000000000000000000000000c0ffee"
_SETTINGS = {"DRIVER_JOBS_PER_HOUR": "3"}
_PATIENCE = 120.0


@dataclass
class Run:
    """`jobs` by name as read_job shows them at the end; `lines` as SLS would get them."""

    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    state: dict[str, bytes] = field(default_factory=dict)
    cost: dict[str, Any] = field(default_factory=dict)


def first_dark_then_right() -> Any:
    """Return a painter whose first plate no gate lets pass: a night where day was asked for."""
    painted: list[int] = []

    def paint(prompt: str, width: int, height: int, seed: int) -> bytes:
        painted.append(seed)
        if len(painted) > 1:
            return plain(prompt, width, height, seed)
        plate, out = Image.new("RGB", (width, height), (0, 0, 0)), io.BytesIO()
        plate.save(out, "PNG", compress_level=1)
        return out.getvalue()

    return paint


@contextmanager
def captured() -> Iterator[list[Any]]:
    """Collect all lines with their context, as the functions' own configuration would write."""
    before, capture = structlog.get_config(), LogCapture()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.format_exc_info,
            capture,
        ],
        wrapper_class=structlog.make_filtering_bound_logger("INFO"),
        cache_logger_on_first_use=False,
    )
    try:
        yield capture.entries
    finally:
        structlog.configure(**before)


def take(folder: Path, patch: pytest.MonkeyPatch) -> Run:
    """Send trips that succeed at the second try, fail, crash, come twice and come too often."""
    found = Run()
    options = StackOptions(paint=first_dark_then_right(), settings=_SETTINGS)
    with captured() as lines, LocalStack(folder, options) as stack:
        put = stack.eas.input.put

        def seen(data: bytes, tags: Any, *arguments: Any, **more: Any) -> Any:
            found.tags.append(dict(tags))
            return put(data, tags, *arguments, **more)

        patch.setattr(stack.eas.input, "put", seen)
        app = CarApp(stack.urls["app"], stack.keys.token("driver-1"))
        first = _send(app, "first", 202, traceparent=f"00-{TRACE}-00f067aa0ba902b7-01")
        found.jobs["first"] = _ended(app, first)
        _send(app, "first", 202, traceparent=f"00-{LATER}-00f067aa0ba902b7-01")
        stack.dashscope.behaviour.set("image", "fail_task", code="InternalError.Algo")
        found.jobs["failed"] = _ended(app, _send(app, "failed", 202))
        stack.dashscope.behaviour.clear()
        _crash_once(patch)
        found.jobs["crashed"] = _ended(app, _send(app, "crashed", 202))
        _send(app, "too many", 429)
        # Each timer once more, with nothing to do.
        time.sleep(4)
        found.lines = [{**line, "level": line["log_level"]} for line in lines]
        found.state = _stored(stack)
        found.cost = _cost(folder)
        manifests = [key for key in found.state if first in key and key.endswith("manifest.json")]
        found.manifest = json.loads(found.state[manifests[0]])
    return found


def _cost(folder: Path) -> dict[str, Any]:
    """Return what `poster cost spent` says of the running stack."""
    ways = ("--by", "style", "--by", "origin")
    answer: dict[str, Any] = poster_json("cost", "spent", "--data", str(folder), *ways)
    return answer


def _stored(stack: LocalStack) -> dict[str, bytes]:
    """Return the records and manifests in the state bucket by their keys."""
    root = stack.objects.folder(STATE_BUCKET)
    paths = [path for part in ("jobs", "results") for path in (root / part).rglob("*.json")]
    return {str(path.relative_to(root)): path.read_bytes() for path in paths}


def _send(app: CarApp, key: str, status: int, **headers: str) -> str:
    fixed = {
        "Authorization": f"Bearer {app.token}",
        "Content-Type": "application/json",
        "Idempotency-Key": key,
    }
    url = f"{app.url}/v1/trips"
    answer = requests.post(url, data=SAMPLE.read_bytes(), headers={**fixed, **headers}, timeout=15)
    assert answer.status_code == status, answer.text
    return str(answer.json().get("job_id", ""))


def _ended(app: CarApp, job_id: str) -> dict[str, Any]:
    end = time.monotonic() + _PATIENCE
    while (job := app.job(job_id))["status"] not in CLOSED:
        assert time.monotonic() < end, job
        time.sleep(0.2)
    return job


def _crash_once(patch: pytest.MonkeyPatch) -> None:
    crashes = [1]

    def crashing(job_id: str, **ports: Any) -> Any:
        if crashes:
            crashes.pop()
            msg = "a bug"
            raise RuntimeError(msg)
        return paint_trip(job_id, **ports)

    patch.setattr("functions.paint_trip.handler.paint_trip", crashing)
