"""Show a job to whoever may see it; to everybody else there is none."""

from __future__ import annotations

from collections.abc import Callable

from shared.core.callers import Caller
from shared.edge.job_view import JobView, view_of
from shared.jobs.access import visible_job
from shared.jobs.control import Control
from shared.ports import JobStore, ObjectStore


def read_job(
    job_id: str,
    caller: Caller,
    *,
    id_key: bytes,
    link_seconds: int,
    jobs: JobStore,
    results: ObjectStore,
    control: Callable[[], Control],
) -> JobView:
    """Return the job; NotFoundError when it is unknown, erased or another driver's."""
    record = visible_job(job_id, caller, id_key=id_key, jobs=jobs)
    reviews = not caller.scopes.isdisjoint({"reviewer", "operator"})
    return view_of(
        record, link_seconds=link_seconds, results=results, control=control, reviews=reviews
    )
