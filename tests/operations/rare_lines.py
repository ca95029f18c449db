"""Support: lines that a short run does not have, written by the functions that write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from shared.errors import AccountError
from shared.events import FailedInvocation
from shared.jobs.control import GPU_QUEUE, Control
from shared.jobs.store_check import check_store
from shared.ports import Receipt
from tests.fakes.object_store import FakeObjectStore
from tests.unit.announcements.desk import Desk
from tests.unit.functions.world import World

if TYPE_CHECKING:
    from pathlib import Path


class _CarelessStore(FakeObjectStore):
    def create(self, key: str, data: bytes, *, content_type: str = "") -> bool:
        """Write, whatever is there."""
        self.put(key, data, content_type=content_type)
        return True


def rare_lines(folder: Path) -> list[dict[str, Any]]:
    """Return lines of outages, and of what nobody takes or puts right."""
    with capture_logs() as lines:
        world, desk = World(folder), Desk()
        with pytest.raises(AccountError), world.circuits().watching(GPU_QUEUE):
            msg = "in arrears"
            raise AccountError(msg)
        check_store(_CarelessStore(), Control(), clock=world.clock)
        desk.announcer.answer(Receipt(410))
        desk.close()
        desk.run_for(3)
        _give_up(world)
        world.sweep()
        world.drain()
    return [dict(line) for line in lines]


def _give_up(world: World) -> None:
    from functions.receive_failure.use_case import receive_failure

    context = {"functionArn": "acs:fc:r:1:functions/x", "requestId": "1"}
    event = {"requestContext": context, "requestPayload": "{}"}
    receive_failure(FailedInvocation.model_validate(event), jobs=world.jobs, dead=world.state)
