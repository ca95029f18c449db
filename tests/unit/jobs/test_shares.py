"""Who may see a poster: what is recorded, in which order, and what cannot be shown."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from structlog.contextvars import get_contextvars
from structlog.testing import capture_logs

from shared.core.errors import ConflictError, NotFoundError
from shared.jobs.record import JobRecord, JobStatus, Review, ShareChange
from shared.jobs.shares import set_share, withdraw
from shared.observability import log
from tests.fakes.clock import START, FakeClock
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import JOB_ID, a_job_in, a_trip
from tests.fakes.noting_store import NotingStore

if TYPE_CHECKING:
    from shared.jobs.closing import AnnounceMode

S = JobStatus
LATER = START + timedelta(minutes=7)
APPROVED = Review(decision="approve", attempt=1, reviewer="r", at=START)
TOLD = ["put outbox", "create announced", "put wall", "delete open"]


class Place:
    """A bucket with one job, unmarked, and a clock that shows later than its records."""

    def __init__(self, status: JobStatus, *, share: bool = False, **changes: Any) -> None:
        self.bucket, self.clock = NotingStore(), FakeClock(LATER)
        self.jobs = FakeJobStore(self.bucket, clock=self.clock)
        trip = {} if status is S.ERASED else {"trip": a_trip(share=share)}
        self.job = a_job_in(status).model_copy(update={**trip, **changes})
        self.jobs.append(self.job)
        self.bucket.written.clear()

    def set(self, *, share: bool, announce: AnnounceMode = "automatic", **known: Any) -> JobRecord:
        return set_share(
            JOB_ID, share=share, announce=announce, jobs=self.jobs, clock=self.clock, **known
        )


@pytest.mark.parametrize(
    ("status", "told", "after"),
    [
        (S.SUCCEEDED, True, TOLD),
        (S.QUEUED, False, ["put wall"]),
        (S.NEEDS_REVIEW, False, ["put wall", "put in-review"]),
    ],
)
def test_the_marker_is_put_before_the_record_and_goes_when_others_were_told(
    status: JobStatus, told: bool, after: list[str]
) -> None:
    place = Place(status)
    with capture_logs() as lines:
        record = place.set(share=True)

    assert record.shares == (ShareChange(share=True, at=LATER, told=told),)
    assert (record.recorded_at, record.version) == (LATER, place.job.version + 1)
    assert place.bucket.written == ["put open", "create jobs", *after]
    assert [(line["event"], line["share"]) for line in lines] == [("poster.share_changed", True)]


@pytest.mark.parametrize("share", [True, False])
def test_what_is_so_already_changes_nothing(share: bool) -> None:
    place = Place(S.QUEUED, share=share)
    with capture_logs() as lines:
        assert place.set(share=share).version == place.job.version

    assert (place.bucket.written, lines) == ([], [])


def test_a_marker_of_a_bulk_job_says_so() -> None:
    for priority, is_bulk in (("bulk", True), ("interactive", False)):
        place = Place(S.QUEUED, priority=priority)
        place.set(share=True)
        (marker,) = place.jobs.open_page().markers
        assert (marker.job_id, marker.is_bulk) == (JOB_ID, is_bulk)


def test_a_record_that_is_known_is_not_read_again() -> None:
    place = Place(S.QUEUED)
    for reading in ("page", "get"):
        place.bucket.fail(reading, AssertionError("a request more"), times=9, key="jobs/")
    with log.each_job():
        assert place.set(share=True, known=place.job).is_shared
        assert get_contextvars()["job_id"] == JOB_ID


@pytest.mark.parametrize(
    ("status", "changes", "announce", "error"),
    [
        (S.FAILED, {}, "automatic", "has failed: there is no poster"),
        (S.CANCELLED, {}, "automatic", "has cancelled: there is no poster"),
        (S.SUCCEEDED, {}, "after_review", "a reviewer sees each poster"),
        (S.SUCCEEDED, {"reviews": (APPROVED,), "attempt": 2}, "after_review", "a reviewer sees"),
        (
            S.SUCCEEDED,
            {"reviews": (APPROVED.model_copy(update={"decision": "repaint"}),)},
            "after_review",
            "a reviewer sees each poster",
        ),
        (S.SUCCEEDED, {"reviews": (APPROVED,)}, "after_review", ""),
        (S.SUCCEEDED, {}, "automatic", ""),
        (S.QUEUED, {}, "after_review", ""),
    ],
)
def test_what_nobody_has_let_pass_is_not_shown(
    status: JobStatus, changes: dict[str, Any], announce: AnnounceMode, error: str
) -> None:
    place = Place(status, **changes)
    if error:
        with pytest.raises(ConflictError, match=error) as refused:
            place.set(share=True, announce=announce)
        assert refused.value.code == ("no_poster" if "no poster" in error else "unreviewed")
        assert place.bucket.written == []
    else:
        assert place.set(share=True, announce=announce).is_shared


def test_of_an_erased_job_nobody_learns_anything() -> None:
    with pytest.raises(NotFoundError, match="no such job"):
        Place(S.ERASED).set(share=True)


@pytest.mark.parametrize("status", [S.SUCCEEDED, S.FAILED, S.QUEUED])
def test_anything_can_be_taken_back_and_twice_is_once(status: JobStatus) -> None:
    place = Place(status, share=True)
    once = withdraw(JOB_ID, jobs=place.jobs, clock=place.clock)

    assert not once.is_shared
    assert withdraw(JOB_ID, jobs=place.jobs, clock=place.clock) == place.jobs.load(JOB_ID)
    assert once.version == place.job.version + 1
