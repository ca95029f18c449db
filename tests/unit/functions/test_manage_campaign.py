"""/v1/campaigns: windows, a plan made in the background, and what may be done to it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.manage_campaign.schema import CampaignOrder, parse_order
from functions.manage_campaign.use_case import Office
from shared.core.errors import ConflictError, InvalidRequestError, NotFoundError
from shared.edge.events.http_request import HttpRequest
from shared.seasons.calendar import calendar
from shared.seasons.model import Rules
from tests.fakes.wired import wired
from tests.unit.seasons.season_world import WINTER, SeasonWorld


def office(world: SeasonWorld) -> Office:
    return wired(Office, world)(by="anna", rules=world.rules, calendar=calendar())


def do(world: SeasonWorld, action: str, name: str = WINTER, **rules: Any) -> dict[str, Any]:
    order = CampaignOrder.model_validate({"action": action, "rules": rules or None})
    return office(world).do(name, order).to_json()


def look(world: SeasonWorld) -> dict[str, Any]:
    return office(world).look(WINTER).to_json()


@pytest.fixture
def world() -> SeasonWorld:
    made = SeasonWorld(Rules(shards=2, budget_cny=1000.0))
    for driver in range(4):
        made.painted(f"d{driver}", f"{driver}/0")
    return made


def test_windows_to_come_are_listed_with_how_their_campaigns_stand(world: SeasonWorld) -> None:
    do(world, "plan")
    view = office(world).windows().to_json()

    statuses = {each["campaign"]: each["status"] for each in view["windows"]}
    assert statuses.pop(WINTER) == "planning"
    assert {*statuses.values()} == {None}
    assert all(each["closes"] > view["today"] for each in view["windows"])
    winter = next(each for each in view["windows"] if each["campaign"] == WINTER)
    assert (winter["occasion"], winter["day"]) == ("winter", "2026-11-07")


def test_what_was_planned_is_listed_for_a_year_after_its_window(world: SeasonWorld) -> None:
    do(world, "plan")
    world.clock.advance(200 * 86_400)
    listed = [each.campaign for each in office(world).windows().windows]
    assert WINTER in listed
    assert "autumn-2026" not in listed
    world.clock.advance(300 * 86_400)
    assert WINTER not in [each.campaign for each in office(world).windows().windows]


def test_a_campaign_that_nobody_planned_has_the_usual_rules(world: SeasonWorld) -> None:
    view = look(world)
    assert (view["status"], view["plan"], view["progress"]) == (None, None, None)
    assert view["rules"] == {"newest": 1, "shards": 2, "cap": 10_000, "budget_cny": 1000.0}


def test_a_plan_is_made_in_the_background_and_looking_tells_how_far_it_is(
    world: SeasonWorld,
) -> None:
    view = do(world, "plan", cap=3)
    assert (view["status"], view["by"], view["rules"]["cap"]) == ("planning", "anna", 3)
    assert view["planning"] == {"shards": 2, "shards_ended": 0, "drivers": 0, "trips": 0}
    first = [dict(each.payload) for each in world.invoker.started]
    assert first == [
        {"campaign": WINTER, "phase": "plan", "shard": "0"},
        {"campaign": WINTER, "phase": "plan", "shard": "1"},
    ]
    do(world, "plan", cap=3)
    assert len(world.invoker.started) == 2

    world.order(first[0])
    assert look(world)["planning"]["shards_ended"] == 1
    world.minutes(2)
    view = look(world)
    assert (view["status"], view["planning"]) == ("planned", None)
    assert (view["plan"]["trips"], view["plan"]["allowed"]) == (4, 3)
    assert view["plan"]["cny"] > 0
    assert view["planned_cost_of_accepted_cny"] == 0


def test_a_campaign_is_started_held_back_gone_on_with_and_ended(world: SeasonWorld) -> None:
    do(world, "plan")
    with pytest.raises(ConflictError, match="only what is planned"):
        do(world, "start")
    world.minutes(2)
    assert do(world, "start")["status"] == "running"
    paused = do(world, "pause")
    assert (paused["status"], paused["reason"]) == ("paused", "paused by anna")
    assert do(world, "resume")["status"] == "running"
    world.minutes(3)

    view = look(world)
    assert view["progress"]["accepted"] == 4
    assert view["progress"]["share"] == 1
    assert view["planned_cost_of_accepted_cny"] == view["plan"]["cny"]
    assert view["status"] == "done"
    assert do(world, "stop")["status"] == "done"


def test_what_runs_is_not_planned_anew_and_what_has_closed_not_at_all(world: SeasonWorld) -> None:
    do(world, "plan")
    world.minutes(2)
    do(world, "start")
    with pytest.raises(ConflictError, match="stop it before"):
        do(world, "plan")
    assert do(world, "stop")["status"] == "stopped"
    assert do(world, "plan")["status"] == "planning"
    with pytest.raises(ConflictError, match="closed on"):
        do(world, "plan", "spring-2026")


def test_other_names_are_not_found(world: SeasonWorld) -> None:
    for name in ("winter", "winter-1999", "../x", "x" * 300):
        with pytest.raises(NotFoundError):
            office(world).look(name)
    with pytest.raises(NotFoundError, match="plan it first"):
        do(world, "stop")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "burn"},
        {"action": "start", "rules": {"cap": 1}},
        {"action": "plan", "rules": {"cap": -1}},
        {"action": "plan", "rules": {"shards": 33}},
        {"action": "plan", "rules": {"newest": "1"}},
        {"action": "plan", "rules": {"budget_cny": False}},
        {"action": "plan", "rules": {"other": 1}},
        {"action": "plan", "now": True},
    ],
)
def test_an_order_that_is_none_is_refused(body: dict[str, Any]) -> None:
    headers = {"content-type": "application/json"}
    request = HttpRequest("POST", "/", headers, body=json.dumps(body).encode())
    with pytest.raises(InvalidRequestError):
        parse_order(request, max_bytes=1000)
