"""The whole local stack, shared by the journeys of one file: a process has one stack at a time."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from local.client import CLOSED, CarApp
from local.cloud.identity import keys
from local.options import StackOptions
from local.painter.plain import plain
from local.stack import MOUNT_BUCKET, ROOT, LocalStack
from shared.adapters.oss_object_store import OssObjectStore
from shared.settings.credentials import Credentials
from tests.fakes.kept import the_same_each_time  # noqa: F401 - a fixture
from tools.chaos.small_stack import small_stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SAMPLE = ROOT / "examples" / "trips" / "may_day.json"
_PATIENCE_SECONDS = 90.0
# One render for all hours is doubted at dusk, and a doubted poster waits for a reviewer.
ANY_LIGHT = {
    "GATE_LIGHT_HEIGHT": "1",
    "GATE_LIGHT_HARDNESS": "1",
    "GATE_LIGHT_WARMTH": "500",
    "GATE_LIGHT_SIDE": "1",
    "GATE_SHADOW_SIDE": "1",
}


@pytest.fixture(scope="module")
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalStack]:
    """Run a stack; in a module with SMALL_PICTURES nodes, label, encoder and gate are stood in."""
    folder = tmp_path_factory.mktemp("stack")
    small = getattr(request.module, "SMALL_PICTURES", False)
    made = (
        small_stack(folder, paint=plain) if small else LocalStack(folder, StackOptions(paint=plain))
    )
    with made as running:
        yield running


@pytest.fixture
def app(stack: LocalStack) -> CarApp:
    return driver(stack, "driver-1")


def driver(stack: LocalStack, name: str) -> CarApp:
    """Return the app of a driver."""
    return CarApp(stack.urls["app"], stack.keys.token(name))


def finish(app: CarApp, job_id: str) -> dict[str, Any]:
    """Wait until a job is closed and return it."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        job = app.job(job_id)
        if job["status"] in CLOSED:
            return job
        threading.Event().wait(0.2)
    pytest.fail(f"the job is still {job['status']}")


def mount_as(stack: LocalStack, key: Credentials) -> OssObjectStore:
    """Return the mount as the holder of a key reaches it."""
    return OssObjectStore(
        endpoint=stack.urls["oss"],
        public_endpoint=stack.urls["oss"],
        region=keys.REGION,
        bucket=MOUNT_BUCKET,
        credentials=lambda: key,
        timeout_seconds=5,
        deadline_seconds=10,
    )


def files_below(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its path, to compare before and after."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
