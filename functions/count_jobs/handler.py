"""A timer's function: counts what the last days' jobs came to."""

from __future__ import annotations

from typing import Any

from functions.count_jobs.use_case import count_jobs
from shared import bootstrap
from shared.edge.entrypoint import timer_entry

_SECONDS = 60.0


@timer_entry
def handler() -> dict[str, Any]:
    """Count anew the days and hours that may have changed, of every tenant."""
    return count_jobs(seconds=_SECONDS, state=bootstrap.state(), clock=bootstrap.clock())
