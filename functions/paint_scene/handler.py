"""Invoked asynchronously when a style wants its plate from the picture model."""

from __future__ import annotations

from typing import Any

from functions.paint_scene.plate import PlateRules
from functions.paint_scene.use_case import paint_scene
from shared import bootstrap
from shared.edge.entrypoint import event_entry
from shared.edge.events.decoding import as_a
from shared.edge.events.orders import JobOrder


@event_entry(as_a(JobOrder))
def handler(order: JobOrder) -> dict[str, Any]:
    """Paint the plate and queue the task."""
    models = bootstrap.model_settings()
    record = paint_scene(
        order.job_id,
        rules=PlateRules(
            deadline_seconds=models.scene_seconds,
            poll_seconds=models.poll_seconds,
            limits=bootstrap.picture_limits(),
        ),
        max_attempts=bootstrap.job_settings().max_attempts,
        jobs=bootstrap.jobs(),
        models=bootstrap.scene_models(),
        mount=bootstrap.mount(),
        queue=bootstrap.queue(),
        circuits=bootstrap.circuits(),
        clock=bootstrap.clock(),
    )
    return {"job_id": record.job_id, "status": record.status.value, "attempt": record.attempt}
