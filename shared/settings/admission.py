"""How much is accepted at once."""

from __future__ import annotations

from pydantic import Field

from shared.settings.base import Group


class AdmissionSettings(Group):
    """How much is accepted at once; more is refused with 429 and a time to come back."""

    driver_open: int = Field(
        10, alias="DRIVER_OPEN_JOBS", ge=1, description="Jobs of one driver under way."
    )
    driver_hourly: int = Field(
        60, alias="DRIVER_JOBS_PER_HOUR", ge=1, description="New jobs of one driver in an hour."
    )
    open_jobs: int = Field(
        20_000, alias="OPEN_JOBS_LIMIT", ge=1, description="Jobs under way in all."
    )
    queue_length: int = Field(
        2_000, alias="QUEUE_LENGTH_LIMIT", ge=1, description="Tasks waiting for a GPU."
    )
    tasks_per_minute: float = Field(
        20.0,
        alias="TASKS_PER_MINUTE",
        gt=0,
        description="What all GPUs together are planned to finish; tells callers when to return.",
    )
