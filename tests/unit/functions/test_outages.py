"""An outage pauses sending, is shown, and uses up no attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from shared.core.errors import AccountError, UpstreamError, UpstreamUnavailableError
from shared.jobs import control
from shared.jobs.record import JobStatus
from shared.ports import SceneProgress
from tests.unit.functions.world import World

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord


def shown(world: World, job_id: str) -> str | None:
    return world.read(job_id).waiting_for


def prompted(world: World, key: str) -> str:
    job_id = world.submit(key=key).job_id
    world.paint(job_id)
    return job_id


def try_scene(world: World, job_id: str) -> JobRecord | None:
    try:
        return world.scene(job_id)
    except UpstreamError:
        return None


@pytest.mark.parametrize("error", [UpstreamUnavailableError("down"), AccountError("401")])
@pytest.mark.slow
def test_a_gpu_queue_that_is_down_uses_up_no_attempt_and_comes_home(
    world: World, error: Exception
) -> None:
    job_id = prompted(world, "a")
    world.queue.fail("submit", error, times=4)
    for _ in range(15):
        try_scene(world, job_id)
    held = world.record(job_id)
    assert (held.status, held.gpu_tasks) == (JobStatus.SENDING, 0)
    assert held.attempts <= 3
    assert shown(world, job_id) == "gpu_queue"

    world.run_until_quiet()
    ended = world.record(job_id)
    assert (ended.status, ended.gpu_tasks) == (JobStatus.SUCCEEDED, 1)
    assert shown(world, job_id) is None
    assert len(world.scenes.orders) == 1


@pytest.mark.parametrize("error", [UpstreamUnavailableError("down"), AccountError("arrears")])
@pytest.mark.slow
def test_a_picture_model_that_refuses_us_fails_no_scene(world: World, error: Exception) -> None:
    job_id = prompted(world, "a")
    world.scenes.fail("order", error, times=4)
    for _ in range(10):
        try_scene(world, job_id)
    held = world.record(job_id)
    assert (held.status, held.scene_failures) == (JobStatus.PROMPTED, 0)
    assert shown(world, job_id) == "picture_model"

    world.run_until_quiet()
    assert world.record(job_id).status is JobStatus.SUCCEEDED


@pytest.mark.parametrize("why", ["busy", "account"])
def test_an_order_given_up_for_want_of_room_or_money_fails_no_scene(
    world: World, why: Literal["busy", "account"]
) -> None:
    job_id = prompted(world, "a")
    world.scenes.ending = SceneProgress("failed", reason="told", postponed=why)
    for _ in range(5):
        try_scene(world, job_id)
    held = world.record(job_id)
    assert (held.status, held.scene_failures, held.scene) == (JobStatus.PROMPTED, 0, None)
    # One refusal of the account holds all orders back; a busy model is asked again.
    assert shown(world, job_id) == ("picture_model" if why == "account" else None)
    assert len(world.scenes.orders) == (1 if why == "account" else 5)

    world.scenes.ending = None
    world.run_until_quiet()
    assert world.record(job_id).status is JobStatus.SUCCEEDED


def test_other_jobs_are_not_sent_while_the_circuit_is_open(world: World) -> None:
    first, second = prompted(world, "a"), prompted(world, "b")
    world.queue.fail("submit", AccountError("401"))
    try_scene(world, first)

    assert world.scene(second).status is JobStatus.PROMPTED
    assert world.scenes.orders == world.scenes.orders[:1]


def test_one_job_a_sweep_tries_whether_the_service_is_back(world: World) -> None:
    made = [prompted(world, str(number)) for number in range(5)]
    world.queue.fail("submit", AccountError("401"))
    try_scene(world, made[0])
    world.invoker.lose()
    world.clock.advance(300)

    assert world.sweep().done == {"painted_again": 1, "held": 4}


def test_a_pause_by_hand_is_shown_and_lifted(world: World) -> None:
    job_id = prompted(world, "a")
    control.pause(world.state, by="operator", reason="maintenance", clock=world.clock)
    assert world.scene(job_id).status is JobStatus.PROMPTED
    assert shown(world, job_id) == "operator"
    control.resume(world.state, by="operator")

    assert shown(world, job_id) is None
    assert world.scene(job_id).status is JobStatus.QUEUED


def test_a_paused_job_still_ends_within_its_deadline(world: World) -> None:
    job_id = prompted(world, "a")
    control.pause(world.state, by="operator", reason="maintenance", clock=world.clock)
    world.run_until_quiet()

    failure = world.record(job_id).failure
    assert failure is not None
    assert failure.code == "deadline_passed"


def test_a_job_that_expires_while_its_plate_is_painted_is_not_sent(world: World) -> None:
    job_id = prompted(world, "a")
    world.clock.advance(29 * 60 + 59)
    record = world.scene(job_id)

    assert record.status is JobStatus.FAILED
    assert world.queue.waiting == []


def test_interactive_jobs_are_queued_before_bulk_ones(world: World) -> None:
    bulk = prompted(world, "bulk")
    record = world.record(bulk)
    for version in range(1, record.version + 1):
        key = f"jobs/{bulk}/{version:06d}.json"
        data = world.state.objects[key].data
        world.state.put(key, data.replace(b'"interactive"', b'"bulk"'))
    world.scene(bulk)
    urgent = prompted(world, "urgent")
    world.scene(urgent)

    assert [task.task_id for task in world.queue.waiting] == [f"{urgent}-1", f"{bulk}-1"]
