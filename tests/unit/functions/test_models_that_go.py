"""A picture model that goes: the next paints, no attempt is used up, nothing is ordered twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from shared.core.errors import AccountError, ModelGoneError, UpstreamError
from shared.jobs.model_list import ModelList
from shared.jobs.record import JobStatus
from shared.ports import SceneProgress
from tests.fakes.scene_model import FakeSceneModel
from tests.unit.functions.test_outages import prompted, shown, try_scene
from tests.unit.functions.world import World, plate_png

if TYPE_CHECKING:
    from structlog.typing import EventDict

GONE = ModelGoneError("400 InvalidParameter")


def with_successor(world: World, *, name: str = "next-picture-model") -> FakeSceneModel:
    successor = FakeSceneModel(plate_png(), name=name)
    world.successors.append(successor)
    return successor


def test_the_next_model_paints_that_very_job(world: World) -> None:
    successor = with_successor(world)
    world.scenes.fail("order", GONE, times=99)

    record = world.scene(prompted(world, "a"))

    assert (record.status, record.scene_failures, record.attempts) == (JobStatus.QUEUED, 0, 1)
    assert (len(world.scenes.orders), len(successor.orders)) == (0, 1)
    assert record.pictures_ordered == 1
    assert record.scene is not None
    assert record.scene.model == successor.name


def test_the_jobs_after_it_do_not_ask_the_dead_model(
    world: World, log_lines: list[EventDict]
) -> None:
    successor = with_successor(world)
    world.scenes.fail("order", GONE, times=1)
    for key in "abc":
        world.scene(prompted(world, key))

    # The dead model would have taken the second order: it was not asked.
    assert (len(world.scenes.orders), len(successor.orders)) == (0, 3)
    told = [line for line in log_lines if line["event"] == "model.passed_over"]
    assert [(line["use"], line["model"]) for line in told] == [("picture", world.scenes.name)]


@pytest.mark.parametrize("why", ["gone", "shrinking"])
def test_an_order_that_its_model_does_not_outlive_goes_to_the_next(
    world: World, why: Literal["gone", "shrinking"]
) -> None:
    successor = with_successor(world)
    world.scenes.ending = SceneProgress("failed", reason="told", postponed=why)

    record = world.scene(prompted(world, "a"))

    assert (record.status, record.scene_failures, record.attempts) == (JobStatus.QUEUED, 0, 1)
    assert (len(world.scenes.orders), len(successor.orders)) == (1, 1)
    assert record.scene is not None
    assert record.scene.model == successor.name


def test_a_ticket_is_waited_for_although_its_model_is_passed_over_meanwhile(world: World) -> None:
    with_successor(world)
    first = prompted(world, "a")
    world.scenes.fail("progress", UpstreamError("lost"))
    try_scene(world, first)
    ticket = world.record(first).scene
    world.scenes.fail("order", GONE, times=99)
    world.scene(prompted(world, "b"))

    record = world.scene(first)

    assert ticket is not None
    assert record.scene is not None
    assert (record.scene.ticket, record.scene.model) == (ticket.ticket, world.scenes.name)
    assert record.pictures_ordered == 1


def test_a_ticket_of_a_model_that_no_setting_names_any_more_is_asked_for(world: World) -> None:
    job_id = prompted(world, "a")
    world.scenes.fail("progress", UpstreamError("lost"))
    try_scene(world, job_id)
    old = world.scenes
    world.scenes = with_successor(world)
    makers = {old.name: old, world.scenes.name: world.scenes}
    listed = ModelList(
        "picture", (world.scenes.name,), makers.__getitem__, circuits=world.circuits()
    )
    world.scene_models = lambda: listed  # type: ignore[method-assign,assignment,return-value]

    record = world.scene(job_id)

    assert record.status is JobStatus.QUEUED
    assert (len(old.orders), len(world.scenes.orders)) == (1, 0)


def test_when_none_is_left_jobs_wait_as_for_an_account_and_none_fails(
    world: World, log_lines: list[EventDict]
) -> None:
    successor = with_successor(world)
    world.scenes.fail("order", GONE, times=99)
    successor.fail("order", GONE, times=99)
    first, second = prompted(world, "a"), prompted(world, "b")
    with pytest.raises(AccountError):
        world.scene(first)

    assert world.scene(second).status is JobStatus.PROMPTED
    held = world.record(first)
    assert (held.status, held.scene_failures, held.scene) == (JobStatus.PROMPTED, 0, None)
    assert shown(world, first) == shown(world, second) == "picture_model"
    assert "model.none_left" in {line["event"] for line in log_lines}


@pytest.mark.slow
def test_held_jobs_come_home_when_a_model_is_back(world: World) -> None:
    world.scenes.fail("order", GONE, times=1)
    job_id = prompted(world, "a")
    with pytest.raises(AccountError):
        world.scene(job_id)
    for key in world.state.keys("control/circuits/"):
        world.state.delete(key)

    world.run_until_quiet()

    ended = world.record(job_id)
    assert (ended.status, ended.pictures_ordered) == (JobStatus.SUCCEEDED, 1)


def test_a_refusal_of_the_account_is_not_the_models_fault(world: World) -> None:
    successor = with_successor(world)
    world.scenes.fail("order", AccountError("arrears"))
    try_scene(world, prompted(world, "a"))
    assert successor.orders == []
