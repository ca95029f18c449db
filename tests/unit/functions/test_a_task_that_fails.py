"""What store_result notes of a task whose picture is not one to deliver, and whom it asks next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from functions.store_result import use_case
from shared.jobs.record import JobRecord, JobStatus, TaskEnd
from tests.fakes.clock import FakeClock
from tests.fakes.invoker import FakeInvoker, Invocation
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import DONE, JOB_ID, an_accepted_job, stepped
from tests.fakes.wired import wired

_WAY = (JobStatus.PROMPTED, JobStatus.SENDING, JobStatus.QUEUED, JobStatus.RENDERED)
ELSEWHERE = TaskEnd(outcome="done", source="sweep")
# What another run may have made of the job meanwhile.
GONE_ON: list[dict[str, Any]] = [
    {"ended": ELSEWHERE},
    {"status": JobStatus.CANCELLED},
    {"attempt": 2},
    {"ended": ELSEWHERE, "attempt": 2},
]


@dataclass
class Place:
    """A job whose first task has ended, and what store_result works with."""

    clock: FakeClock = field(default_factory=FakeClock)
    invoker: FakeInvoker = field(default_factory=FakeInvoker)

    def __post_init__(self) -> None:
        self.jobs = FakeJobStore(clock=self.clock)
        job = an_accepted_job(gpu_tasks=1)
        assert self.jobs.append(job)
        for step in _WAY:
            job = stepped(job, step)
            assert self.jobs.append(job)
        self.job = job
        self.clock.advance(60)

    def meanwhile(self, **changes: Any) -> JobRecord:
        """Let another run write a version."""
        noted = self.job.note(now=self.clock.now(), **changes)
        assert self.jobs.append(noted)
        return noted

    def newest(self) -> JobRecord:
        found = self.jobs.load(JOB_ID)
        assert found is not None
        return found

    def refuse(self, reason: str) -> JobRecord:
        return use_case._refuse(self.job, reason, frozenset(), jobs=self.jobs, clock=self.clock)

    def again(self, most: int = 3) -> JobRecord:
        return wired(use_case._again_or_fail, self)(self.job, max_attempts=most)


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.mark.parametrize(
    ("reason", "by"), [("gate: light_warmth=99", "gate"), ("the file is no picture", "checks")]
)
def test_a_refusal_says_by_whom_and_why(place: Place, reason: str, by: str) -> None:
    with capture_logs() as lines:
        noted = place.refuse(reason)

    told = {"task_id": f"{JOB_ID}-1", "by": by, "reason": reason}
    (line,) = [each for each in lines if each["event"] == "result.refused"]
    assert {name: line[name] for name in told} == told
    assert noted.version == place.newest().version == place.job.version + 1
    assert noted.ended == DONE.model_copy(update={"outcome": "failed", "reason": reason})
    assert (noted.turned_down, noted.recorded_at) == ((1,), place.clock.now())


@pytest.mark.parametrize("changes", GONE_ON)
def test_what_another_run_has_made_of_the_job_is_not_refused(
    place: Place, changes: dict[str, Any]
) -> None:
    newest = place.meanwhile(**changes)

    refused = place.refuse("gate: light_warmth=99")

    assert refused.version == newest.version == place.newest().version


def test_a_task_that_failed_is_painted_again_by_one_invocation(place: Place) -> None:
    first, second = place.again(), place.again()

    assert first.version == second.version == place.newest().version == place.job.version + 1
    assert (first.repaint_after, first.paint_invocations) == (1, 2)
    assert first.recorded_at == place.clock.now()
    assert place.invoker.started == [Invocation("paint_trip", {"job_id": JOB_ID}, f"{JOB_ID}-p2")]


@pytest.mark.parametrize("changes", GONE_ON[1:])
def test_a_job_that_has_gone_on_is_not_painted_again(place: Place, changes: dict[str, Any]) -> None:
    newest = place.meanwhile(**changes)

    assert place.again().version == newest.version == place.newest().version
    assert place.invoker.started == []


@pytest.mark.parametrize(("left", "fails"), [(0, True), (1, False)])
def test_at_the_deadline_nothing_is_painted_again(place: Place, left: int, fails: bool) -> None:
    until = place.job.ends_at - place.clock.now() - timedelta(seconds=left)
    place.clock.advance(until.total_seconds())

    assert (place.again().status is JobStatus.FAILED) == fails
    assert (place.invoker.started == []) == fails


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        (TaskEnd(outcome="failed", source="sink", reason="no memory"), "1 tasks failed: no memory"),
        (None, "1 tasks failed: "),
    ],
)
def test_after_the_last_task_the_job_fails_and_says_why(
    place: Place, ended: TaskEnd | None, said: str
) -> None:
    place.job = place.meanwhile(ended=ended)

    failed = place.again(most=1)

    assert failed.status is JobStatus.FAILED
    assert failed.failure is not None
    assert (failed.failure.code, failed.failure.detail) == ("render_failed", said)
    assert place.invoker.started == []
