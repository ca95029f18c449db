"""Moving a job on while others do the same."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from structlog.contextvars import clear_contextvars, get_contextvars

from shared.adapters.bucket_job_store import BucketJobStore
from shared.core.errors import ConflictError, NotFoundError, UpstreamUnavailableError
from shared.jobs.moves import IllegalMoveError
from shared.jobs.moving import Moved, load, load_for, move
from shared.jobs.record import JobStatus
from shared.observability import log
from tests.fakes.clock import START, FakeClock
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import JOB_ID, an_accepted_job, stepped
from tests.fakes.lagging_listing import LaggingObjectStore

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


def test_a_record_that_is_known_to_ask_for_nothing_is_not_read_again(jobs: FakeJobStore) -> None:
    known = load(JOB_ID, jobs=jobs)
    for reading in ("page", "get"):
        jobs.bucket.fail(reading, AssertionError("a request more"))

    assert move(JOB_ID, lambda _: None, jobs=jobs, known=known) == Moved(known, by_us=False)


@pytest.mark.parametrize("known", [None, an_accepted_job(trace_id="t" * 32)])
def test_the_lines_that_follow_name_the_job(known: JobRecord | None) -> None:
    clear_contextvars()  # other tests of this process invoke functions, which leave theirs
    jobs = FakeJobStore()
    assert jobs.append(an_accepted_job(trace_id="t" * 32))
    for work in (
        lambda: move(JOB_ID, lambda _: None, jobs=jobs, known=known),
        lambda: load(JOB_ID, jobs=jobs),
        lambda: load_for(lambda _: False, JOB_ID, jobs=jobs),
    ):
        with log.each_job():
            work()
            assert get_contextvars() == {"job_id": JOB_ID, "trace_id": "t" * 32}


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


@pytest.fixture
def bucket() -> LaggingObjectStore:
    return LaggingObjectStore()


@pytest.fixture
def behind(bucket: LaggingObjectStore) -> BucketJobStore:
    """Return a store whose listing tells of version 1 while there are three."""
    store = BucketJobStore(bucket, clock=FakeClock())
    first = an_accepted_job()
    assert store.append(first)
    bucket.catch_up()
    second = stepped(first, JobStatus.PROMPTED)
    assert store.append(second)
    assert store.append(second.note(now=START))
    seen = store.peek(JOB_ID)
    assert seen is not None
    assert seen.version == 1
    return store


def test_an_old_listing_leads_to_no_second_writing_of_a_version(behind: BucketJobStore) -> None:
    seen: list[int] = []

    def cancel(record: JobRecord) -> JobRecord:
        seen.append(record.version)
        return stepped(record, JobStatus.CANCELLED)

    moved = move(JOB_ID, cancel, jobs=behind)
    assert seen == [1, 3]
    assert (moved.by_us, moved.record.version) == (True, 4)


def test_that_there_is_nothing_to_do_is_concluded_from_the_newest_record(
    behind: BucketJobStore,
) -> None:
    def send(record: JobRecord) -> JobRecord | None:
        return stepped(record, JobStatus.SENDING) if record.version == 3 else None

    moved = move(JOB_ID, send, jobs=behind)
    assert (moved.by_us, moved.record.version) == (True, 4)


def test_what_was_read_as_the_newest_is_not_read_once_more(
    bucket: LaggingObjectStore, behind: BucketJobStore
) -> None:
    def only_once(record: JobRecord) -> None:
        if record.version == 3:
            bucket.fail("get", AssertionError("a request more"))

    assert move(JOB_ID, only_once, jobs=behind).record.version == 3


def test_a_refusal_is_told_of_the_newest_record_alone(behind: BucketJobStore) -> None:
    def refuse(record: JobRecord) -> JobRecord | None:
        msg = f"version {record.version}"
        raise ConflictError("job_ended", msg)

    with pytest.raises(ConflictError, match="version 3"):
        move(JOB_ID, refuse, jobs=behind)


def test_what_is_read_for_work_may_be_old_and_is_the_newest_where_there_is_none(
    behind: BucketJobStore,
) -> None:
    assert load_for(lambda seen: seen.version == 1, JOB_ID, jobs=behind).version == 1
    assert load_for(lambda seen: seen.version == 3, JOB_ID, jobs=behind).version == 3
    with pytest.raises(NotFoundError, match="j1"):
        load_for(lambda _: True, "j1", jobs=behind)
