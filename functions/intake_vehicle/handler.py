"""Triggered by OSS when a render, a mask or a sidecar appears under `uploads/vehicles/`."""

from __future__ import annotations

from typing import Any

from functions.intake_vehicle.use_case import intake_vehicles
from shared import bootstrap
from shared.edge.entrypoint import event_entry
from shared.edge.events.objects import ObjectCreated, decode_objects


@event_entry(decode_objects)
def handler(created: tuple[ObjectCreated, ...]) -> dict[str, Any]:
    """Take in each vehicle that the objects belong to, and report beside the upload."""
    taken = intake_vehicles(
        [each.key for each in created],
        limits=bootstrap.vehicle_limits(),
        thresholds=bootstrap.gate_thresholds(),
        mount=bootstrap.mount(),
        state=bootstrap.state(),
        clock=bootstrap.clock(),
    )
    return taken.counts()
