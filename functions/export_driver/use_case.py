"""Give a driver everything that is stored of them; pictures by links."""

from __future__ import annotations

from collections.abc import Callable

from functions.export_driver.schema import MOST, Export, ExportedJob, ReviewStep, ShareStep
from shared.edge.job_view import JobView, view_of
from shared.jobs.control import Control
from shared.jobs.listing import page_of
from shared.jobs.record import JobRecord
from shared.ports import Clock, JobStore, ObjectStore


def export_driver(
    driver_key: str,
    *,
    cursor: str,
    id_key: bytes,
    link_seconds: int,
    jobs: JobStore,
    results: ObjectStore,
    control: Callable[[], Control],
    clock: Clock,
) -> Export:
    """Return a file of at most a hundred jobs, newest first."""
    page = page_of(driver_key, cursor=cursor, limit=MOST, id_key=id_key, jobs=jobs)
    exported = [
        _exported(
            record, view_of(record, link_seconds=link_seconds, results=results, control=control)
        )
        for record in page.jobs
    ]
    return Export(
        exported_at=clock.now(),
        jobs=tuple(exported),
        cursor=page.cursor or None,
    )


def _exported(record: JobRecord, view: JobView) -> ExportedJob:
    return ExportedJob(
        job=view,
        trip=record.trip,
        prompt=record.prompt.prompt if record.prompt else None,
        shares=tuple(ShareStep(share=s.share, at=s.at) for s in record.shares),
        reviews=tuple(
            ReviewStep(decision=r.decision, at=r.at, note=r.note) for r in record.reviews
        ),
    )
