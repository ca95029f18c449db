"""The sweeper: whatever went missing is found out from record, queues and output folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from shared.core import ids
from shared.core.errors import AmbiguousPostError, UpstreamUnavailableError
from shared.jobs import control
from shared.jobs.closing import fail
from shared.jobs.control import read_control
from shared.jobs.record import Failure, JobStatus
from shared.lists.tries import Tried
from shared.ports import OpenPage
from tests.fakes.clock import FakeClock
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import JOB_ID, a_job_in
from tests.fakes.object_store import FakeObjectStore
from tests.unit.functions.world import (
    GONE_SECONDS,
    LOOK_SECONDS,
    MAX_ATTEMPTS,
    QUIET_SECONDS,
    REVIEW_MINUTES,
    World,
    twice_at_once,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.jobs.record import JobRecord

    Arrange = Callable[[World], JobRecord]


pytestmark = pytest.mark.usefixtures("kept_posters")


def _accepted(world: World) -> JobRecord:
    return world.submit()


def _prompted(world: World) -> JobRecord:
    return world.paint(world.submit().job_id)


def _rendered(world: World) -> JobRecord:
    return world.rendered()


def _to_be_repainted(world: World) -> JobRecord:
    record = world.queued()
    world.queue.finish(record.task_id, b"boom", code=500)
    world.drain()
    return world.store(record.task_id)


def _ambiguous(world: World, *, arrived: bool) -> JobRecord:
    world.queue.fail("submit", AmbiguousPostError("timeout"), after=arrived)
    return world.queued()


@pytest.mark.parametrize("arrange", [_accepted, _prompted, _rendered, _to_be_repainted])
def test_a_lost_invocation_is_made_up_for_and_the_job_comes_home(
    world: World, arrange: Arrange
) -> None:
    record = arrange(world)
    assert world.invoker.lose() > 0

    world.run_until_quiet()

    assert world.record(record.job_id).status is JobStatus.SUCCEEDED


@pytest.mark.parametrize("arrange", [_accepted, _prompted, _rendered, _to_be_repainted])
def test_the_counter_is_recorded_before_the_platform_is_asked(
    world: World, arrange: Arrange
) -> None:
    record = arrange(world)
    world.clock.advance(2 * QUIET_SECONDS)
    world.invoker.fail(UpstreamUnavailableError("killed"))
    world.sweep()
    noted = world.record(record.job_id)
    world.clock.advance(4 * QUIET_SECONDS)
    world.sweep()

    assert noted.version == record.version + 1
    used = [each.task_id for each in world.invoker.started]
    assert len(used) == len(set(used))
    assert world.record(record.job_id).version == record.version + 2


@pytest.mark.parametrize("arrange", [_accepted, _prompted, _rendered, _to_be_repainted])
def test_two_sweeps_at_once_do_what_one_does(world: World, arrange: Arrange) -> None:
    arrange(world)
    started = len(world.invoker.started)
    world.clock.advance(2 * QUIET_SECONDS)

    twice_at_once(world.sweep)

    assert len(world.invoker.started) == started + 1


def test_a_job_that_was_looked_at_is_left_alone_for_a_while(world: World) -> None:
    world.submit()
    world.clock.advance(LOOK_SECONDS)

    assert world.sweep().done == {"waiting": 1}
    assert world.sweep().done == {}


def test_runs_are_begun_ever_more_rarely_while_nothing_moves(world: World) -> None:
    world.submit()
    for _ in range(30):
        world.clock.advance(60)
        world.sweep()
        world.invoker.lose()

    paints = [each for each in world.invoker.started if each.function == "paint_trip"]
    assert 3 <= len(paints) <= 5


def test_what_the_platform_has_given_up_on_is_taken_up_at_the_next_sweep(world: World) -> None:
    record = world.submit()
    world.jobs.mark_due(record.job_id)
    world.clock.advance(1)

    assert world.sweep().done == {"painted_again": 1}


def test_a_post_that_arrived_unnoticed_is_recorded_as_queued(world: World) -> None:
    record = _ambiguous(world, arrived=True)
    world.clock.advance(2 * QUIET_SECONDS)

    assert world.sweep().done == {"found_queued": 1}
    found = world.record(record.job_id)
    assert (found.status, found.attempt, found.gpu_tasks) == (JobStatus.QUEUED, 1, 1)
    assert found.queue_index == world.queue.waiting[0].index


def test_a_post_that_got_lost_is_sent_anew_and_counts_as_no_task(world: World) -> None:
    record = _ambiguous(world, arrived=False)
    world.clock.advance(2 * QUIET_SECONDS)
    assert world.sweep().done == {"painted_again": 1}

    world.run_until_quiet()

    ended = world.record(record.job_id)
    assert (ended.status, ended.attempt, ended.gpu_tasks) == (JobStatus.SUCCEEDED, 2, 1)
    assert len(world.scenes.orders) == 1


def test_a_post_whose_task_has_ended_unseen_is_stored(world: World) -> None:
    record = _ambiguous(world, arrived=True)
    world.render(record.task_id)
    world.queue.sink.clear()
    world.clock.advance(2 * QUIET_SECONDS)

    assert world.sweep().done == {"found_ended": 1}
    assert world.record(record.job_id).status is JobStatus.RENDERED


def test_a_post_whose_end_lies_in_the_sink_is_left_to_drain_queue(world: World) -> None:
    record = _ambiguous(world, arrived=True)
    world.queue.finish(record.task_id, b"boom", code=500)
    world.clock.advance(2 * QUIET_SECONDS)

    assert world.sweep().done == {"in_sink": 1}


def test_a_task_that_waits_is_left_waiting(world: World) -> None:
    record = world.queued()
    world.clock.advance(2 * GONE_SECONDS)
    before = world.record(record.job_id)

    assert world.sweep().done == {"waiting": 1}
    assert world.record(record.job_id) == before


def test_a_task_that_runs_and_is_not_listed_is_left_running(world: World) -> None:
    record = world.queued()
    world.queue.running.add(record.task_id)
    world.queue.shows_running = False
    world.clock.advance(2 * GONE_SECONDS)

    assert world.sweep().done == {"waiting": 1}


def test_an_index_that_is_another_tasks_by_now_does_not_keep_a_task_alive(world: World) -> None:
    record = world.queued()
    world.queue.waiting.clear()
    world.queue._index = 0
    world.queue.submit("stranger", b"{}", tags={}, urgent=False)
    assert world.record(record.job_id).queue_index == world.queue.waiting[0].index
    world.clock.advance(2 * GONE_SECONDS)

    assert world.sweep().done == {"task_gone": 1}


def test_a_task_that_ended_without_any_notice_is_stored(world: World) -> None:
    record = world.queued()
    world.render(record.task_id)
    world.queue.sink.clear()

    world.run_until_quiet()

    assert world.record(record.job_id).status is JobStatus.SUCCEEDED


def test_a_task_that_is_nowhere_makes_room_for_the_next_attempt(world: World) -> None:
    record = world.queued()
    world.queue.waiting.clear()

    world.run_until_quiet()

    ended = world.record(record.job_id)
    assert (ended.status, ended.attempt, ended.gpu_tasks) == (JobStatus.SUCCEEDED, 2, 2)


def test_tasks_that_vanish_again_and_again_end_in_a_stated_failure(world: World) -> None:
    record = world.queued()
    for _ in range(60):
        world.queue.waiting.clear()
        world.invoker.run() if world.invoker.handlers else world.step()
        world.queue.waiting.clear()
        world.sweep()
        world.clock.advance(60)

    ended = world.record(record.job_id)
    assert ended.status is JobStatus.FAILED
    assert ended.failure is not None
    assert ended.gpu_tasks <= MAX_ATTEMPTS


def test_a_queue_that_is_down_lets_no_task_count_as_gone(world: World) -> None:
    world.queued()
    world.clock.advance(2 * GONE_SECONDS)
    world.queue.fail("tasks", UpstreamUnavailableError("down"))

    assert world.sweep().done == {"queue_unknown": 1}


def test_a_queue_that_is_down_is_asked_once_a_sweep(world: World) -> None:
    for key in ("one", "two", "three"):
        job_id = world.submit(key=key).job_id
        world.paint(job_id)
        world.scene(job_id)
    world.clock.advance(2 * GONE_SECONDS)
    world.queue.fail("tasks", UpstreamUnavailableError("down"))

    assert world.sweep().done == {"queue_unknown": 3}


@pytest.mark.parametrize("arrange", [_accepted, _prompted, World.queued, _rendered])
def test_a_job_whose_time_is_over_fails_and_says_where_it_stood(
    world: World, arrange: Arrange
) -> None:
    record = arrange(world)
    world.clock.advance(31 * 60)
    world.sweep()

    ended = world.record(record.job_id)
    assert ended.status is JobStatus.FAILED
    assert ended.failure is not None
    assert ended.failure.code == "deadline_passed"
    assert len(ended.failure.detail) > len("The time for this poster ran out .")
    assert world.state.keys("open/") == []


def test_the_waiting_task_of_an_expired_job_is_taken_out_of_the_queue(world: World) -> None:
    world.queued()
    world.queue.submit("stranger", b"{}", tags={}, urgent=True)
    world.clock.advance(31 * 60)
    world.sweep()

    assert [task.task_id for task in world.queue.waiting] == ["stranger"]


def test_an_expired_job_fails_in_time_even_while_the_queue_is_down(world: World) -> None:
    record = world.queued()
    world.clock.advance(31 * 60)
    world.queue.fail("withdraw", UpstreamUnavailableError("down"))
    world.sweep()

    assert world.record(record.job_id).status is JobStatus.FAILED


def test_a_closed_job_that_is_still_marked_is_finished(world: World) -> None:
    record = world.rendered()
    world.state.fail("delete", UpstreamUnavailableError("killed"), key="open/")
    with pytest.raises(UpstreamUnavailableError):
        world.store(record.task_id)
    kept = world.state.keys("results/")
    world.clock.advance(LOOK_SECONDS)

    assert world.sweep().done == {"finished": 1}
    assert world.state.keys("open/") == []
    assert world.state.keys("results/") == kept


def test_results_that_lost_are_removed_and_the_winners_stay(world: World) -> None:
    record = world.queued()
    world.clock.advance(GONE_SECONDS)
    lost = ids.result_folder(record.job_id, record.task_id)
    world.queue.finish(record.task_id, b"boom", code=500)
    world.drain()
    world.store(record.task_id)
    world.run_until_quiet()
    kept = world.state.keys("results/")
    world.state.put(lost + "poster.png", b"written by a run that came too late")
    world.jobs.mark_due(record.job_id)

    assert world.sweep().done == {"finished": 1}
    assert world.state.keys("results/") == kept
    assert kept


def test_a_failed_jobs_waiting_task_is_withdrawn_when_that_was_missed(world: World) -> None:
    record = world.queued()
    fail(record.job_id, Failure(code="x", detail="y"), jobs=world.jobs, clock=world.clock)
    world.jobs.mark_open(record.job_id)
    world.clock.advance(LOOK_SECONDS)
    world.sweep()

    assert world.queue.waiting == []
    assert world.state.keys("open/") == []


def test_a_marker_without_a_record_goes_only_when_it_is_an_hour_old(world: World) -> None:
    world.jobs.mark_open(JOB_ID)
    world.clock.advance(3599)
    assert world.sweep().done == {"without_record": 1}
    world.clock.advance(1)
    assert world.sweep().done == {"orphan_removed": 1}
    assert world.state.keys("open/") == []


def test_markers_are_aged_by_the_buckets_clock_not_by_ours(world: World) -> None:
    slow = FakeClock()
    bucket = FakeObjectStore(slow)
    world.jobs, world.state = FakeJobStore(bucket, clock=world.clock), bucket
    world.jobs.mark_open(JOB_ID)
    world.clock.advance(7200)
    slow.advance(LOOK_SECONDS - 1)

    assert world.sweep().done == {}
    slow.advance(1)
    assert world.sweep().done == {"without_record": 1}


def test_a_review_that_nobody_makes_ends_the_job(world: World) -> None:
    job = a_job_in(JobStatus.NEEDS_REVIEW)
    _write(world, job)
    world.clock.advance(REVIEW_MINUTES * 60 - 60)
    assert world.sweep().done == {"waiting": 1}
    world.clock.advance(60 + LOOK_SECONDS)
    world.sweep()

    ended = world.record(job.job_id)
    assert ended.failure is not None
    assert ended.failure.code == "review_expired"


def test_a_sweep_starts_anywhere_and_comes_round(world: World) -> None:
    made = sorted(world.submit(key=str(n)).job_id for n in range(5))
    world.clock.advance(LOOK_SECONDS + 0.12345)

    swept = world.sweep(made[2])

    assert (swept.markers, swept.complete, swept.done) == (5, True, {"waiting": 5})
    assert swept.summary() == {
        "markers": 5,
        "complete": True,
        "oldest_seconds": LOOK_SECONDS + 0.123,
        "overdue_seconds": 0.0,
        "painted_again": 0,
        "stored_again": 0,
        "task_gone": 0,
        "waiting": 5,
    }
    found = read_control(world.state).open
    assert found is not None
    assert (found.jobs, found.at) == (5, world.clock.now())


def test_a_sweep_that_is_cut_off_leaves_the_rest_to_the_next(world: World) -> None:
    for number in range(5):
        world.submit(key=str(number))
    world.clock.advance(2 * QUIET_SECONDS)

    cut = world.sweep(seconds=0)
    assert (cut.complete, cut.markers, cut.done) == (False, 5, {})
    world.invoker.lose()
    assert world.sweep().done == {"painted_again": 5}


@pytest.mark.parametrize(
    ("before", "slow", "seen", "reported"),
    [(None, 0.09, 56, 56), (1, 0.09, 56, 56), (99, 0.09, 56, 99), (99, 0, 60, 60)],
)
def test_a_count_that_was_cut_off_may_only_raise_the_reported_one(
    world: World, before: int | None, slow: float, seen: int, reported: int
) -> None:
    for number in range(60):
        world.jobs.mark_open(f"{JOB_ID[:-2]}{number:02d}")
    if before is not None:
        control.report_open(world.state, before, at=world.clock.now())
    world.clock.advance(LOOK_SECONDS)
    world.jobs = SlowStore(world, slow)

    # There is no time to look at any, and five seconds to count them all.
    swept = world.sweep(seconds=0)
    assert (swept.markers, swept.complete) == (seen, False)
    found = read_control(world.state).open
    assert found is not None
    assert found.jobs == reported


def test_a_job_that_nothing_can_be_done_for_ends_and_says_so(world: World) -> None:
    job_id = world.queued().job_id
    world.queue.fail("tasks", RuntimeError("a bug"), times=99)
    for _ in range(11):
        world.clock.advance(160)
        world.sweep()

    ended = world.record(job_id)
    assert ended.failure is not None
    assert ended.failure.code == "set_aside"
    assert world.state.keys("open/") == []
    note = json.loads(world.state.objects[f"dead/jobs/{job_id}.json"].data)
    assert note["subject"] == job_id


def test_a_job_that_cannot_even_be_ended_is_looked_at_no_more(world: World) -> None:
    job_id = world.submit().job_id
    world.state.put(f"jobs/{job_id}/000002.json", b"{}")
    for _ in range(11):
        world.clock.advance(160)
        world.sweep()

    assert world.state.keys("open/") == []
    assert world.state.keys("dead/jobs/") == [f"dead/jobs/{job_id}.json"]


def test_what_a_run_beside_noted_of_a_job_that_has_ended_goes(world: World) -> None:
    now, here = world.clock.now(), world.submit().job_id
    for name in ("gone", here):
        note = Tried(items=(name,), since=now, until=now).model_dump_json()
        world.state.put(f"tries/{name}.jobs", note.encode(), content_type="application/json")
    world.sweep()
    assert world.state.keys("tries/") == [f"tries/{here}.jobs"]


class SlowStore(FakeJobStore):
    """The world's jobs, whose markers come one by one, each after `slow` seconds."""

    def __init__(self, world: World, slow: float) -> None:
        super().__init__(world.state, clock=world.clock)
        self._world_clock, self._slow = world.clock, slow

    def open_page(self, *, after: str = "", limit: int = 1000) -> OpenPage:
        self._world_clock.advance(self._slow)
        return super().open_page(after=after, limit=1)


def test_one_job_that_cannot_be_read_keeps_no_other_from_being_looked_at(world: World) -> None:
    broken = world.submit(key="a").job_id
    world.state.put(f"jobs/{broken}/000002.json", b"{}")
    world.submit(key="b")
    world.clock.advance(2 * QUIET_SECONDS)

    assert world.sweep().done == {"try_failed": 1, "painted_again": 1}


class VersionedBucket(FakeObjectStore):
    """A bucket whose versioning is on: it lets every writer win."""

    def create(self, key: str, data: bytes, *, content_type: str = "") -> bool:
        self.put(key, data)
        return True


def test_a_bucket_that_lets_a_second_writer_win_stops_acceptance(world: World) -> None:
    record = world.submit()
    good, bad = world.state, VersionedBucket(world.clock)
    bad.objects = good.objects
    world.clock.advance(2 * QUIET_SECONDS)
    world.state = bad
    assert world.sweep().done == {}
    assert not read_control(bad).accepting
    assert world.record(record.job_id).version == 1

    world.state = good
    assert world.sweep().done == {"painted_again": 1}
    assert read_control(good).accepting


def test_a_stop_for_another_reason_is_not_lifted(world: World) -> None:
    control.stop_accepting(world.state, reason="by hand", clock=world.clock)
    world.sweep()

    assert not read_control(world.state).accepting


def test_while_sending_is_paused_jobs_wait_without_using_up_anything(world: World) -> None:
    record = _prompted(world)
    control.pause(world.state, by="operator", reason="maintenance", clock=world.clock)
    world.clock.advance(2 * QUIET_SECONDS)
    assert world.sweep().done == {"held": 1}
    control.resume(world.state, by="operator")
    world.clock.advance(LOOK_SECONDS)
    assert world.sweep().done == {"painted_again": 1}

    world.run_until_quiet()
    ended = world.record(record.job_id)
    assert (ended.status, ended.gpu_tasks) == (JobStatus.SUCCEEDED, 1)


def _write(world: World, job: JobRecord) -> None:
    for version in range(1, job.version + 1):
        world.jobs.append(job.model_copy(update={"version": version}))
    world.jobs.mark_open(job.job_id)
