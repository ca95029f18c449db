"""How much is accepted at once."""

from __future__ import annotations

from shared.settings.base import Group, variable


class AdmissionSettings(Group):
    """How much is accepted at once; more is refused with 429 and a time to come back."""

    driver_open: int = variable("DRIVER_OPEN_JOBS", "Jobs of one driver under way.", 10, ge=1)
    driver_hourly: int = variable(
        "DRIVER_JOBS_PER_HOUR", "New jobs of one driver in an hour.", 60, ge=1
    )
    open_jobs: int = variable("OPEN_JOBS_LIMIT", "Jobs under way in all.", 20_000, ge=1)
    queue_length: int = variable("QUEUE_LENGTH_LIMIT", "Tasks waiting for a GPU.", 2_000, ge=1)
    tasks_per_minute: float = variable(
        "TASKS_PER_MINUTE",
        "What all GPUs together are planned to finish; tells callers when to return.",
        20.0,
        gt=0,
    )
