"""Invoked asynchronously once the end of a task is recorded."""

from __future__ import annotations

from typing import Any

from functions.store_result.use_case import store_result
from shared import bootstrap
from shared.edge.entrypoint import event_entry
from shared.edge.events.decoding import as_a
from shared.edge.events.orders import TaskOrder


@event_entry(as_a(TaskOrder))
def handler(order: TaskOrder) -> dict[str, Any]:
    """Store the poster and close the job."""
    record = store_result(
        order.task_id,
        limits=bootstrap.picture_limits(),
        thresholds=bootstrap.gate_thresholds(),
        producer=bootstrap.picture_settings().label_producer,
        max_attempts=bootstrap.job_settings().max_attempts,
        announce=bootstrap.job_settings().announce,
        jobs=bootstrap.jobs(),
        mount=bootstrap.mount(),
        results=bootstrap.state(),
        invoker=bootstrap.invoker(),
        clock=bootstrap.clock(),
        second_look=bootstrap.second_look(),
    )
    return {"job_id": record.job_id, "status": record.status.value, "attempt": record.attempt}
