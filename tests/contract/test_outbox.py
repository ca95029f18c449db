"""Outbox, index and markers, over a bucket in memory and over OSS: the same on both."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from shared.adapters.bucket_job_store import BucketJobStore
from shared.announcements import outbox
from shared.announcements.endpoints import EndpointState, read_endpoint, write_endpoint
from shared.announcements.events import Event, Notice
from shared.jobs.admission import AdmissionRules, refusal
from shared.jobs.control import Control
from tests.fakes.clock import START, FakeClock
from tests.fakes.object_store import FakeObjectStore

if TYPE_CHECKING:
    from shared.ports import JobStore, ObjectStore

_numbers = itertools.count()
_RULES = AdmissionRules(
    driver_open=1,
    driver_hourly=9,
    open_jobs=9,
    queue_length=9,
    tasks_per_minute=1.0,
    minutes=30,
)


def fresh_id() -> str:
    number = next(_numbers)
    return "j" + f"{number:b}".replace("0", "x").replace("1", "y").rjust(31, "o")


@pytest.fixture
def jobs(bucket: ObjectStore) -> JobStore:
    return BucketJobStore(bucket, clock=FakeClock())


@pytest.fixture
def notice() -> Notice:
    return Notice(Event.READY, fresh_id(), 1)


def due(bucket: ObjectStore, notice: Notice, now: datetime) -> list[outbox.Entry]:
    """Return what is due of one message; other tests share the bucket."""
    entries = outbox.due_entries(now=now, state=bucket)
    return [entry for entry in entries if entry.notice == notice]


def test_what_is_entered_is_due_at_once_and_once(
    bucket: ObjectStore, jobs: JobStore, notice: Notice
) -> None:
    for _ in range(3):
        jobs.enter_outbox(notice, at=START)

    (entry,) = due(bucket, notice, START)
    mark = outbox.mark_of(notice, state=bucket)
    assert (entry.number, entry.due) == (0, START)
    assert mark is not None
    assert (mark.next, mark.state, mark.at) == (entry.key, "waiting", START)


def test_nothing_is_due_before_its_minute(bucket: ObjectStore, notice: Notice) -> None:
    later = outbox.Entry(START + timedelta(minutes=10), notice, 3)
    bucket.put(later.key, b"")

    assert due(bucket, notice, START + timedelta(minutes=9)) == []
    assert due(bucket, notice, START + timedelta(minutes=10)) == [later]
    assert outbox.entry_of(later.key) == later


def test_what_has_ended_is_entered_again_with_its_bytes(
    bucket: ObjectStore, jobs: JobStore, notice: Notice
) -> None:
    jobs.enter_outbox(notice, at=START)
    (entry,) = due(bucket, notice, START)
    mark = outbox.mark_of(notice, state=bucket)
    assert mark is not None
    ended = mark.model_copy(update={"state": "delivered", "body": "太湖"})
    outbox.remember(notice, ended, state=bucket)
    bucket.delete(entry.key)

    outbox.enter_again(notice, ended, now=START + timedelta(hours=1), state=bucket)

    (again,) = due(bucket, notice, START + timedelta(hours=1))
    newest = outbox.mark_of(notice, state=bucket)
    assert newest is not None
    assert (newest.next, newest.state, newest.body) == (again.key, "waiting", "太湖")


def test_messages_since_a_time_are_found_by_their_events(
    bucket: ObjectStore, jobs: JobStore, notice: Notice
) -> None:
    now = datetime.now(timezone.utc)
    at = START if isinstance(bucket, FakeObjectStore) else now
    jobs.enter_outbox(notice, at=at)

    def since(moment: datetime) -> list[Notice]:
        return [each for each, _ in outbox.remembered_since(moment, state=bucket)]

    assert notice in since(at)
    assert notice not in since(at + timedelta(seconds=1))


def test_an_endpoints_state_comes_back_and_a_broken_one_is_fresh(bucket: ObjectStore) -> None:
    write_endpoint("community", EndpointState(failures=3, blocked_until=START), state=bucket)
    assert read_endpoint("community", state=bucket).blocked_until == START

    bucket.put("control/endpoints/community.json", b"{")
    assert read_endpoint("community", state=bucket) == EndpointState()


def test_a_drivers_jobs_are_counted_while_their_markers_are_there(
    bucket: ObjectStore, jobs: JobStore
) -> None:
    driver, job_id = fresh_id(), fresh_id()
    jobs.index(driver, job_id)
    jobs.mark_open(job_id)
    (entry,) = jobs.indexed(driver)

    def refused() -> bool:
        now = entry.entered_at + timedelta(seconds=5)
        return refusal(driver, rules=_RULES, control=Control(), jobs=jobs, now=now) is not None

    assert (entry.job_id, jobs.is_open(job_id), refused()) == (job_id, True, True)
    jobs.unmark_open(job_id)
    assert (jobs.is_open(job_id), refused()) == (False, False)
    assert jobs.indexed(fresh_id()) == ()
