"""Kill points of models that go: no job is lost, none paid twice, the list's second one paints."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytest

from shared import ports
from shared.core.errors import ModelGoneError
from shared.jobs.record import JobStatus
from shared.ports import SceneProgress
from tests.fakes.scene_model import FakeSceneModel
from tests.unit.functions.dying import keep_posters, wrong_after_deaths
from tests.unit.functions.killable import Watched
from tests.unit.functions.world import plate_png

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.functions.dying import Journey
    from tests.unit.functions.killable import KillableWorld

SECOND = "second-picture-model"


@pytest.fixture(autouse=True)
def _each_poster_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_posters(monkeypatch)


def _to_the_scene(world: KillableWorld) -> str:
    second: Any = Watched(FakeSceneModel(plate_png(), name=SECOND), ports.SceneModel, world.fuse)
    world.successors.append(second)
    found: list[str] = []
    world.insist(lambda: found.append(world.submit(key="one").job_id))
    world.paint(found[-1])
    return found[-1]


def retired_before_the_order(world: KillableWorld) -> str:
    """The first model is not offered when it is ordered of."""
    job_id = _to_the_scene(world)
    world.scenes.fail("order", ModelGoneError("400 InvalidParameter"), times=99)
    world.scene(job_id)
    return job_id


def retired_after_the_order(world: KillableWorld) -> str:
    """The first model takes the order and is gone before the picture is painted."""
    job_id = _to_the_scene(world)
    world.scenes.ending = SceneProgress("failed", reason="ModelNotFound", postponed="gone")
    world.scene(job_id)
    return job_id


# What the first and the second model are ordered of at most: a run that dies between an order and
# its ticket has another plate ordered, as ever.
JOURNEYS: dict[Journey, tuple[int, int]] = {
    retired_before_the_order: (0, 2),
    retired_after_the_order: (2, 2),
}


def _check(journey: Journey, world: KillableWorld, job_id: str) -> None:
    record, (first, second) = world.record(job_id), JOURNEYS[journey]
    assert (record.status, record.scene_failures) == (JobStatus.SUCCEEDED, 0)
    # A run that dies between saying that it sends a task and sending it has another one sent.
    assert record.gpu_tasks <= record.attempts <= 2
    assert record.scene is not None
    assert record.scene.model == SECOND
    assert len(world.scenes.orders) <= first
    assert 1 <= len(world.successors[0].orders) <= second
    assert len(world.scenes.orders) + len(world.successors[0].orders) <= max(2, 1 + first)
    assert world.state.keys("open/") == []


@pytest.mark.slow
@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda each: each.__name__)
def test_a_process_that_dies_at_any_effect_leaves_one_plate_of_the_second_model(
    tmp_path: Path, journey: Journey
) -> None:
    check = functools.partial(_check, journey)
    assert wrong_after_deaths(journey, check, tmp_path) == []
