"""Notices of tasks' ends that come late: of attempts that were turned down, and of failed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from shared.adapters.bucket_job_store import BucketJobStore
from shared.core.errors import NotFoundError
from shared.jobs.moves import IllegalMoveError, check_move
from shared.jobs.moving import move
from shared.jobs.record import JobStatus
from shared.jobs.task_end import record_task_end
from tests.fakes.clock import START, FakeClock
from tests.fakes.invoker import FakeInvoker
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import BROKEN, DONE, JOB_ID, a_job_in, an_accepted_job, stepped
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.wired import wired

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord, TaskEnd

S = JobStatus
_TO_RENDERED = (S.PROMPTED, S.SENDING, S.QUEUED, S.RENDERED)


class Place:
    """A store with one job, and what was started."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.jobs = BucketJobStore(FakeObjectStore(self.clock), clock=self.clock)
        self.invoker = FakeInvoker()
        self.jobs.append(an_accepted_job())

    def go(self, *statuses: JobStatus) -> None:
        """Move the job on."""
        for status in statuses:
            move(JOB_ID, lambda old, status=status: stepped(old, status), jobs=self.jobs)  # type: ignore[misc]

    def note(self, **changes: object) -> None:
        """Note something in the record."""
        move(JOB_ID, lambda old: old.note(now=START, **changes), jobs=self.jobs)

    def told(self, attempt: int, end: TaskEnd) -> JobRecord:
        """Hear of a task's end."""
        task = f"{JOB_ID}-{attempt}"
        return wired(record_task_end, self)(task, end)


@pytest.fixture
def turned_down() -> Place:
    """Return a job whose first picture nobody wanted, and that is to be painted again."""
    place = Place()
    place.go(*_TO_RENDERED)
    refused = DONE.model_copy(update={"outcome": "failed", "reason": "gate"})
    place.note(turned_down=(1,), repaint_after=1, ended=refused)
    return place


@pytest.mark.parametrize("further", [(S.SENDING,), (S.SENDING, S.QUEUED)])
def test_a_late_notice_does_not_bring_back_a_picture_that_was_turned_down(
    turned_down: Place, further: tuple[JobStatus, ...]
) -> None:
    turned_down.go(*further)
    after = turned_down.told(1, DONE)

    assert (after.status, after.attempt) == (further[-1], 2)
    assert turned_down.invoker.started == []


def test_nor_when_the_next_attempt_has_failed(turned_down: Place) -> None:
    turned_down.go(S.SENDING, S.QUEUED)
    turned_down.told(2, BROKEN)
    after = turned_down.told(1, DONE)

    assert (after.status, after.attempt) == (S.RENDERED, 2)
    assert after.ended == BROKEN
    assert [started.function for started in turned_down.invoker.started] == ["store_result"]


def test_the_next_attempts_own_end_counts_as_ever(turned_down: Place) -> None:
    turned_down.go(S.SENDING, S.QUEUED)
    turned_down.told(1, DONE)
    after = turned_down.told(2, DONE)

    assert (after.status, after.attempt) == (S.RENDERED, 2)
    assert [started.task_id for started in turned_down.invoker.started] == [f"{JOB_ID}-2-s1"]


def test_a_failed_task_that_comes_to_a_good_end_after_all_is_stored() -> None:
    place = Place()
    place.go(S.PROMPTED, S.SENDING, S.QUEUED)
    place.told(1, BROKEN)
    place.note(repaint_after=1)
    place.go(S.SENDING, S.QUEUED)
    after = place.told(1, DONE)

    assert (after.status, after.attempt, after.ended) == (S.RENDERED, 1, DONE)
    ids = [started.task_id for started in place.invoker.started]
    # The platform refuses an id that it has seen: the good end has to have one of its own.
    assert len(ids) == len(set(ids)) == 2


def test_the_table_does_not_let_it_come_back_either(turned_down: Place) -> None:
    turned_down.go(S.SENDING, S.QUEUED)
    record = turned_down.jobs.load(JOB_ID)
    assert record is not None
    back = record.to(S.RENDERED, now=START, attempt=1, ended=DONE)
    with pytest.raises(IllegalMoveError, match="turned down"):
        check_move(record, back)


OLDER = DONE.model_copy(update={"source": "sweep"})
SECOND = {"attempt": 2, "attempts": 2, "gpu_tasks": 1}


@pytest.mark.parametrize(
    ("status", "changes", "attempt", "end", "gpu_tasks"),
    [
        (S.SENDING, {"post_refused": True}, 1, DONE, 1),
        (S.SENDING, {}, 1, BROKEN, 1),
        (S.QUEUED, {"gpu_tasks": 1}, 1, DONE, 1),
        (S.QUEUED, {}, 2, DONE, None),
        (S.SENDING, SECOND, 1, DONE, 1),
        (S.SENDING, SECOND, 1, BROKEN, None),
        (S.SENDING, SECOND, 2, BROKEN, 2),
        (S.RENDERED, {"ended": BROKEN}, 1, DONE, None),
        (S.RENDERED, {**SECOND, "ended": BROKEN}, 1, OLDER, 1),
        (S.RENDERED, {**SECOND, "ended": BROKEN}, 1, BROKEN, None),
        (S.RENDERED, {**SECOND, "ended": DONE}, 1, OLDER, None),
        (S.NEEDS_REVIEW, {"ended": BROKEN}, 1, OLDER, None),
        (S.FAILED, {}, 1, DONE, None),
    ],
)
def test_only_what_says_something_new_of_a_task_is_recorded(
    status: JobStatus, changes: dict[str, Any], attempt: int, end: TaskEnd, gpu_tasks: int | None
) -> None:
    job = a_job_in(status).model_copy(update={"trace_id": "t" * 32, **changes})
    jobs, invoker, clock = FakeJobStore(), FakeInvoker(), FakeClock()
    jobs.append(job)
    jobs.mark_open(JOB_ID)
    for reading in ("page", "get"):
        jobs.bucket.fail(reading, AssertionError("a request more"), times=9, key="jobs/")
    task = f"{JOB_ID}-{attempt}"
    after = record_task_end(task, end, jobs=jobs, invoker=invoker, clock=clock, known=job)

    assert (after.status, after.version) == (
        (S.RENDERED, job.version + 1) if gpu_tasks is not None else (status, job.version)
    )
    if gpu_tasks is not None:
        assert (after.attempt, after.ended, after.gpu_tasks) == (attempt, end, gpu_tasks)
        assert (after.post_refused, after.recorded_at) == (False, START)
    stored = [(started.function, started.payload) for started in invoker.started]
    is_due = after.status is S.RENDERED and after.attempt == attempt
    assert stored == [("store_result", {"task_id": task, "trace_id": "t" * 32})] * is_due
    assert jobs.is_open(JOB_ID) is not status.is_closed


def test_a_task_whose_end_is_recorded_again_is_stored_under_the_next_number() -> None:
    job = a_job_in(S.RENDERED).model_copy(
        update={**SECOND, "ended": BROKEN, "store_invocations": 4}
    )
    jobs, invoker = FakeJobStore(), FakeInvoker()
    jobs.append(job)
    after = record_task_end(
        f"{JOB_ID}-1", OLDER, jobs=jobs, invoker=invoker, clock=FakeClock(), known=job
    )

    assert after.store_invocations == 5
    assert [started.task_id for started in invoker.started] == [f"{JOB_ID}-1-s5"]


def test_a_task_of_nobodys_is_not_found() -> None:
    place = Place()
    with pytest.raises(NotFoundError, match="not one of ours"):
        wired(record_task_end, place)("stranger", DONE)
