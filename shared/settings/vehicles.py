"""What is taken in as a vehicle's render."""

from __future__ import annotations

from shared.settings.base import Group, variable


class VehicleSettings(Group):
    """Limits on renders that are uploaded; intake_vehicle's memory is measured for these."""

    max_bytes: int = variable("VEHICLE_MAX_BYTES", "Largest file of a render.", 64_000_000, gt=0)
    max_pixels: int = variable(
        "VEHICLE_MAX_PIXELS",
        "Most pixels of a render, 4000 x 4000; more need more memory.",
        16_000_000,
        gt=0,
        le=24_000_000,
    )
