"""What the JobStore promises, over a bucket in memory and over OSS."""

from __future__ import annotations

import itertools
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from shared.adapters.bucket_job_store import BucketJobStore
from shared.jobs.record import JobStatus
from tests.contract.conftest import oss_store
from tests.fakes.clock import START, FakeClock
from tests.fakes.jobs import a_job_in, an_accepted_job, stepped
from tests.fakes.lagging_listing import LaggingObjectStore
from tests.fakes.object_store import FakeObjectStore

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord
    from shared.ports import JobStore, ObjectStore

_numbers = itertools.count()


@pytest.fixture(params=["fake", "lagging", "oss"])
def bucket(request: pytest.FixtureRequest) -> ObjectStore:
    if request.param == "oss":
        return oss_store(request.getfixturevalue("oss_url"))
    return LaggingObjectStore() if request.param == "lagging" else FakeObjectStore()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def jobs(bucket: ObjectStore, clock: FakeClock) -> JobStore:
    return BucketJobStore(bucket, clock=clock)


@pytest.fixture
def job() -> JobRecord:
    return an_accepted_job(f"j{next(_numbers):031d}")


def unsigned(record: JobRecord | None) -> JobRecord:
    assert record is not None
    assert record.writer
    return record.model_copy(update={"writer": "", "release": ""})


def test_an_unknown_job_is_none(jobs: JobStore, job: JobRecord) -> None:
    assert jobs.load(job.job_id) is None


def test_a_record_comes_back_as_it_was_written(jobs: JobStore, job: JobRecord) -> None:
    assert jobs.append(job)
    assert unsigned(jobs.load(job.job_id)) == job


def test_the_newest_version_is_loaded(jobs: JobStore, job: JobRecord) -> None:
    for _ in range(4):
        assert jobs.append(job)
        job = job.note(now=START)
    loaded = jobs.load(job.job_id)
    assert loaded is not None
    assert loaded.version == 4


def test_a_version_is_written_once(jobs: JobStore, job: JobRecord) -> None:
    assert jobs.append(job)
    assert not jobs.append(job.model_copy(update={"style": "other"}))
    assert unsigned(jobs.load(job.job_id)).style == job.style


def test_an_equal_record_of_another_writer_is_not_ones_own(jobs: JobStore, job: JobRecord) -> None:
    assert jobs.append(job)
    assert not jobs.append(job)


def test_one_of_many_writers_of_a_version_wins(jobs: JobStore, job: JobRecord) -> None:
    wins: list[int] = []
    ready = threading.Barrier(4)

    def write(number: int) -> None:
        ready.wait()
        if jobs.append(job.model_copy(update={"style": f"style-{number}"})):
            wins.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wins) == 1
    assert unsigned(jobs.load(job.job_id)).style == f"style-{wins[0]}"


def test_a_record_lies_where_the_design_says(
    jobs: JobStore, bucket: ObjectStore, job: JobRecord
) -> None:
    jobs.append(job)
    assert bucket.get(f"jobs/{job.job_id}/000001.json") is not None


def test_the_marker_of_a_job_in_flight_is_set_renewed_and_removed(
    jobs: JobStore, bucket: ObjectStore, clock: FakeClock, job: JobRecord
) -> None:
    jobs.mark_open(job.job_id)
    clock.advance(60)
    jobs.mark_open(job.job_id)
    later = (START + timedelta(seconds=60)).isoformat().encode()
    assert bucket.get(f"open/{job.job_id}") == later
    jobs.unmark_open(job.job_id)
    jobs.unmark_open(job.job_id)
    assert bucket.get(f"open/{job.job_id}") is None


def test_a_drivers_index_keeps_the_time_of_the_first_entry(
    jobs: JobStore, bucket: ObjectStore, clock: FakeClock, job: JobRecord
) -> None:
    jobs.index("d" * 32, job.job_id)
    clock.advance(60)
    jobs.index("d" * 32, job.job_id)
    entry = bucket.get(f"drivers/{'d' * 32}/{job.job_id}")
    assert entry == START.isoformat().encode()


def test_jobs_do_not_mix(jobs: JobStore, job: JobRecord) -> None:
    other = an_accepted_job(f"j{next(_numbers):031d}")
    jobs.append(job)
    jobs.append(other)
    jobs.append(stepped(other, JobStatus.PROMPTED))
    assert unsigned(jobs.load(job.job_id)) == job


def test_a_glance_shows_what_a_listing_tells_of(
    bucket: ObjectStore, jobs: JobStore, job: JobRecord
) -> None:
    assert jobs.peek(job.job_id) is None
    jobs.append(job)
    jobs.append(job.note(now=START))
    if isinstance(bucket, LaggingObjectStore):
        bucket.catch_up()
    seen = jobs.peek(job.job_id)
    assert seen is not None
    assert seen.version == 2


def test_what_a_glance_shows_may_be_old_but_cannot_be_followed_up_wrongly(job: JobRecord) -> None:
    bucket = LaggingObjectStore()
    jobs = BucketJobStore(bucket, clock=FakeClock())
    jobs.append(job)
    bucket.catch_up()
    jobs.append(job.note(now=START))
    seen = jobs.peek(job.job_id)
    assert seen is not None
    assert not jobs.append(seen.note(now=START))


def test_markers_are_listed_by_job_id_with_the_buckets_time(
    bucket: ObjectStore, jobs: JobStore
) -> None:
    made = sorted(f"j{next(_numbers):031d}" for _ in range(3))
    for job_id in made:
        jobs.mark_open(job_id)
    jobs.mark_due(made[1])
    if isinstance(bucket, LaggingObjectStore):
        bucket.catch_up()
    before = f"{made[0][:-1]}{chr(ord(made[0][-1]) - 1)}"
    page = jobs.open_page(after=before)
    found = {marker.job_id: marker for marker in page.markers}
    assert [job_id for job_id in found if job_id in made] == made
    assert [found[job_id].is_due for job_id in made] == [False, True, False]
    head = bucket.head(f"open/{made[0]}")
    assert head is not None
    assert found[made[0]].touched_at == head.modified_at


def test_a_marker_tells_whether_its_job_came_in_bulk(
    bucket: ObjectStore, jobs: JobStore, job: JobRecord
) -> None:
    seen = []
    for bulk in (True, False):
        jobs.mark_open(job.job_id, bulk=bulk)
        if isinstance(bucket, LaggingObjectStore):
            bucket.catch_up()
        (marker,) = (each for each in jobs.open_page().markers if each.job_id == job.job_id)
        seen.append((marker.is_bulk, marker.is_due))
    assert seen == [(True, False), (False, False)]


def test_a_marker_that_is_renewed_is_not_due_any_more(
    bucket: ObjectStore, jobs: JobStore, job: JobRecord
) -> None:
    jobs.mark_due(job.job_id)
    jobs.mark_open(job.job_id)
    if isinstance(bucket, LaggingObjectStore):
        bucket.catch_up()
    (marker,) = (each for each in jobs.open_page().markers if each.job_id == job.job_id)
    assert not marker.is_due


def test_pages_of_markers_join_without_gap_or_overlap(bucket: ObjectStore, jobs: JobStore) -> None:
    made = sorted(f"j{next(_numbers):031d}" for _ in range(5))
    for job_id in made:
        jobs.mark_open(job_id)
    if isinstance(bucket, LaggingObjectStore):
        bucket.catch_up()
    found, after = list[str](), ""
    while True:
        page = jobs.open_page(after=after, limit=2)
        found += [marker.job_id for marker in page.markers]
        after = page.next_after
        if not after:
            break
    assert [job_id for job_id in found if job_id in made] == made
    assert len(found) == len(set(found))


def test_the_index_of_all_drivers_is_read_in_pages_by_key(
    bucket: ObjectStore, jobs: JobStore
) -> None:
    if isinstance(bucket, LaggingObjectStore):
        pytest.skip("a listing that lags shows nothing of it yet")
    entries = [(f"{letter}{next(_numbers):031d}", f"j{n:031d}") for letter in "2az" for n in (1, 2)]
    for driver_key, job_id in reversed(entries):
        jobs.index(driver_key, job_id)

    seen, after = [], ""
    while True:
        page = jobs.index_page(after=after, limit=2)
        seen += [(key, entry.job_id) for key, entry in page.entries]
        after = page.next_after
        if not after:
            break

    assert [each for each in seen if each in entries] == sorted(entries)
    behind = jobs.index_page(after=f"{sorted(entries)[2][0]}/~").entries
    assert (sorted(entries)[2]) not in [(key, entry.job_id) for key, entry in behind]


def test_the_wall_has_each_job_once_newest_first_by_pages(
    bucket: ObjectStore, jobs: JobStore
) -> None:
    if isinstance(bucket, LaggingObjectStore):
        pytest.skip("a listing that lags shows nothing of it yet")
    tenant = f"tenant-{next(_numbers)}"
    made = [
        an_accepted_job(
            f"j{next(_numbers):031d}", tenant=tenant, now=START - timedelta(minutes=minutes)
        )
        for minutes in range(3)
    ]
    for job in reversed(made):
        jobs.enter_wall(job)
        jobs.enter_wall(stepped(job, JobStatus.CANCELLED))
        jobs.enter_wall(job)

    found, after = [], ""
    while True:
        page = jobs.wall_page(tenant, after=after, limit=2)
        found += [(entry.job_id, entry.status) for entry in page.entries]
        after = page.next_after
        if not after:
            break
    assert found == [(job.job_id, "cancelled") for job in made]
    assert jobs.wall_page(f"{tenant}x").entries == ()


def test_what_waits_for_a_reviewer_is_listed_apart_until_it_is_decided(
    bucket: ObjectStore, jobs: JobStore
) -> None:
    if isinstance(bucket, LaggingObjectStore):
        pytest.skip("a listing that lags shows nothing of it yet")
    named = {"tenant": f"tenant-{next(_numbers)}", "job_id": f"j{next(_numbers):031d}"}
    waiting = a_job_in(JobStatus.NEEDS_REVIEW).model_copy(update=named)
    assert not jobs.is_in_review(waiting)
    jobs.enter_wall(waiting)
    assert jobs.is_in_review(waiting)
    tenant = waiting.tenant
    assert [e.job_id for e in jobs.wall_page(tenant, in_review=True).entries] == [waiting.job_id]

    jobs.enter_wall(stepped(waiting, JobStatus.SUCCEEDED))
    assert not jobs.is_in_review(waiting)
    assert jobs.wall_page(tenant, in_review=True).entries == ()
    assert [e.status for e in jobs.wall_page(tenant).entries] == ["succeeded"]


def test_an_erased_job_is_on_no_wall(bucket: ObjectStore, jobs: JobStore) -> None:
    if isinstance(bucket, LaggingObjectStore):
        pytest.skip("a listing that lags shows nothing of it yet")
    named = {"tenant": f"tenant-{next(_numbers)}", "job_id": f"j{next(_numbers):031d}"}
    waiting = a_job_in(JobStatus.NEEDS_REVIEW).model_copy(update=named)
    jobs.enter_wall(waiting)
    jobs.enter_wall(waiting.erased(now=START))
    for in_review in (True, False):
        assert jobs.wall_page(waiting.tenant, in_review=in_review).entries == ()
