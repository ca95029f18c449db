"""Jobs to begin a test with."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.jobs.record import JobRecord, JobStatus, Step, TaskEnd
from shared.trips.reading import trip_of
from tests.fakes.clock import START

if TYPE_CHECKING:
    from datetime import datetime

    from shared.trips.model import Trip

JOB_ID = "j" + "a" * 31
DONE = TaskEnd(outcome="done", source="sink")
BROKEN = TaskEnd(outcome="failed", source="sink", reason="out of memory")


def a_trip(**changes: Any) -> Trip:
    """Return a small whole trip, with fields changed at will."""
    fields = {
        "mood": "😎",
        "started_at": "2026-10-02T08:00:00+08:00",
        "ended_at": "2026-10-02T18:00:00+08:00",
        "driving_minutes": 180,
        "distance_km": 210.5,
        "start": {"city": "上海市", "weather": "晴"},
        "end": {"city": "湖州市", "weather": "小雨"},
    }
    return trip_of({**fields, **changes})


def an_accepted_job(job_id: str = JOB_ID, *, now: datetime = START, **changes: Any) -> JobRecord:
    """Return version 1 of a job."""
    fields = {
        "job_id": job_id,
        "version": 1,
        "status": JobStatus.ACCEPTED,
        "recorded_at": now,
        "tenant": "maker",
        "driver_key": "d" * 32,
        "request_digest": "0" * 64,
        "trip": a_trip(),
        "style": "photoreal",
        "vehicle": "citycar/g1/black/0123456789ab",
        "created_at": now,
        "deadline_at": now + timedelta(minutes=30),
        "history": (Step(status=JobStatus.ACCEPTED, at=now),),
    }
    return JobRecord(**{**fields, **changes})


def stepped(old: JobRecord, status: JobStatus, *, now: datetime = START) -> JobRecord:
    """Return the next version in another status, with the attempt that belongs to it."""
    if status is JobStatus.SENDING:
        following = old.attempts + 1
        return old.to(status, now=now, attempt=following, attempts=following)
    if status is JobStatus.RENDERED:
        return old.to(status, now=now, attempt=max(old.attempt, 1), ended=DONE)
    if status is JobStatus.ERASED:
        return old.erased(now=now)
    return old.to(status, now=now, attempt=old.attempt)


def a_job_in(status: JobStatus, *, ended: TaskEnd = DONE) -> JobRecord:
    """Return a job that has come to this status by the straight way."""
    job = an_accepted_job()
    for step in _WAY_TO[status]:
        job = stepped(job, step)
    if status is JobStatus.RENDERED:
        job = job.model_copy(update={"ended": ended})
    return job


_S = JobStatus
_TO_RENDERED = (_S.PROMPTED, _S.SENDING, _S.QUEUED, _S.RENDERED)
_WAY_TO: dict[JobStatus, tuple[JobStatus, ...]] = {
    _S.ACCEPTED: (),
    _S.PROMPTED: _TO_RENDERED[:1],
    _S.SENDING: _TO_RENDERED[:2],
    _S.QUEUED: _TO_RENDERED[:3],
    _S.RENDERED: _TO_RENDERED,
    _S.NEEDS_REVIEW: (*_TO_RENDERED, _S.NEEDS_REVIEW),
    _S.SUCCEEDED: (*_TO_RENDERED, _S.SUCCEEDED),
    _S.FAILED: (*_TO_RENDERED, _S.FAILED),
    _S.CANCELLED: (*_TO_RENDERED, _S.CANCELLED),
    _S.ERASED: (*_TO_RENDERED, _S.ERASED),
}
