"""Who may see a job; to everybody else there is none."""

from __future__ import annotations

from shared.core import ids
from shared.core.callers import Caller
from shared.core.errors import NotFoundError
from shared.jobs.record import JobRecord, JobStatus
from shared.observability import log
from shared.ports import JobStore


def visible_job(job_id: str, caller: Caller, *, id_key: bytes, jobs: JobStore) -> JobRecord:
    """Return the job; NotFoundError when it is unknown, erased or another driver's."""
    record = jobs.load(job_id) if ids.is_job_id(job_id) else None
    if record is None or record.status is JobStatus.ERASED or not _may_see(record, caller, id_key):
        raise no_such_job()
    log.follow(job_id, record.trace_id)
    return record


def no_such_job() -> NotFoundError:
    """Return what is said of a job that is unknown, erased or not the caller's."""
    return NotFoundError("there is no such job")


def _may_see(record: JobRecord, caller: Caller, id_key: bytes) -> bool:
    if record.tenant != caller.tenant:
        return False
    own = ids.driver_key(id_key, tenant=caller.tenant, driver=caller.subject)
    return caller.sees_all or ("driver" in caller.scopes and record.driver_key == own)
