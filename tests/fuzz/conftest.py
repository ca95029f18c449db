"""The handlers with settings and tokens of a real stack, and fakes in place of its services."""

from __future__ import annotations

import base64
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from local.options import StackOptions
from local.stack import MOUNT_BUCKET, LocalStack
from shared import bootstrap
from shared.adapters.bucket_job_store import BucketJobStore
from shared.bootstrap import stores
from shared.core.errors import BundleError
from tests.fakes.clock import FakeClock
from tests.fakes.invoker import FakeInvoker
from tests.fakes.kept import the_same_each_time  # noqa: F401 - a fixture
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.workflow_queue import FakeWorkflowQueue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fuzz.table import Handler

SECRET = "whsec_" + base64.b64encode(b"c" * 32).decode()
CATALOGUE = "input/vehicles/catalogue"


class Place:
    """What the handlers work on, and all that is stored there."""

    def __init__(self, stack: LocalStack) -> None:
        self.clock = FakeClock()
        self.state, self.mount = FakeObjectStore(self.clock), FakeObjectStore(self.clock)
        self.jobs = BucketJobStore(self.state, clock=self.clock)
        folder = stack.objects.folder(MOUNT_BUCKET)
        for path in folder.glob(f"{CATALOGUE}*/**/*"):
            if path.is_file():
                self.mount.put(path.relative_to(folder).as_posix(), path.read_bytes())
        self.mount.put(f"{CATALOGUE}.json", (folder / f"{CATALOGUE}.json").read_bytes())
        self.queue, self.invoker = FakeWorkflowQueue(), FakeInvoker()
        self.tokens = {
            scope: stack.keys.token("driver-1", scope)
            for scope in ("driver", "reviewer", "service", "operator")
        }

    def stored(self) -> set[str]:
        """Return the keys of everything but the timers' own reports."""
        keys = {*self.state.objects, *self.mount.objects}
        return {key for key in keys if not key.startswith(("control/", CATALOGUE))}

    def refused(self, handler: Handler, event: bytes) -> int:
        """Send it; a refusal must leave nothing. Return the status."""
        before = self.stored()
        answer = handler(event, SimpleNamespace())
        assert answer["statusCode"] < 500, answer
        if answer["statusCode"] >= 400:
            assert self.stored() == before
            assert answer["headers"]["Content-Type"] == "application/problem+json"
            answer["body"].encode()
        return int(answer["statusCode"])

    def quiet(
        self, handler: Handler, event: bytes, *, may: str | tuple[str, ...] = "dead/"
    ) -> None:
        """Run it; only the bundle's own errors may come out, and nothing else may be stored."""
        before = self.stored()
        try:
            handler(event, SimpleNamespace())
        except BundleError as error:
            str(error).encode()
        assert {key for key in self.stored() - before if not key.startswith(may)} == set()
        assert self.invoker.started == []


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    told = {"CALLBACK_SECRETS": SECRET}
    options = StackOptions(settings=told, timer_scale=1000.0)
    with LocalStack(tmp_path_factory.mktemp("hostile"), options) as running:
        yield running


@pytest.fixture
def place(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Put fakes behind the handlers; settings, tokens and the catalogue are real."""
    found = Place(stack)
    for name in ("clock", "state", "mount", "jobs", "queue", "invoker"):
        monkeypatch.setattr(bootstrap, name, lambda name=name: getattr(found, name))
    for name in ("clock", "state", "mount"):
        monkeypatch.setattr(stores, name, lambda name=name: getattr(found, name))
    return found
