"""Moving a job on while others do the same."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from shared.errors import NotFoundError, UpstreamUnavailableError
from shared.jobs.moves import IllegalMoveError
from shared.jobs.moving import load, move
from shared.jobs.record import JobStatus
from tests.fakes.clock import START
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import JOB_ID, an_accepted_job, stepped

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord


@pytest.fixture
def jobs() -> FakeJobStore:
    store = FakeJobStore()
    assert store.append(an_accepted_job())
    return store


def prompted(record: JobRecord) -> JobRecord | None:
    if record.status is not JobStatus.ACCEPTED:
        return None
    return stepped(record, JobStatus.PROMPTED)


def test_a_decision_is_written_as_the_next_version(jobs: FakeJobStore) -> None:
    moved = move(JOB_ID, prompted, jobs=jobs)
    assert moved.by_us
    assert moved.record.version == 2
    assert load(JOB_ID, jobs=jobs).status is JobStatus.PROMPTED


def test_no_decision_writes_nothing(jobs: FakeJobStore) -> None:
    moved = move(JOB_ID, lambda _: None, jobs=jobs)
    assert not moved.by_us
    assert moved.record.version == 1
    assert len(jobs.bucket.keys("jobs/")) == 1


def test_an_unknown_job_is_not_found(jobs: FakeJobStore) -> None:
    for unknown in (lambda: load("j1", jobs=jobs), lambda: move("j1", prompted, jobs=jobs)):
        with pytest.raises(NotFoundError, match="j1"):
            unknown()


def test_an_illegal_decision_writes_nothing(jobs: FakeJobStore) -> None:
    with pytest.raises(IllegalMoveError):
        move(JOB_ID, lambda record: stepped(record, JobStatus.SUCCEEDED), jobs=jobs)
    assert len(jobs.bucket.keys("jobs/")) == 1


def test_whoever_was_second_decides_again_on_what_the_first_left(jobs: FakeJobStore) -> None:
    seen: list[JobStatus] = []

    def cancel(record: JobRecord) -> JobRecord | None:
        seen.append(record.status)
        if len(seen) == 1:
            assert move(JOB_ID, prompted, jobs=jobs).by_us
        return stepped(record, JobStatus.CANCELLED)

    moved = move(JOB_ID, cancel, jobs=jobs)
    assert seen == [JobStatus.ACCEPTED, JobStatus.PROMPTED]
    assert [step.status for step in moved.record.history] == [
        JobStatus.ACCEPTED,
        JobStatus.PROMPTED,
        JobStatus.CANCELLED,
    ]


def test_a_decision_that_the_first_made_superfluous_is_dropped(jobs: FakeJobStore) -> None:
    raced: list[bool] = []

    def second(record: JobRecord) -> JobRecord | None:
        if not raced:
            raced.append(move(JOB_ID, prompted, jobs=jobs).by_us)
        return prompted(record)

    moved = move(JOB_ID, second, jobs=jobs)
    assert raced == [True]
    assert not moved.by_us
    assert moved.record.status is JobStatus.PROMPTED


def test_endless_bad_luck_is_an_outage_and_not_an_endless_loop(jobs: FakeJobStore) -> None:
    def always_late(record: JobRecord) -> JobRecord:
        jobs.append(record.note(now=START))
        return record.note(now=START)

    with pytest.raises(UpstreamUnavailableError, match="other writers"):
        move(JOB_ID, always_late, jobs=jobs)


def test_many_threads_lose_no_note(jobs: FakeJobStore) -> None:
    def count_up() -> None:
        for _ in range(5):
            move(
                JOB_ID,
                lambda r: r.note(now=START, store_invocations=r.store_invocations + 1),
                jobs=jobs,
            )

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record = load(JOB_ID, jobs=jobs)
    counted = record.store_invocations - an_accepted_job().store_invocations
    assert (counted, record.version) == (20, 21)
