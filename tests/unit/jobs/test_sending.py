"""Sending a task: when it is due, what is written before it is posted, and what after."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from structlog.contextvars import get_contextvars

from shared.core.errors import AmbiguousPostError, UpstreamRejectedError, UpstreamUnavailableError
from shared.jobs.circuits import CircuitRules, Circuits
from shared.jobs.record import JobRecord, JobStatus, Scene
from shared.jobs.sending import next_attempt, note_not_queued, note_queued, scene_task, send
from shared.observability import log
from tests.fakes.clock import START, FakeClock
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import BROKEN, DONE, JOB_ID, a_job_in
from tests.fakes.wired import wired
from tests.fakes.workflow_queue import FakeWorkflowQueue

S = JobStatus
LATER = START + timedelta(minutes=7)
WORKFLOW = b'{"1": {}}'


def job(status: JobStatus, **changes: Any) -> JobRecord:
    return a_job_in(status).model_copy(update=changes)


@pytest.mark.parametrize(
    ("record", "attempt"),
    [
        (job(S.ACCEPTED), None),
        (job(S.PROMPTED), 1),
        (job(S.SENDING), None),
        (job(S.SENDING, post_refused=True), 2),
        (job(S.QUEUED, post_refused=True), None),
        (job(S.RENDERED, ended=None), None),
        (job(S.RENDERED, ended=DONE), None),
        (job(S.RENDERED, ended=BROKEN, gpu_tasks=2), 2),
        (job(S.RENDERED, ended=BROKEN, gpu_tasks=3), None),
        (job(S.NEEDS_REVIEW), None),
        (job(S.NEEDS_REVIEW, repaint_after=1), 2),
        (job(S.FAILED, ended=BROKEN), None),
    ],
)
def test_the_next_number_is_due_where_nothing_of_the_one_before_it_can_come(
    record: JobRecord, attempt: int | None
) -> None:
    assert next_attempt(record, max_attempts=3) == attempt


class Place:
    """A job as somebody has read it, what has come after, a queue, and a clock that shows later."""

    def __init__(self, record: JobRecord, after: JobRecord | None = None) -> None:
        self.clock, self.queue, self.record = FakeClock(LATER), FakeWorkflowQueue(), record
        self.jobs = FakeJobStore(clock=self.clock)
        self.jobs.append(record)
        if after is not None:
            self.jobs.append(after.model_copy(update={"version": record.version + 1}))
        self.circuits = Circuits(self.jobs.bucket, clock=self.clock, rules=CircuitRules(failures=1))

    def send(self, attempt: int = 1) -> JobRecord:
        """Send, as one does who knows the record."""
        scene = Scene(attempt=attempt, claimed_at=LATER)
        return wired(send, self)(self.record, scene, WORKFLOW, circuits=self.circuits)

    def newest(self) -> JobRecord:
        """Return the newest record."""
        found = self.jobs.load(JOB_ID)
        assert found is not None
        return found


@pytest.mark.parametrize(("priority", "urgent"), [("interactive", True), ("bulk", False)])
def test_sending_is_recorded_before_the_post_and_queued_after_it(
    priority: str, urgent: bool
) -> None:
    before = job(S.PROMPTED, priority=priority, trace_id="t" * 32, ended=BROKEN, post_refused=True)
    place = Place(before)
    for reading in ("page", "get"):
        place.jobs.bucket.fail(reading, AssertionError("a request more"), times=9, key="jobs/")
    after = place.send()

    (task,) = place.queue.waiting
    assert (task.task_id, task.workflow, task.urgent) == (f"{JOB_ID}-1", WORKFLOW, urgent)
    assert task.tags == {"job_id": JOB_ID, "trace_id": "t" * 32}
    assert (after.status, after.attempt, after.queue_index) == (S.QUEUED, 1, task.index)
    assert (after.version, after.gpu_tasks) == (before.version + 2, before.gpu_tasks + 1)
    sending = JobRecord.model_validate_json(
        place.jobs.bucket.objects[f"jobs/{JOB_ID}/{after.version - 1:06d}.json"].data
    )
    assert (sending.status, sending.attempt, sending.attempts) == (S.SENDING, 1, 1)
    assert sending.workflow_sha256 == hashlib.sha256(WORKFLOW).hexdigest()
    assert (sending.ended, sending.post_refused) == (None, False)
    assert sending.scene == Scene(attempt=1, claimed_at=LATER)
    assert [step.at for step in after.history[-2:]] == [LATER, LATER]


def test_a_post_without_an_answer_may_have_arrived_and_is_left_so() -> None:
    place = Place(job(S.PROMPTED))
    place.queue.fail("submit", AmbiguousPostError("timeout"), after=True)

    assert (place.send().status, len(place.queue.waiting)) == (S.SENDING, 1)
    assert place.newest().status is S.SENDING


@pytest.mark.parametrize("error", [UpstreamRejectedError("400"), UpstreamUnavailableError("503")])
def test_a_refused_post_makes_the_next_number_due_with_the_plate_that_is_paid_for(
    error: Exception,
) -> None:
    place = Place(job(S.PROMPTED))
    place.queue.fail("submit", error)
    with pytest.raises(type(error)):
        place.send()

    noted = place.newest()
    assert (noted.status, noted.post_refused, noted.gpu_tasks) == (S.SENDING, True, 0)
    assert noted.scene == Scene(attempt=2, claimed_at=LATER)
    assert noted.recorded_at == LATER
    held = place.jobs.bucket.keys("control/circuits/")
    assert held == (["control/circuits/gpu_queue"] if "503" in str(error) else [])


@pytest.mark.parametrize(("minutes", "status"), [(30, S.FAILED), (31, S.FAILED), (29, S.QUEUED)])
def test_a_job_whose_time_is_over_is_closed_and_not_sent(minutes: int, status: JobStatus) -> None:
    place = Place(job(S.PROMPTED))
    place.clock.advance((minutes - 7) * 60)
    for reading in ("page", "get"):
        place.jobs.bucket.fail(reading, AssertionError("a request more"), times=9, key="jobs/")
    with log.each_job():
        after = place.send()
        assert get_contextvars()["job_id"] == JOB_ID

    assert (after.status, bool(place.queue.waiting)) == (status, status is S.QUEUED)
    if status is S.FAILED:
        assert after.failure is not None
        assert after.failure.code == "deadline_passed"


@pytest.mark.parametrize(
    ("after", "attempt"), [(None, 2), (job(S.SENDING), 1), (job(S.CANCELLED, attempts=0), 1)]
)
def test_what_somebody_else_has_begun_or_ended_is_not_posted(
    after: JobRecord | None, attempt: int
) -> None:
    place = Place(job(S.PROMPTED), after)

    assert place.send(attempt).status is (after.status if after else S.PROMPTED)
    assert place.queue.waiting == []


@pytest.mark.parametrize(
    "after",
    [job(S.QUEUED), job(S.RENDERED), job(S.FAILED), job(S.SENDING, attempt=2, attempts=2)],
)
def test_what_the_queue_says_late_changes_nothing(after: JobRecord) -> None:
    place = Place(job(S.SENDING), after)
    newest = place.newest()
    with log.each_job():
        queued = note_queued(place.record, index=9, jobs=place.jobs, clock=place.clock)
        assert get_contextvars()["job_id"] == JOB_ID
    with log.each_job():
        refused = note_not_queued(place.record, jobs=place.jobs, clock=place.clock)
        assert get_contextvars()["job_id"] == JOB_ID

    assert (queued, refused.record, refused.by_us) == (newest, newest, False)


def test_of_a_job_whose_plate_is_painted_elsewhere_none_is_kept() -> None:
    place = Place(job(S.SENDING, scene=None))
    place.jobs.bucket.fail("page", AssertionError("a request more"))
    noted = note_not_queued(place.record, jobs=place.jobs, clock=place.clock, scene_failures=1)

    assert (noted.record.scene, noted.record.scene_failures) == (None, 1)


def test_each_try_of_a_plate_has_an_id_of_its_own_for_the_platform() -> None:
    tried = [scene_task(job(S.PROMPTED, scene_invocations=n), a) for n in (1, 2) for a in (1, 2)]

    assert len(set(tried)) == 4
    assert all(JOB_ID in each for each in tried)
