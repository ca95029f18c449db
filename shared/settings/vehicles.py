"""What is taken in as a vehicle's render."""

from __future__ import annotations

from pydantic import Field

from shared.settings.base import Group


class VehicleSettings(Group):
    """Limits on renders that are uploaded; intake_vehicle's memory is measured for these."""

    max_bytes: int = Field(
        64_000_000, alias="VEHICLE_MAX_BYTES", gt=0, description="Largest file of a render."
    )
    max_pixels: int = Field(
        16_000_000,
        alias="VEHICLE_MAX_PIXELS",
        gt=0,
        le=24_000_000,
        description="Most pixels of a render, 4000 x 4000; more need more memory.",
    )
