"""Lead to the picture of a poster that others may see; of any other there is none."""

from __future__ import annotations

from shared.core import ids
from shared.core.errors import NotFoundError
from shared.jobs.record import JobStatus
from shared.observability import log
from shared.ports import JobStore, ObjectStore, SignedUrl


def show_poster(
    job_id: str, *, link_seconds: int, jobs: JobStore, results: ObjectStore
) -> SignedUrl:
    """Return a fresh link to the app's copy; NotFoundError unless it is done and shared."""
    record = jobs.load(job_id) if ids.is_job_id(job_id) else None
    done = record is not None and record.status is JobStatus.SUCCEEDED and record.is_shared
    if record is None or record.result is None or not done:
        msg = "there is no such poster"
        raise NotFoundError(msg)
    log.follow(job_id, record.trace_id)
    return results.sign(record.result.folder + record.result.app_copy, seconds=link_seconds)
