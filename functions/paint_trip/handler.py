"""Invoked asynchronously for an accepted trip, and again after a failed task."""

from __future__ import annotations

from typing import Any

from functions.paint_trip.prompting import PromptRules
from functions.paint_trip.use_case import paint_trip
from shared import bootstrap
from shared.edge.entrypoint import event_entry
from shared.edge.events.decoding import as_a
from shared.edge.events.orders import JobOrder


@event_entry(as_a(JobOrder))
def handler(order: JobOrder) -> dict[str, Any]:
    """Write the prompt and order the plate, or the whole picture."""
    record = paint_trip(
        order.job_id,
        rules=PromptRules(deadline_seconds=bootstrap.model_settings().prompt_seconds),
        max_attempts=bootstrap.job_settings().max_attempts,
        jobs=bootstrap.jobs(),
        model=bootstrap.prompt_model(),
        catalogue=bootstrap.catalogue,
        invoker=bootstrap.invoker(),
        queue=bootstrap.queue(),
        circuits=bootstrap.circuits(),
        clock=bootstrap.clock(),
    )
    return {"job_id": record.job_id, "status": record.status.value}
