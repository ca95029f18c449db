"""The failure destination of every asynchronous function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.receive_failure.use_case import receive_failure
from shared import bootstrap
from shared.edge.entrypoint import event_entry
from shared.edge.events.failures import decode_failure

if TYPE_CHECKING:
    from shared.edge.events.failures import FailedInvocation


@event_entry(decode_failure)
def handler(failed: FailedInvocation) -> dict[str, Any]:
    """Keep what the platform gave up on."""
    return {"kept": receive_failure(failed, jobs=bootstrap.jobs(), dead=bootstrap.state())}
