"""Show a job to whoever may see it; to everybody else there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.core.callers import Caller
from shared.edge.job_view import JobView, view_of
from shared.jobs.access import visible_job
from shared.jobs.control import Control
from shared.ports import JobStore, ObjectStore

if TYPE_CHECKING:
    from shared.quality.thresholds import Thresholds


def read_job(
    job_id: str,
    caller: Caller,
    *,
    id_key: bytes,
    link_seconds: int,
    jobs: JobStore,
    results: ObjectStore,
    control: Callable[[], Control],
    thresholds: Callable[[], Thresholds],
) -> JobView:
    """Return the job, to staff with its inspection; NotFoundError where the caller may not see it.

    `thresholds`, by which posters are judged, are asked for by staff alone.
    """
    record = visible_job(job_id, caller, id_key=id_key, jobs=jobs)
    view = view_of(
        record, link_seconds=link_seconds, results=results, control=control, staff=caller.is_staff
    )
    if not caller.is_staff:
        return view
    # Prices, sizes and measures are read for it; a driver's app waits for none of them.
    from functions.read_job.inspection import inspection_of
    from functions.read_job.schema import InspectedJobView

    limits = thresholds()
    inspection = inspection_of(
        record, thresholds=limits, link_seconds=link_seconds, results=results
    )
    return InspectedJobView(**dict(view), inspection=inspection)
