"""Move a job on: read, decide, write the next version; if somebody was first, decide again.

What is read first may lag behind: it costs two requests where the newest costs three. A next
version that is written settles it, for two writers cannot both create it; a conclusion that
there is nothing to write is drawn from the newest record alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.core.errors import BundleError, NotFoundError, UpstreamUnavailableError
from shared.jobs.moves import check_move
from shared.jobs.record import JobRecord
from shared.observability import log
from shared.ports import JobStore

_TRIES = 25


@dataclass(frozen=True)
class Moved:
    """The newest record, and whether this call wrote it."""

    record: JobRecord
    by_us: bool


def move(
    job_id: str,
    decide: Callable[[JobRecord], JobRecord | None],
    *,
    jobs: JobStore,
    known: JobRecord | None = None,
) -> Moved:
    """Apply `decide` to the newest record until its answer is written or it answers None.

    `decide` must be pure: it runs again whenever another writer was first. `known` is a record
    to begin with that need not be the newest: if it is not, its successor cannot be written.
    Raises NotFoundError for an unknown job, IllegalMoveError for a move off the table.
    """
    sure, record = known is not None, known or _seen(job_id, jobs=jobs)
    log.follow(job_id, record.trace_id)
    for _ in range(_TRIES):
        following, refusal = _decided(decide, record)
        if following is not None:
            check_move(record, following)
            if jobs.append(following):
                return Moved(following, by_us=True)
        newest = record if sure and following is None else jobs.newest(record)
        if following is None and newest.version == record.version:
            if refusal is not None:
                raise refusal
            return Moved(record, by_us=False)
        sure, record = True, newest
    msg = f"{job_id}: other writers were first {_TRIES} times"
    raise UpstreamUnavailableError(msg)


def load(job_id: str, *, jobs: JobStore) -> JobRecord:
    """Return the newest record; NotFoundError for an unknown job."""
    return _found(job_id, jobs.load(job_id))


def load_for(work: Callable[[JobRecord], object], job_id: str, *, jobs: JobStore) -> JobRecord:
    """Return a record that may lag if there is work to do by it, and the newest if there is none.

    For work whose outcome is appended to that very record: if it was not the newest, it cannot be.
    """
    seen = _seen(job_id, jobs=jobs)
    return seen if work(seen) else jobs.newest(seen)


def _seen(job_id: str, *, jobs: JobStore) -> JobRecord:
    return _found(job_id, jobs.peek(job_id))


def _found(job_id: str, record: JobRecord | None) -> JobRecord:
    if record is None:
        msg = f"there is no job {job_id}"
        raise NotFoundError(msg)
    log.follow(job_id, record.trace_id)
    return record


def _decided(
    decide: Callable[[JobRecord], JobRecord | None], record: JobRecord
) -> tuple[JobRecord | None, BundleError | None]:
    """Return the next version, or why there is none: nothing to do, or a refusal."""
    try:
        return decide(record), None
    except BundleError as refusal:
        return None, refusal
