"""A timer's function: empties the GPU service's result queue."""

from __future__ import annotations

from typing import Any

from functions.drain_queue.use_case import DrainRules, drain_queue
from shared import bootstrap
from shared.edge.entrypoint import timer_entry

_SECONDS = 45.0


@timer_entry
def handler() -> dict[str, Any]:
    """Record the ends of tasks and take their messages away."""
    found = bootstrap.upkeep_settings()
    drained = drain_queue(
        rules=DrainRules(_SECONDS, found.grace_seconds, found.sink_warning),
        jobs=bootstrap.jobs(),
        queue=bootstrap.queue(),
        invoker=bootstrap.invoker(),
        mount=bootstrap.mount(),
        state=bootstrap.state(),
        clock=bootstrap.clock(),
    )
    return drained.summary()
