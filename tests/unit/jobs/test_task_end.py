"""Notices of tasks' ends that come late: of attempts that were turned down, and of failed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.adapters.bucket_job_store import BucketJobStore
from shared.jobs.moves import IllegalMoveError, check_move
from shared.jobs.moving import move
from shared.jobs.record import JobStatus
from shared.jobs.task_end import record_task_end
from tests.fakes.clock import START, FakeClock
from tests.fakes.invoker import FakeInvoker
from tests.fakes.jobs import BROKEN, DONE, JOB_ID, an_accepted_job, stepped
from tests.fakes.object_store import FakeObjectStore

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
        return record_task_end(task, end, jobs=self.jobs, invoker=self.invoker, clock=self.clock)


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
