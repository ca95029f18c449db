"""Show a driver's own jobs."""

from __future__ import annotations

from collections.abc import Callable

from functions.list_jobs.schema import JobList
from shared.edge.job_view import view_of
from shared.jobs.control import Control
from shared.jobs.listing import page_of
from shared.ports import JobStore, ObjectStore


def list_jobs(
    driver_key: str,
    *,
    cursor: str,
    limit: int,
    id_key: bytes,
    link_seconds: int,
    jobs: JobStore,
    results: ObjectStore,
    control: Callable[[], Control],
) -> JobList:
    """Return a page of the driver's jobs, each as read_job shows it."""
    page = page_of(driver_key, cursor=cursor, limit=limit, id_key=id_key, jobs=jobs)
    views = [
        view_of(record, link_seconds=link_seconds, results=results, control=control)
        for record in page.jobs
    ]
    return JobList(jobs=tuple(views), cursor=page.cursor or None)
