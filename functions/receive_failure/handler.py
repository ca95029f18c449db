"""The failure destination of every asynchronous function."""

from __future__ import annotations

from typing import Any

from functions.receive_failure.use_case import receive_failure
from shared import bootstrap
from shared.edge.entrypoint import event_entry
from shared.edge.events.decoding import as_a
from shared.edge.events.failures import FailedInvocation


@event_entry(as_a(FailedInvocation))
def handler(failed: FailedInvocation) -> dict[str, Any]:
    """Keep what the platform gave up on."""
    return {"kept": receive_failure(failed, jobs=bootstrap.jobs(), dead=bootstrap.state())}
