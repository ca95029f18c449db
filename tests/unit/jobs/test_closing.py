"""The end of a job: which one it is, in which order it is written, and what others are told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from shared.announcements.events import Event, Notice
from shared.jobs.closing import fail, finish, succeed
from shared.jobs.notices import due_notices, noticed_at
from shared.jobs.record import Failure, JobRecord, JobStatus, ShareChange, Step, StoredResult
from tests.fakes.clock import START, FakeClock
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import JOB_ID, a_job_in, a_trip
from tests.fakes.noting_store import NotingStore

if TYPE_CHECKING:
    from shared.jobs.closing import AnnounceMode

S = JobStatus
FAILURE = Failure(code="x", detail="y")
RESULT = StoredResult(
    folder="results/a/", manifest_sha256="0" * 64, protected_pixels=9, protected_pixels_changed=0
)
LATER = START + timedelta(minutes=7)
OPEN_MARK = f"open/{JOB_ID}"


class Place:
    """A bucket with one marked job, and a clock that shows later than the job's records."""

    def __init__(self, job: JobRecord) -> None:
        self.bucket, self.clock, self.job = NotingStore(), FakeClock(LATER), job
        self.jobs = FakeJobStore(self.bucket, clock=self.clock)
        # The newest version is enough: a store finds it by its listing.
        self.jobs.append(job)
        self.jobs.mark_open(JOB_ID)
        self.bucket.written.clear()

    def succeed(self, attempt: int = 1, **options: Any) -> JobRecord:
        return succeed(JOB_ID, attempt, RESULT, jobs=self.jobs, clock=self.clock, **options)

    def fail(self, **options: Any) -> JobRecord:
        return fail(JOB_ID, FAILURE, jobs=self.jobs, clock=self.clock, **options)


@pytest.mark.parametrize(
    ("passed", "announce", "share", "status"),
    [
        (True, "automatic", True, S.SUCCEEDED),
        (True, "automatic", False, S.SUCCEEDED),
        (True, "after_review", False, S.SUCCEEDED),
        (True, "after_review", True, S.NEEDS_REVIEW),
        (False, "automatic", False, S.NEEDS_REVIEW),
        (False, "after_review", True, S.NEEDS_REVIEW),
    ],
)
def test_a_reviewer_sees_what_failed_and_what_is_shown_where_that_is_the_setting(
    passed: bool, announce: AnnounceMode, share: bool, status: JobStatus
) -> None:
    job = a_job_in(S.RENDERED).model_copy(update={"trip": a_trip(share=share)})
    after = Place(job).succeed(passed=passed, announce=announce)

    assert (after.status, after.attempt, after.result) == (status, 1, RESULT)
    assert (after.recorded_at, after.history[-1].at) == (LATER, LATER)


def test_without_further_words_a_poster_has_passed_and_is_announced() -> None:
    job = a_job_in(S.RENDERED).model_copy(update={"trip": a_trip(share=True)})

    assert Place(job).succeed().status is S.SUCCEEDED


def test_record_then_message_then_marker() -> None:
    shared = a_job_in(S.RENDERED).model_copy(update={"trip": a_trip(share=True)})
    for place, end in ((Place(shared), Place.succeed), (Place(shared), Place.fail)):
        end(place)
        assert place.bucket.written == [
            "create jobs",
            "put outbox",
            "create announced",
            "put wall",
            "delete open",
        ]


def test_a_record_that_is_known_is_not_read_again() -> None:
    for end in (Place.succeed, Place.fail):
        place = Place(a_job_in(S.RENDERED))
        for reading in ("page", "get"):
            place.bucket.fail(reading, AssertionError("a request more"), times=9, key="jobs/")
        assert end(place, known=place.job).version == place.job.version + 1


@pytest.mark.parametrize(("status", "attempt"), [(S.RENDERED, 2), (S.QUEUED, 1)])
def test_a_poster_of_an_attempt_that_does_not_count_closes_nothing(
    status: JobStatus, attempt: int
) -> None:
    place = Place(a_job_in(status))

    assert place.succeed(attempt).status is status
    assert place.bucket.written == []


@pytest.mark.parametrize(
    ("measured", "by"),
    [
        ({"failures": ("x",), "doubts": ("y",)}, "gate"),
        ({"doubts": ("y",)}, "doubt"),
        ({}, "setting"),
    ],
)
def test_it_is_told_once_who_wants_a_review_and_that_a_job_is_closed(
    measured: dict[str, Any], by: str
) -> None:
    for status, passed in (("job.to_be_reviewed", False), ("job.closed", True)):
        place = Place(a_job_in(S.RENDERED))
        result = RESULT.model_copy(update=measured)
        with capture_logs() as lines:
            for _ in range(2):
                succeed(JOB_ID, 1, result, jobs=place.jobs, clock=place.clock, passed=passed)
        assert [line["event"] for line in lines] == [status]
        assert passed or lines[0]["by"] == by


@pytest.mark.parametrize("status", sorted(S))
def test_what_is_open_can_fail_and_what_is_closed_stays(status: JobStatus) -> None:
    place = Place(a_job_in(status))
    after = place.fail()

    assert after.status is (status if status.is_closed else S.FAILED)
    assert after.failure == (None if status.is_closed else FAILURE)
    assert (OPEN_MARK in place.bucket.objects) is (status is S.ERASED)


@pytest.mark.parametrize(
    ("shown", "cleaned", "marker"), [(1, False, b"due"), (1, True, None), (2, False, None)]
)
def test_the_sweeper_cleans_up_where_another_attempt_was_looked_at(
    shown: int, cleaned: bool, marker: bytes | None
) -> None:
    job = a_job_in(S.FAILED)
    steps = (*job.history, Step(status=S.NEEDS_REVIEW, attempt=shown, at=START))
    place = Place(job.model_copy(update={"attempt": 2, "attempts": 2, "history": steps}))
    finish(place.job, jobs=place.jobs, cleaned=cleaned)

    left = place.bucket.objects.get(OPEN_MARK)
    assert (left.data if left else None) == marker


def _shares(*changes: tuple[bool, bool]) -> tuple[ShareChange, ...]:
    """Return changes, each a minute after the one before it."""
    return tuple(
        ShareChange(share=share, told=told, at=START + timedelta(minutes=number))
        for number, (share, told) in enumerate(changes, start=1)
    )


@pytest.mark.parametrize(
    ("status", "shares", "event", "turn", "minutes"),
    [
        (S.FAILED, (), Event.FAILED, 1, 0),
        (S.SUCCEEDED, ((True, False),), Event.READY, 1, 0),
        (S.SUCCEEDED, ((True, True),), Event.READY, 1, 1),
        (S.SUCCEEDED, ((True, True), (False, True)), Event.WITHDRAWN, 2, 2),
        (S.SUCCEEDED, ((True, True), (False, True), (True, True)), Event.READY, 3, 3),
        (S.SUCCEEDED, ((True, False), (False, False)), None, 0, 0),
        (S.SUCCEEDED, (), None, 0, 0),
        (S.CANCELLED, ((True, True),), None, 0, 0),
        (S.NEEDS_REVIEW, ((True, True),), None, 0, 0),
    ],
)
def test_what_others_are_told_and_of_when(
    status: JobStatus,
    shares: tuple[tuple[bool, bool], ...],
    event: Event | None,
    turn: int,
    minutes: int,
) -> None:
    job = a_job_in(status).model_copy(update={"shares": _shares(*shares)})
    notices = due_notices(job)

    if event is None:
        assert notices == ()
    else:
        (notice,) = notices
        assert notice == Notice(event, JOB_ID, 1, turn)
        assert noticed_at(notice, job) == START + timedelta(minutes=minutes)


@pytest.mark.parametrize("share", [True, False])
def test_an_erased_poster_is_taken_back_where_it_was_shown(share: bool) -> None:
    job = a_job_in(S.SUCCEEDED).model_copy(update={"trip": a_trip(share=share)})
    notices = due_notices(job.erased(now=LATER))

    assert notices == ((Notice(Event.WITHDRAWN, JOB_ID, 1, 1),) if share else ())
