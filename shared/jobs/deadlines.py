"""How long a job may take, and what is said of one that takes no more of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.jobs.record import Failure, JobRecord, JobStatus

REVIEW_MISSED = Failure(code="review_expired", detail="Nobody reviewed this poster in time.")
# Of a job that nothing could be done for, however often it was tried.
GIVEN_UP = Failure(
    code="set_aside", detail="This poster could not be made; the operator has been told."
)
_WHERE = {
    JobStatus.ACCEPTED: "before its prompt was written",
    JobStatus.PROMPTED: "before its scene was painted",
    JobStatus.SENDING: "before it was sure to be in the GPU queue",
    JobStatus.QUEUED: "in the GPU queue",
    JobStatus.RENDERED: "before its picture was stored",
}


def out_of_time(record: JobRecord) -> Failure:
    """Return the failure of a job whose deadline has passed, saying where it stood."""
    where = _WHERE.get(record.status, "")
    return Failure(
        code="deadline_passed", detail=f"The time for this poster ran out {where}".strip() + "."
    )


def review_ends_at(record: JobRecord, *, minutes: int) -> datetime:
    """Return until when somebody may review the poster; taken back, it has as long again."""
    taken_back = (each.at for each in record.reviews if each.decision == "take_back")
    return max([record.history[-1].at, *taken_back]) + timedelta(minutes=minutes)
