"""A campaign carried out: in its turn, behind others, in its window, and never twice."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import ConflictError, NotFoundError, UpstreamUnavailableError
from shared.jobs.control import pause as pause_sending
from shared.jobs.control import report_queues, stop_accepting
from shared.jobs.erasing import erase_record
from shared.jobs.record import JobName, JobStatus
from shared.jobs.tombstone import Tombstone, write_tombstone
from shared.ports import QueueDepth
from shared.seasons import campaigns
from shared.seasons.calendar import calendar
from shared.seasons.model import Rules
from tests.unit.functions.world import twice_at_once
from tests.unit.seasons.season_world import (
    WINTER,
    SeasonWorld,
    job_of,
    later,
    name_of,
)

WINDOW = calendar().window_of(WINTER)


def _begun(world: SeasonWorld, drivers: int = 12, city: str = "北京市") -> SeasonWorld:
    for driver in range(drivers):
        world.painted(f"d{driver}", f"{driver}/0", city=city)
    world.tick(begins=True)
    return world


def test_the_daily_timer_begins_what_is_due_and_a_campaign_runs_to_its_end() -> None:
    world = _begun(SeasonWorld())
    world.minutes(5)

    assert (world.campaign().status, world.campaign().reason) == ("done", "all that was planned")
    assert world.accepted() == len(world.season_jobs()) == 12
    assert not world.state.keys("campaigns/active/")


def test_the_timer_of_each_minute_begins_nothing() -> None:
    world = SeasonWorld()
    world.painted("d", "one")
    world.minutes(3)

    assert not world.state.keys("campaigns/")


def test_the_timer_begins_only_what_the_settings_name() -> None:
    world = _begun(SeasonWorld(occasions=("spring",)))

    assert not world.state.keys("campaigns/")


def test_a_season_job_is_in_bulk_and_says_what_it_is_for() -> None:
    world = _begun(SeasonWorld(), drivers=1)
    world.minutes(4, close_jobs=False)
    (record,) = world.season_jobs()

    assert (record.origin, record.priority, record.campaign) == ("season", "bulk", WINTER)
    assert record.repaint_of == job_of("0/0")
    assert record.occasion is not None
    assert record.trip.share
    started = [each for each in world.invoker.started if each.function == "paint_trip"]
    assert [each.payload["job_id"] for each in started] == [record.job_id]
    assert world.jobs.open_page().markers[0].is_bulk
    first = world.jobs.load(job_of("0/0"))
    assert first is not None
    assert first.status is JobStatus.SUCCEEDED


def test_each_region_waits_for_its_own_season() -> None:
    world = SeasonWorld()
    cities = ["哈尔滨市", "北京市", "湖州市", "广州市", "三亚市"]
    for number, city in enumerate(cities):
        world.painted(f"d{number}", f"{number}/0", city=city)
    world.tick(begins=True)
    world.minutes(5)
    seen = [len(world.season_jobs())]
    for days in (10, 27, 12):
        world.clock.advance(later(days))
        world.minutes(5)
        seen.append(len(world.season_jobs()))

    assert seen == [2, 3, 4, 5]
    assert world.campaign().status == "done"


def test_no_more_jobs_are_open_than_allowed() -> None:
    world = _begun(SeasonWorld(open_jobs=4), drivers=30)
    for _ in range(6):
        world.minutes(1, close_jobs=False)
        assert len(world.state.keys("open/")) <= 4
    world.minutes(30)

    assert len(world.season_jobs()) == 30
    assert world.campaign().status == "done"


@pytest.mark.parametrize("hold", ["queue", "acceptance", "pause"])
def test_a_campaign_waits_while_others_go_first(hold: str) -> None:
    world = _begun(SeasonWorld())
    world.minutes(2)
    if hold == "queue":
        depth = QueueDepth(waiting=100, results=0, results_limit=1000)
        report_queues(world.state, depth, at=world.clock.now())
    elif hold == "acceptance":
        stop_accepting(world.state, reason="probe", clock=world.clock)
    else:
        pause_sending(world.state, by="me", reason="work", clock=world.clock)
    before = len(world.season_jobs())

    said = world.tick()[WINTER]
    world.minutes(2)

    assert said.startswith("held back")
    assert len(world.season_jobs()) == before
    for key in world.state.keys("control/"):
        world.state.delete(key)
    world.minutes(10)
    assert len(world.season_jobs()) == 12


def test_a_paused_campaign_sends_nothing_until_it_is_resumed() -> None:
    world = _begun(SeasonWorld(open_jobs=3))
    world.minutes(3)
    campaigns.pause(WINTER, by="me", state=world.state, clock=world.clock)
    before = len(world.season_jobs())
    world.minutes(5)
    assert len(world.season_jobs()) == before < 12

    today = world.clock.now().date()
    campaigns.start(WINDOW, today=today, state=world.state, clock=world.clock)
    world.minutes(20)
    assert len(world.season_jobs()) == 12


def test_a_stopped_campaign_stays_stopped() -> None:
    world = _begun(SeasonWorld(open_jobs=3))
    world.minutes(3)
    campaigns.stop(WINTER, by="me", state=world.state, clock=world.clock)
    before = len(world.season_jobs())
    world.tick(begins=True)
    world.minutes(5)

    assert len(world.season_jobs()) == before
    assert (world.campaign().status, world.campaign().reason) == ("stopped", "stopped by me")
    with pytest.raises(ConflictError, match="stopped"):
        campaigns.start(WINDOW, today=WINDOW.opens, state=world.state, clock=world.clock)


def test_a_cap_ends_a_campaign_and_says_so() -> None:
    world = _begun(SeasonWorld(Rules(shards=3, budget_cny=1000.0, cap=5)))
    world.minutes(8)

    assert len(world.season_jobs()) == 5
    assert world.campaign().reason == "as many as cap and budget allow"


def test_a_budget_ends_a_campaign() -> None:
    world = _begun(SeasonWorld(Rules(shards=3, budget_cny=0.8)), drivers=10)
    world.minutes(8)
    found = world.campaign().estimate
    assert found is not None

    assert 0 < len(world.season_jobs()) == found.trips < 10
    assert found.cny <= 0.8


def test_a_window_that_closes_ends_its_campaign() -> None:
    world = _begun(SeasonWorld(open_jobs=2), drivers=8)
    world.minutes(3, close_jobs=False)
    world.clock.advance(later(90))
    world.minutes(2)

    assert world.campaign().status == "closed"
    assert len(world.season_jobs()) == 2


def test_a_plan_made_for_later_is_not_started_before_its_window() -> None:
    world = SeasonWorld()
    world.painted("d", "one")
    window = calendar().window_of("spring-2027")
    campaigns.begin(window, world.rules, by="me", state=world.state, clock=world.clock)
    world.minutes(3)
    assert world.campaign("spring-2027").status == "planned"

    today = world.clock.now().date()
    with pytest.raises(ConflictError, match="2027-02-04"):
        campaigns.start(window, today=today, state=world.state, clock=world.clock)


def test_a_running_campaign_is_not_planned_anew() -> None:
    world = _begun(SeasonWorld(open_jobs=1))
    world.minutes(3)

    with pytest.raises(ConflictError, match="stop it"):
        campaigns.begin(WINDOW, world.rules, by="me", state=world.state, clock=world.clock)


def test_a_campaign_that_nobody_planned_is_told_so() -> None:
    with pytest.raises(NotFoundError, match="plan winter-2026"):
        SeasonWorld().campaign()


def test_a_source_erased_after_the_plan_is_left_out() -> None:
    world = _begun(SeasonWorld(open_jobs=3))
    world.minutes(2, close_jobs=False)
    for driver in range(12):
        source = world.jobs.load(job_of(f"{driver}/0"))
        assert source is not None
        erase_record(JobName.of(source), now=world.clock.now(), jobs=world.jobs)
    before = len(world.season_jobs())
    world.minutes(20)

    assert len(world.season_jobs()) == before
    assert world.campaign().status == "done"


def test_an_erased_drivers_trip_is_left_out_though_its_job_still_stands() -> None:
    world = _begun(SeasonWorld(), drivers=2)
    world.tick()
    world.run_orders()
    gone = name_of("d1")
    tombstone = Tombstone(at=world.clock.now(), erasure_id="e" * 32)
    write_tombstone(gone, tombstone, state=world.state)
    world.minutes(5)

    left = [record for record in world.season_jobs() if record.driver_key != gone]
    assert [record.repaint_of for record in left] == [job_of("0/0")]
    assert all(
        record.status is JobStatus.ERASED
        for record in world.season_jobs()
        if record.driver_key == gone
    )


def test_a_withdrawn_trip_is_left_out() -> None:
    world = _begun(SeasonWorld(), drivers=3)
    world.tick()
    world.run_orders()
    source = world.jobs.load(job_of("1/0"))
    assert source is not None
    now = world.clock.now()
    hidden = source.note(now=now, trip=source.trip.model_copy(update={"share": False}))
    world.jobs.append(hidden)
    world.minutes(5)

    assert {record.repaint_of for record in world.season_jobs()} == {job_of("0/0"), job_of("2/0")}


def test_a_lost_run_is_made_good_after_a_while() -> None:
    world = _begun(SeasonWorld())
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
    with pytest.raises(UpstreamUnavailableError):
        world.tick(begins=True)
    world.minutes(12)

    assert len(world.season_jobs()) == 6
    names = [each.task_id for each in world.invoker.started]
    assert len(names) == len(set(names))


def test_a_run_out_of_time_has_itself_run_again() -> None:
    world = _begun(SeasonWorld(Rules(shards=1, budget_cny=1000.0), seconds=0.0), drivers=60)
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
    world = _begun(SeasonWorld(Rules(shards=1, budget_cny=1000.0)), drivers=60)
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
    world = _begun(SeasonWorld())

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
