"""Support: lines that a short run does not have, written by the functions that write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from functions.receive_failure.use_case import receive_failure
from shared.announcements.events import Event, Notice
from shared.announcements.outbox import REMEMBERED
from shared.core.errors import AccountError, NoModelLeftError
from shared.edge.entrypoint import HttpResponse, http_entry
from shared.edge.events.failures import FailedInvocation
from shared.jobs.closing import succeed
from shared.jobs.control import GPU_QUEUE, Control
from shared.jobs.record import StoredResult
from shared.jobs.store_check import check_store
from shared.lists.bulkhead import MOST_TRIES
from shared.ports import Receipt
from tests.fakes.jobs import JOB_ID
from tests.fakes.object_store import FakeObjectStore
from tests.unit.announcements.desk import Desk
from tests.unit.functions import uploading
from tests.unit.functions.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from shared.edge.events.http_request import HttpRequest

_HTTP = b'{"version":"v1","requestContext":{"http":{"method":"GET","path":"/"}}}'


class _CarelessStore(FakeObjectStore):
    def create(self, key: str, data: bytes, *, content_type: str = "") -> bool:
        """Write, whatever is there."""
        self.put(key, data, content_type=content_type)
        return True


def rare_lines(folder: Path) -> list[dict[str, Any]]:
    """Return lines of outages, and of what nobody takes or puts right."""
    with capture_logs() as lines:
        world = World(folder)
        _in_arrears(world)
        _no_models(world)
        check_store(_CarelessStore(), Control(), clock=world.clock)
        _endpoint_is_gone()
        _below_the_gate()
        _give_up(world)
        _buggy(_HTTP, None)
        _a_bad_item()
        _no_room(world)
    return [dict(line) for line in lines]


def _in_arrears(world: World) -> None:
    with pytest.raises(AccountError), world.circuits().watching(GPU_QUEUE):
        raise AccountError


def _no_models(world: World) -> None:
    models = world.scene_models()
    models.pass_over(models.offered(), "gone")
    with pytest.raises(NoModelLeftError):
        models.offered()


def _endpoint_is_gone() -> None:
    desk = Desk()
    desk.announcer.answer(Receipt(410))
    desk.close()
    desk.run_for(3)


def _below_the_gate() -> None:
    desk = Desk()
    desk.bring()
    result = StoredResult(
        folder="results/x/",
        manifest_sha256="0" * 64,
        protected_pixels=1,
        protected_pixels_changed=1,
        failures=("car",),
    )
    succeed(JOB_ID, 1, result, jobs=desk.jobs, clock=desk.clock, passed=False)


def _give_up(world: World) -> None:
    context = {"functionArn": "acs:fc:r:1:functions/x", "requestId": "1"}
    event = {"requestContext": context, "requestPayload": "{}"}
    receive_failure(FailedInvocation.model_validate(event), jobs=world.jobs, dead=world.state)


def _a_bad_item() -> None:
    desk = Desk()
    desk.close()
    mark = REMEMBERED + Notice(Event.READY, JOB_ID, 1).message_id
    desk.state.fail("get", RuntimeError("a bug"), times=MOST_TRIES, key=mark)
    desk.run_for(60)


def _no_room(world: World) -> None:
    uploading.event(world, uploading.put(world, uploading.numbered(2)), open_jobs=0)
    uploading.tick(world, open_jobs=0)


@http_entry
def _buggy(_request: HttpRequest) -> HttpResponse:
    msg = "a bug"
    raise RuntimeError(msg)
