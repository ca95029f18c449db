"""The job store where the bucket is not as it should be."""

from __future__ import annotations

import pytest

from shared.adapters.bucket_job_store import BucketJobStore
from shared.core.errors import UpstreamRejectedError, UpstreamUnavailableError
from shared.core.ids import index_key, open_key, record_key
from shared.ports import ObjectInfo, ObjectPage
from tests.fakes.clock import START, FakeClock
from tests.fakes.jobs import JOB_ID, an_accepted_job
from tests.fakes.lagging_listing import LaggingObjectStore
from tests.fakes.object_store import FakeObjectStore


class OneAPage(FakeObjectStore):
    """A bucket that lists one key a page."""

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> ObjectPage:
        return super().page(prefix, after=after, limit=min(limit, 1))


class GoneAfterListing(FakeObjectStore):
    """A bucket that still lists a version 9 which is not there any more."""

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> ObjectPage:
        gone = ObjectInfo(record_key(JOB_ID, 9), size=1, modified_at=START)
        return ObjectPage((*super().page(prefix).items, gone))


def test_keys_are_the_ones_of_the_design() -> None:
    assert record_key("j1", 7) == "jobs/j1/000007.json"
    assert record_key("j1", 1234567) == "jobs/j1/1234567.json"
    assert open_key("j1") == "open/j1"
    assert index_key("d1", "j1") == "drivers/d1/j1"


def test_a_listing_that_lags_hides_no_version() -> None:
    bucket = LaggingObjectStore()
    jobs, job = BucketJobStore(bucket, clock=FakeClock()), an_accepted_job()
    for version in range(1, 6):
        jobs.append(job)
        if version == 2:
            bucket.catch_up()
        loaded = jobs.load(JOB_ID)
        assert loaded is not None
        assert loaded.version == version
        job = job.note(now=START)


def test_a_listing_of_many_pages_is_read_to_its_end() -> None:
    bucket, job = OneAPage(), an_accepted_job()
    jobs = BucketJobStore(bucket, clock=FakeClock())
    for _ in range(3):
        jobs.append(job)
        job = job.note(now=START)
    gets: list[str] = []
    original = bucket.get

    def counted(key: str, *, max_bytes: int | None = None) -> bytes | None:
        gets.append(key)
        return original(key, max_bytes=max_bytes)

    bucket.get = counted  # type: ignore[method-assign]
    loaded = jobs.load(JOB_ID)
    assert loaded is not None
    assert loaded.version == 3
    assert gets == [record_key(JOB_ID, 3), record_key(JOB_ID, 4)]


def test_a_listing_that_is_ahead_of_what_is_left_falls_back_to_the_beginning() -> None:
    bucket = GoneAfterListing()
    jobs = BucketJobStore(bucket, clock=FakeClock())
    jobs.append(an_accepted_job())
    loaded = jobs.load(JOB_ID)
    assert loaded is not None
    assert loaded.version == 1


def test_skeletons_of_erased_versions_are_passed_over_unread() -> None:
    bucket = LaggingObjectStore()
    jobs, job = BucketJobStore(bucket, clock=FakeClock()), an_accepted_job()
    for _ in range(3):
        jobs.append(job)
        job = job.note(now=START)
    for version in (1, 2):
        bucket.put(record_key(JOB_ID, version), b'{"erased": true}')
    loaded = jobs.load(JOB_ID)
    assert loaded is not None
    assert loaded.version == 3


def test_other_files_under_a_job_are_no_versions() -> None:
    bucket = FakeObjectStore()
    jobs = BucketJobStore(bucket, clock=FakeClock())
    jobs.append(an_accepted_job())
    bucket.put(f"jobs/{JOB_ID}/000099.txt", b"")
    bucket.put(f"jobs/{JOB_ID}/a/000098.json", b"")
    loaded = jobs.load(JOB_ID)
    assert loaded is not None
    assert loaded.version == 1


def test_a_record_that_cannot_be_read_is_an_error_that_does_not_quote_it() -> None:
    bucket = FakeObjectStore()
    bucket.put(record_key(JOB_ID, 1), '{"caption": "我的秘密行程"}'.encode())
    with pytest.raises(UpstreamRejectedError, match="job_id") as caught:
        BucketJobStore(bucket, clock=FakeClock()).load(JOB_ID)
    assert "秘密" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_append_whose_answer_was_lost_is_there_when_asked_for() -> None:
    bucket = FakeObjectStore()
    bucket.fail("create", UpstreamUnavailableError("lost"), after=True)
    jobs, job = BucketJobStore(bucket, clock=FakeClock()), an_accepted_job()
    with pytest.raises(UpstreamUnavailableError):
        jobs.append(job)
    loaded = jobs.load(JOB_ID)
    assert loaded is not None
    assert loaded.version == 1
