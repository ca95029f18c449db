"""Triggered by OSS when `output/{task_id}/task.json` appears on the mount."""

from __future__ import annotations

from typing import Any

from functions.record_output.use_case import record_outputs
from shared import bootstrap
from shared.edge.entrypoint import event_entry
from shared.edge.events.objects import ObjectCreated, decode_objects


@event_entry(decode_objects)
def handler(created: tuple[ObjectCreated, ...]) -> dict[str, Any]:
    """Record the ends of the tasks and have their results stored."""
    noticed = record_outputs(
        created, jobs=bootstrap.jobs(), invoker=bootstrap.invoker(), clock=bootstrap.clock()
    )
    return {"recorded": noticed.recorded, "discarded": noticed.discarded}
