"""A campaign whose runs are lost, cut off or doubled: nobody is skipped, nobody painted twice."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.core.errors import UpstreamUnavailableError
from shared.seasons.model import Rules
from tests.unit.functions.world import twice_at_once
from tests.unit.seasons.season_world import WINTER, SeasonWorld, begun, job_of


def test_a_lost_run_is_made_good_after_a_while() -> None:
    world = begun(SeasonWorld())
    assert world.invoker.lose() == 3
    world.minutes(2)
    assert world.campaign().status == "planning"

    world.minutes(8)
    assert len(world.season_jobs()) == 12


def test_an_invocation_that_fails_is_made_good_with_another_number() -> None:
    world = SeasonWorld()
    for driver in range(6):
        world.painted(f"d{driver}", f"{driver}/0")
    world.invoker.fail(UpstreamUnavailableError("429"), times=1, function="regenerate_season")
    world.tick(begins=True)
    world.minutes(12)

    assert len(world.season_jobs()) == 6
    names = [each.task_id for each in world.invoker.started]
    assert len(names) == len(set(names))


def test_a_run_out_of_time_has_itself_run_again() -> None:
    world = begun(SeasonWorld(Rules(shards=1, budget_cny=1000.0), seconds=0.0), drivers=60)
    world.run_orders()
    world.tick()
    world.tick()
    world.run_orders()
    names = [each.task_id for each in world.invoker.started if each.function != "paint_trip"]

    assert names[0] == "winter-2026-plan1-00-1"
    assert names[1:3] == ["winter-2026-send1-00-1", "winter-2026-send1-00-2"]
    assert len(world.season_jobs()) == 60


@pytest.mark.parametrize("phase", ["plan", "send"])
def test_two_runs_of_a_shard_at_once_do_what_one_does(phase: str) -> None:
    world = begun(SeasonWorld(Rules(shards=1, budget_cny=1000.0)), drivers=60)
    if phase == "send":
        world.run_orders()
        world.tick()
    world.invoker.lose()
    order = {"campaign": WINTER, "phase": phase, "shard": "0"}

    twice_at_once(lambda: world.order(order))
    world.minutes(10)

    assert len(world.season_jobs()) == world.accepted() == 60
    assert len({trip.root for trip in world.plan()}) == len(world.plan()) == 60


def test_two_ticks_at_once_start_each_shard_once() -> None:
    world = begun(SeasonWorld())

    twice_at_once(world.tick)

    names = [each.task_id for each in world.invoker.started]
    assert sorted(names) == [f"winter-2026-plan1-{n:02d}-1" for n in range(3)]


@settings(max_examples=30, deadline=None)
@given(
    drivers=st.integers(1, 40),
    shards=st.integers(1, 5),
    open_jobs=st.integers(1, 9),
    faults=st.lists(
        st.tuples(st.sampled_from(["create", "put", "get", "page"]), st.integers(0, 60)),
        max_size=12,
    ),
)
@pytest.mark.slow
def test_wherever_runs_are_cut_nobody_is_skipped_or_painted_twice(
    drivers: int, shards: int, open_jobs: int, faults: list[tuple[str, int]]
) -> None:
    world = SeasonWorld(Rules(shards=shards, budget_cny=1000.0), open_jobs=open_jobs)
    for driver in range(drivers):
        world.painted(f"d{driver}", f"{driver}/0")
    plan = sorted(faults, key=lambda fault: fault[1])
    for minute in range(300):
        while plan and plan[0][1] <= minute:
            operation, _ = plan.pop(0)
            after = len(plan) % 2 == 0
            world.state.fail(operation, UpstreamUnavailableError("cut"), after=after)
        try:
            world.tick(begins=minute % 10 == 0)
        except UpstreamUnavailableError:
            world.clock.advance(60)
            continue
        _run_some(world)
        for key in world.state.keys("open/"):
            world.state.objects.pop(key)
        world.clock.advance(60)
        if minute > 80 and not world.state.keys("campaigns/active/"):
            break

    world.heal()
    assert world.campaign().status == "done"
    assert sorted(record.repaint_of for record in world.season_jobs()) == sorted(
        job_of(f"{driver}/0") for driver in range(drivers)
    )
    assert world.accepted() == drivers


def _run_some(world: SeasonWorld) -> None:
    try:
        world.run_orders()
    except UpstreamUnavailableError:
        world.invoker.lose()
