"""Each function with the same event again, and twice at once: the second run changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from functions.receive_failure.use_case import receive_failure
from shared.edge.events.failures import FailedInvocation
from shared.jobs.record import JobStatus
from tests.unit.functions.world import World, twice_at_once

if TYPE_CHECKING:
    from collections.abc import Callable

    Arrange = Callable[[World], Callable[[], object]]


def _submit(world: World) -> Callable[[], object]:
    return lambda: world.submit(key="one")


def _paint(world: World) -> Callable[[], object]:
    job_id = world.submit().job_id
    return lambda: world.paint(job_id)


def _scene(world: World) -> Callable[[], object]:
    job_id = world.submit().job_id
    world.paint(job_id)
    return lambda: world.scene(job_id)


def _notice(world: World) -> Callable[[], object]:
    record = world.queued()
    world.render(record.task_id)
    return lambda: world.notice(record.task_id)


def _drain(world: World) -> Callable[[], object]:
    world.render(world.queued().task_id)
    return world.drain


def _store(world: World) -> Callable[[], object]:
    record = world.rendered()
    return lambda: world.store(record.task_id)


def _store_failed(world: World) -> Callable[[], object]:
    record = world.queued()
    world.queue.finish(record.task_id, b"boom", code=500)
    world.drain()
    return lambda: world.store(record.task_id)


def _receive(world: World) -> Callable[[], object]:
    context = {"functionArn": "acs:fc:r:1:functions/x", "requestId": "1"}
    failed = FailedInvocation.model_validate({"requestContext": context, "requestPayload": "{}"})
    return lambda: receive_failure(failed, jobs=world.jobs, dead=world.state)


_FUNCTIONS = [_submit, _paint, _scene, _notice, _drain, _store, _store_failed, _receive]


@pytest.mark.parametrize("arrange", _FUNCTIONS)
def test_a_second_run_changes_nothing(world: World, arrange: Arrange) -> None:
    run = arrange(world)
    run()
    after_one = world.snapshot()

    run()

    assert world.snapshot() == after_one


@pytest.mark.parametrize("arrange", _FUNCTIONS)
def test_two_runs_at_once_do_what_one_does(world: World, arrange: Arrange) -> None:
    before = world.snapshot()
    run = arrange(world)

    twice_at_once(run)
    after_two = world.snapshot()
    run()

    assert after_two != before
    assert world.snapshot() == after_two


def test_two_scene_painters_at_once_order_one_plate_and_send_one_task(world: World) -> None:
    twice_at_once(_scene(world))

    assert len(world.scenes.orders) == 1
    assert len(world.queue.waiting) == 1


def test_two_submits_at_once_make_one_job_and_start_it_once(world: World) -> None:
    first, second = twice_at_once(lambda: world.submit(key="same").job_id)

    assert first == second
    assert len(world.invoker.started) == 1


def test_the_sink_and_the_event_together_store_one_result(world: World) -> None:
    record = world.queued()
    world.render(record.task_id)

    twice_at_once(lambda: (world.notice(record.task_id), world.drain()))
    stores = [each for each in world.invoker.started if each.function == "store_result"]
    world.store(record.task_id)

    assert len(stores) == 1
    assert world.record(record.job_id).status is JobStatus.SUCCEEDED
