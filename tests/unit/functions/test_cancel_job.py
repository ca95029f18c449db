"""Cancelling: the record first, then the queue, and an honest word about the GPU."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from functions.cancel_job.use_case import cancel_job
from shared.core.callers import Caller
from shared.core.errors import (
    AmbiguousPostError,
    ConflictError,
    NotFoundError,
    UpstreamUnavailableError,
)
from shared.jobs.erasing import erase_record
from shared.jobs.record import JobName, JobStatus
from tests.fakes.clock import START, FakeClock
from tests.fakes.wired import wired
from tests.unit.functions.world import DRIVER, LOOK_SECONDS, World, twice_at_once

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from functions.cancel_job.schema import CancelledView


def cancel(world: World, job_id: str, caller: Caller = DRIVER) -> CancelledView:
    return wired(cancel_job, world)(job_id, caller, id_key=b"k" * 32)


def test_a_waiting_task_is_taken_out_of_the_queue(world: World) -> None:
    record = world.queued()
    world.queue.submit("stranger", b"{}", tags={}, urgent=True)

    assert cancel(world, record.job_id).task == "removed"
    assert [task.task_id for task in world.queue.waiting] == ["stranger"]
    assert world.record(record.job_id).status is JobStatus.CANCELLED
    assert world.state.keys("open/") == []


def test_a_running_task_is_not_said_to_have_stopped_and_its_result_is_discarded(
    world: World,
) -> None:
    record = world.queued()
    world.queue.running.add(record.task_id)

    assert cancel(world, record.job_id).task == "running, its result will be discarded"
    world.render(record.task_id)
    assert world.notice(record.task_id) == 0
    assert world.drain().discarded == 1
    assert world.record(record.job_id).status is JobStatus.CANCELLED
    assert world.state.keys("results/") == []


def test_a_task_that_runs_and_is_not_listed_is_told_as_running(world: World) -> None:
    record = world.queued()
    world.queue.running.add(record.task_id)
    world.queue.shows_running = False

    assert cancel(world, record.job_id).task == "running, its result will be discarded"


def test_before_anything_was_sent_there_is_no_task(world: World) -> None:
    job_id = world.submit().job_id

    assert cancel(world, job_id).task == "none"
    assert world.paint(job_id).status is JobStatus.CANCELLED
    assert world.queue.waiting == []


def test_a_task_that_may_yet_arrive_is_withdrawn_by_the_sweeper(world: World) -> None:
    world.queue.fail("submit", AmbiguousPostError("timeout"))
    record = world.queued()

    assert cancel(world, record.job_id).task == "unknown, a result will be discarded"
    world.queue.submit(record.task_id, b"{}", tags={}, urgent=True)
    world.clock.advance(LOOK_SECONDS)
    world.sweep()

    assert world.queue.waiting == []
    assert world.state.keys("open/") == []


def test_a_task_that_has_left_the_queue_unseen_is_told_as_none(world: World) -> None:
    record = world.queued()
    world.queue.waiting.clear()

    assert cancel(world, record.job_id).task == "none"


def test_a_task_that_only_its_index_tells_of_is_told_as_running(world: World) -> None:
    record = world.queued()
    world.queue.waiting = [replace(each, task_id="unlisted") for each in world.queue.waiting]

    assert cancel(world, record.job_id).task == "running, its result will be discarded"


def test_a_task_that_had_arrived_unnoticed_is_taken_out(world: World) -> None:
    world.queue.fail("submit", AmbiguousPostError("timeout"), after=True)
    record = world.queued()

    assert cancel(world, record.job_id).task == "removed"
    assert world.queue.waiting == []


def test_a_queue_that_is_down_does_not_keep_a_job_open(world: World) -> None:
    record = world.queued()
    world.queue.fail("withdraw", UpstreamUnavailableError("down"))

    assert cancel(world, record.job_id).task == "unknown, a result will be discarded"
    assert world.record(record.job_id).status is JobStatus.CANCELLED
    world.clock.advance(LOOK_SECONDS)
    world.sweep()
    assert world.queue.waiting == []


def test_a_finished_job_is_not_touched(world: World) -> None:
    record = world.rendered()
    world.store(record.task_id)
    before = world.snapshot()

    with pytest.raises(ConflictError, match="succeeded"):
        cancel(world, record.job_id)
    assert world.snapshot() == before


def test_cancelling_again_says_the_same_and_changes_nothing(world: World) -> None:
    job_id = world.submit().job_id
    first, before = cancel(world, job_id), world.snapshot()

    assert cancel(world, job_id) == first
    assert world.snapshot() == before


def test_two_cancels_at_once_close_the_job_once(world: World) -> None:
    record = world.queued()
    twice_at_once(lambda: cancel(world, record.job_id))

    steps = [step.status for step in world.record(record.job_id).history]
    assert steps.count(JobStatus.CANCELLED) == 1


@pytest.mark.parametrize(
    "caller",
    [
        Caller("maker", "driver-2", frozenset({"driver"})),
        Caller("other", "driver-1", frozenset({"driver"})),
        Caller("maker", "driver-2", frozenset({"driver", "reviewer"})),
    ],
)
def test_somebody_elses_job_is_not_found(world: World, caller: Caller) -> None:
    job_id = world.submit().job_id
    with pytest.raises(NotFoundError):
        cancel(world, job_id, caller)
    assert world.record(job_id).status is JobStatus.ACCEPTED


@pytest.mark.parametrize("scope", ["service", "operator"])
def test_service_and_operator_may_cancel_for_a_driver(world: World, scope: str) -> None:
    job_id = world.submit().job_id

    assert cancel(world, job_id, Caller("maker", "x", frozenset({scope}))).status == "cancelled"


class Meanwhile(FakeClock):
    """A clock at whose first look something else has happened."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self._happens = [happens]

    def now(self) -> datetime:
        while self._happens:
            self._happens.pop()()
        return super().now()


def test_a_job_that_is_erased_meanwhile_is_nobodys_and_its_late_traces_are_looked_for(
    world: World,
) -> None:
    record = world.queued()

    def erase() -> None:
        erase_record(JobName.of(record), now=START, jobs=world.jobs)
        world.jobs.unmark_open(record.job_id)

    with pytest.raises(NotFoundError, match="no such job"):
        cancel_job(
            record.job_id,
            DRIVER,
            id_key=b"k" * 32,
            jobs=world.jobs,
            queue=world.queue,
            clock=Meanwhile(erase),
        )
    assert world.jobs.is_open(record.job_id)
