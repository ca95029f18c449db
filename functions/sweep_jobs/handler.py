"""A timer's function: looks after the jobs in flight."""

from __future__ import annotations

from typing import Any

from functions.sweep_jobs.look import LookRules
from functions.sweep_jobs.use_case import SweepRules, sweep_jobs
from shared import bootstrap
from shared.core import ids
from shared.edge.entrypoint import timer_entry

_SECONDS, _ORPHAN_SECONDS = 50.0, 3600.0


@timer_entry
def handler() -> dict[str, Any]:
    """Find out what went missing and make up for it."""
    found = bootstrap.upkeep_settings()
    swept = sweep_jobs(
        ids.any_job_id(),
        rules=SweepRules(
            seconds=_SECONDS,
            look_seconds=found.look_seconds,
            look=LookRules(
                quiet_seconds=found.quiet_seconds,
                gone_seconds=found.gone_seconds,
                orphan_seconds=_ORPHAN_SECONDS,
                review_minutes=bootstrap.job_settings().review_deadline_minutes,
            ),
        ),
        jobs=bootstrap.jobs(),
        state=bootstrap.state(),
        mount=bootstrap.mount(),
        queue=bootstrap.queue(),
        invoker=bootstrap.invoker(),
        clock=bootstrap.clock(),
    )
    return swept.summary()
