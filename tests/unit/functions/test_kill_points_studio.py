"""Kill points of the studio's requests: repeated by a person, they come to the same."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING

import pytest

from functions.manage_campaign.schema import CampaignOrder
from functions.manage_campaign.use_case import Office
from functions.manage_vehicle.schema import DrawnWish, VehicleDecision
from shared.jobs.record import JobStatus
from shared.seasons import campaigns
from shared.seasons.calendar import calendar
from shared.seasons.model import Rules
from shared.vehicles.register import read_register
from tests.fakes import renders
from tests.fakes.renders import NAME
from tests.fakes.wired import wired
from tests.unit.functions.killable import Fuse, KillableWorld, deaths
from tests.unit.functions.own_posters import finished
from tests.unit.functions.seasoning import WINTER
from tests.unit.functions.trials import desk, hear
from tests.unit.functions.world import sample_trip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("kept_trials", "kept_posters")


def recalled_over_http(world: KillableWorld) -> str:
    """Recall the vehicle of a shared and an open job."""
    shared = finished(world, share=True).job_id
    world.submit(sample_trip(distance_km=3))
    world.tell(minutes=2)
    reference = world.catalogue.vehicles[0].reference
    order = VehicleDecision(vehicle=reference, decision="recall", reason="wrong wheels")
    world.insist(lambda: desk(world, seconds=60.0).answer(order))
    world.tell(minutes=2)
    return shared


def approved_over_http(world: KillableWorld) -> str:
    """Approve what waits, then draw its badge."""
    files = renders.good_files().without("sidecar").uploads()
    for key, data in files.items():
        world.mount.put(key, data)
    world.insist(functools.partial(hear, world, NAME.upload(".png")))
    (upload,) = read_register(world.mount).uploads
    approval = VehicleDecision(vehicle=upload.reference, decision="approve")
    world.insist(lambda: desk(world, seconds=60.0).answer(approval))
    drawn = DrawnWish(vehicle=upload.reference, polygons=(((90, 228), (140, 228), (140, 290)),))
    world.insist(lambda: desk(world, seconds=60.0).answer(drawn))
    return world.submit(sample_trip(), key="meanwhile").job_id


def planned_over_http(world: KillableWorld) -> str:
    """Plan a campaign."""
    office = wired(Office, world)(by="anna", rules=Rules(shards=2), calendar=calendar())
    world.insist(lambda: office.do(WINTER, CampaignOrder(action="plan")))
    return world.submit(sample_trip(), key="meanwhile").job_id


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
    for world in deaths(tmp_path, fuse.count, first=max(1, fuse.count - 12)):
        journey(world)
        if fault := _wrong(journey, world):
            wrong.append(f"{world.fuse}: {fault}")
    assert wrong == []
