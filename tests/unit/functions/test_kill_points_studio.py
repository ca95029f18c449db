"""Kill points of the studio's requests: repeated by a person, they come to the same."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import pytest

from functions.intake_vehicle import use_case
from functions.manage_campaign.schema import CampaignOrder
from functions.manage_campaign.use_case import Office
from functions.manage_vehicle.schema import DrawnWish, VehicleDecision
from functions.manage_vehicle.use_case import Desk
from shared.jobs.record import JobStatus
from shared.seasons import campaigns
from shared.seasons.calendar import calendar
from shared.seasons.model import Rules
from shared.vehicles.intake.examine import examine
from shared.vehicles.register import read_register
from tests.fakes import renders
from tests.fakes.renders import LIMITS, NAME
from tests.unit.functions.dying import keep_posters
from tests.unit.functions.killable import Fuse, KillableWorld
from tests.unit.functions.own_posters import finished
from tests.unit.functions.seasoning import WINTER
from tests.unit.functions.trials import keep_trials
from tests.unit.functions.world import sample_trip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_KEPT: dict[Any, Any] = {}


@pytest.fixture(autouse=True)
def _looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def kept(delivery: Any, limits: Any) -> Any:
        if delivery not in _KEPT:
            _KEPT[delivery] = examine(delivery, limits)
        return _KEPT[delivery]

    monkeypatch.setattr(use_case, "examine", kept)
    keep_trials(monkeypatch)
    keep_posters(monkeypatch)


def desk(world: KillableWorld) -> Desk:
    return Desk(
        by="artist-1",
        seconds=60.0,
        link_seconds=60,
        max_bytes=LIMITS.max_bytes,
        jobs=world.jobs,
        state=world.state,
        mount=world.mount,
        clock=world.clock,
    )


def recalled_over_http(world: KillableWorld) -> str:
    """Recall the vehicle of a shared and an open job."""
    shared = finished(world, share=True).job_id
    world.submit(sample_trip(distance_km=3))
    world.tell(minutes=2)
    reference = world.catalogue.vehicles[0].reference
    order = VehicleDecision(vehicle=reference, decision="recall", reason="wrong wheels")
    world.insist(lambda: desk(world).answer(order))
    world.tell(minutes=2)
    return shared


def approved_over_http(world: KillableWorld) -> str:
    """Approve what waits, then draw its badge."""
    files = renders.good_files().without("sidecar").uploads()
    for key, data in files.items():
        world.mount.put(key, data)
    world.insist(functools.partial(_hear, world, NAME.upload(".png")))
    (upload,) = read_register(world.mount).uploads
    approval = VehicleDecision(vehicle=upload.reference, decision="approve")
    world.insist(lambda: desk(world).answer(approval))
    drawn = DrawnWish(vehicle=upload.reference, polygons=(((90, 228), (140, 228), (140, 290)),))
    world.insist(lambda: desk(world).answer(drawn))
    return world.submit(sample_trip(), key="meanwhile").job_id


def planned_over_http(world: KillableWorld) -> str:
    """Plan a campaign."""
    office = Office(
        by="anna",
        rules=Rules(shards=2),
        calendar=calendar(),
        state=world.state,
        invoker=world.invoker,
        clock=world.clock,
    )
    world.insist(lambda: office.do(WINTER, CampaignOrder(action="plan")))
    return world.submit(sample_trip(), key="meanwhile").job_id


def _hear(world: KillableWorld, key: str) -> None:
    from tests.unit.functions.test_kill_points_vehicles import _hear as hear

    hear(world, key)


JOURNEYS: tuple[Callable[[KillableWorld], str], ...] = (
    recalled_over_http,
    approved_over_http,
    planned_over_http,
)


def _wrong(journey: Callable[[KillableWorld], str], world: KillableWorld) -> str:
    if journey is recalled_over_http:
        records = [world.record(key.split("/")[1]) for key in world.state.keys("jobs/")]
        shared = [r for r in records if r.is_shared and r.status is JobStatus.SUCCEEDED]
        return "shared or open" if shared or not all(r.status.is_closed for r in records) else ""
    if journey is planned_over_http:
        pages = campaigns.last_pages(
            campaigns.load_campaign(WINTER, state=world.state), state=world.state
        )
        return "" if all(pages) else "a shard was not begun"
    (upload,) = read_register(world.mount).uploads
    drawn = json.loads(world.mount.objects[NAME.upload(".badge.json")].data)
    good = upload.reference in read_register(world.mount).approved and drawn["polygons"]
    return "" if good else "not approved, or not drawn on"


@pytest.mark.parametrize("journey", JOURNEYS[1:])
@pytest.mark.slow
def test_a_request_that_dies_at_any_effect_is_made_good_by_its_repetition(
    tmp_path: Path, journey: Callable[[KillableWorld], str]
) -> None:
    fuse = Fuse()
    whole = KillableWorld(tmp_path / "whole", fuse)
    journey(whole)
    assert _wrong(journey, whole) == ""
    wrong = []
    for at in range(max(1, fuse.count - 12), fuse.count + 1):
        for after in (False, True):
            burning = Fuse(at, after)
            world = KillableWorld(tmp_path / f"{at}-{after}", burning)
            journey(world)
            if fault := _wrong(journey, world):
                wrong.append(f"{'after' if after else 'before'} {at}: {fault}")
    assert wrong == []
