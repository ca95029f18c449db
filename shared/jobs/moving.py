"""Move a job on: load, decide, write the next version; if somebody was first, decide again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared import log
from shared.errors import NotFoundError, UpstreamUnavailableError
from shared.jobs.moves import check_move

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.jobs.record import JobRecord
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
    for _ in range(_TRIES):
        record, known = known or load(job_id, jobs=jobs), None
        log.follow(job_id, record.trace_id)
        following = decide(record)
        if following is None:
            return Moved(record, by_us=False)
        check_move(record, following)
        if jobs.append(following):
            return Moved(following, by_us=True)
    msg = f"{job_id}: other writers were first {_TRIES} times"
    raise UpstreamUnavailableError(msg)


def load(job_id: str, *, jobs: JobStore) -> JobRecord:
    """Return the newest record; NotFoundError for an unknown job."""
    record = jobs.load(job_id)
    if record is None:
        msg = f"there is no job {job_id}"
        raise NotFoundError(msg)
    log.follow(job_id, record.trace_id)
    return record
