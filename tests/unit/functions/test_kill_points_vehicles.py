"""Kill points of vehicles: taking one in, and recalling one, whatever dies."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytest

from shared.jobs.recalling import mark_recalled, take_back
from shared.jobs.record import JobStatus
from shared.vehicles.register import Decision, read_catalogue
from tests.fakes import renders
from tests.fakes.clock import START
from tests.fakes.renders import NAME
from tests.fakes.wired import wired
from tests.unit.functions.killable import Fuse, KillableWorld, deaths
from tests.unit.functions.own_posters import finished
from tests.unit.functions.trials import hear
from tests.unit.functions.world import sample_trip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_DECISION = Decision(by="anna", at=START, reason="the wheels are wrong")


pytestmark = pytest.mark.usefixtures("kept_trials", "kept_posters")


def taken_in(world: KillableWorld) -> str:
    """Upload file by file; the platform repeats an event whose run has died."""
    for key, data in renders.good_files().uploads().items():
        world.mount.put(key, data)
        world.insist(functools.partial(hear, world, key))
    return world.submit(sample_trip(), key="meanwhile").job_id


def recalled(world: KillableWorld) -> str:
    """Recall the vehicle of a shared, an unshared and an open job."""
    shared = finished(world, share=True).job_id
    finished(world, distance_km=2)
    world.submit(sample_trip(distance_km=3))
    world.tell(minutes=2)
    reference = world.catalogue.vehicles[0].reference
    world.insist(lambda: _recall(world, reference))
    world.tell(minutes=2)
    return shared


def _recall(world: KillableWorld, reference: str) -> None:
    decision = mark_recalled(reference, _DECISION, mount=world.mount)
    wired(take_back, world)(reference, decision, tell=lambda _: None)


JOURNEYS: tuple[Callable[[KillableWorld], str], ...] = (taken_in, recalled)


def _wrong_intake(world: KillableWorld, whole: KillableWorld) -> str:
    entry = read_catalogue(world.mount).resolve(NAME.model, NAME.generation, NAME.paint)
    if entry is None:
        return "the vehicle is not offered"
    lasting = [{k: v.data for k, v in each.mount.objects.items()} for each in (world, whole)]
    differing = {k for k in {*lasting[0], *lasting[1]} if lasting[0].get(k) != lasting[1].get(k)}
    return f"differs: {sorted(differing)}" if differing else ""


def _wrong_recall(world: KillableWorld, _whole: KillableWorld) -> str:
    records = [world.record(key.split("/")[1]) for key in world.state.keys("jobs/")]
    if any(record.is_shared and record.status is JobStatus.SUCCEEDED for record in records):
        return "a poster is still shared"
    if any(not record.status.is_closed for record in records):
        return "a job is still open"
    told = [each.message_id for each in world.announcer.taken]
    withdrawn = {each for each in told if "withdrawn" in each}
    if len(withdrawn) != 1:
        return f"withdrawals told: {withdrawn}"
    left = world.state.keys("recalls/") + world.state.keys("open/")
    return f"left: {left}" if left else ""


_CHECKS: dict[Any, Callable[[KillableWorld, KillableWorld], str]] = {
    taken_in: _wrong_intake,
    recalled: _wrong_recall,
}


@pytest.mark.slow
@pytest.mark.parametrize("journey", JOURNEYS)
def test_a_run_that_dies_at_any_effect_is_made_good_by_its_repetition(
    tmp_path: Path, journey: Callable[[KillableWorld], str]
) -> None:
    fuse, check = Fuse(), _CHECKS[journey]
    whole = KillableWorld(tmp_path / "whole", fuse)
    journey(whole)
    assert check(whole, whole) == ""
    assert fuse.count > 10
    wrong = []
    for world in deaths(tmp_path, fuse.count):
        journey(world)
        if fault := check(world, whole):
            wrong.append(f"{world.fuse}: {fault}")
    assert wrong == []


@pytest.mark.slow
def test_a_vehicle_is_never_offered_before_its_files_and_its_report_are_there(
    tmp_path: Path,
) -> None:
    key, files = NAME.upload(".png"), renders.good_files().uploads()
    for at in range(1, 40):
        world = KillableWorld(tmp_path / str(at), Fuse(at, after=True))
        for each, data in files.items():
            world.mount.put(each, data)
        done = world.process(functools.partial(hear, world, key))
        entry = read_catalogue(world.mount).resolve(NAME.model, NAME.generation, NAME.paint)
        if entry is not None:
            frozen = [k for k in world.mount.keys("input/vehicles/") if entry.reference in k]
            assert len(frozen) == 2 * len(entry.sizes) + 1
            assert entry.preview.replace("light.png", "report.json") in world.mount.objects
        if done:
            return
    pytest.fail("the run has more effects than expected")
