"""A campaign carried out: in its turn, behind others, in its window, and never twice."""

from __future__ import annotations

import pytest

from shared.core.errors import ConflictError, NotFoundError
from shared.jobs.control import pause as pause_sending
from shared.jobs.control import report_queues, stop_accepting
from shared.jobs.erasing import erase_record
from shared.jobs.record import JobName, JobStatus
from shared.jobs.tombstone import Tombstone, write_tombstone
from shared.ports import QueueDepth
from shared.seasons import campaigns
from shared.seasons.calendar import calendar
from shared.seasons.model import Rules
from tests.unit.seasons.season_world import (
    WINTER,
    SeasonWorld,
    begun,
    job_of,
    later,
    name_of,
)

WINDOW = calendar().window_of(WINTER)


def test_the_daily_timer_begins_what_is_due_and_a_campaign_runs_to_its_end() -> None:
    world = begun(SeasonWorld())
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
    world = begun(SeasonWorld(occasions=("spring",)))

    assert not world.state.keys("campaigns/")


def test_a_season_job_is_in_bulk_and_says_what_it_is_for() -> None:
    world = begun(SeasonWorld(), drivers=1)
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
    world = begun(SeasonWorld(open_jobs=4), drivers=30)
    for _ in range(6):
        world.minutes(1, close_jobs=False)
        assert len(world.state.keys("open/")) <= 4
    world.minutes(30)

    assert len(world.season_jobs()) == 30
    assert world.campaign().status == "done"


@pytest.mark.parametrize("hold", ["queue", "acceptance", "pause"])
def test_a_campaign_waits_while_others_go_first(hold: str) -> None:
    world = begun(SeasonWorld())
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
    world = begun(SeasonWorld(open_jobs=3))
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
    world = begun(SeasonWorld(open_jobs=3))
    world.minutes(3)
    campaigns.stop(WINTER, by="me", state=world.state, clock=world.clock)
    before = len(world.season_jobs())
    world.tick(begins=True)
    world.minutes(5)

    assert len(world.season_jobs()) == before
    assert (world.campaign().status, world.campaign().reason) == ("stopped", "stopped by me")
    with pytest.raises(ConflictError, match="stopped") as refused:
        campaigns.start(WINDOW, today=WINDOW.opens, state=world.state, clock=world.clock)
    assert refused.value.code == "campaign_not_planned"


def test_a_cap_ends_a_campaign_and_says_so() -> None:
    world = begun(SeasonWorld(Rules(shards=3, budget_cny=1000.0, cap=5)))
    world.minutes(8)

    assert len(world.season_jobs()) == 5
    assert world.campaign().reason == "as many as cap and budget allow"


def test_a_budget_ends_a_campaign() -> None:
    world = begun(SeasonWorld(Rules(shards=3, budget_cny=0.8)), drivers=10)
    world.minutes(8)
    found = world.campaign().estimate
    assert found is not None

    assert 0 < len(world.season_jobs()) == found.trips < 10
    assert found.cny <= 0.8


def test_a_window_that_closes_ends_its_campaign() -> None:
    world = begun(SeasonWorld(open_jobs=2), drivers=8)
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
    for day, code in ((today, "campaign_not_open"), (window.closes, "campaign_closed")):
        with pytest.raises(ConflictError, match="2027-02-04") as refused:
            campaigns.start(window, today=day, state=world.state, clock=world.clock)
        assert refused.value.code == code


def test_a_running_campaign_is_not_planned_anew() -> None:
    world = begun(SeasonWorld(open_jobs=1))
    world.minutes(3)

    with pytest.raises(ConflictError, match="stop it"):
        campaigns.begin(WINDOW, world.rules, by="me", state=world.state, clock=world.clock)


def test_a_campaign_that_nobody_planned_is_told_so() -> None:
    with pytest.raises(NotFoundError, match="winter-2026 has not been planned"):
        SeasonWorld().campaign()


def test_a_source_erased_after_the_plan_is_left_out() -> None:
    world = begun(SeasonWorld(open_jobs=3))
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
    world = begun(SeasonWorld(), drivers=2)
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
    world = begun(SeasonWorld(), drivers=3)
    world.tick()
    world.run_orders()
    source = world.jobs.load(job_of("1/0"))
    assert source is not None
    now = world.clock.now()
    hidden = source.note(now=now, trip=source.trip.model_copy(update={"share": False}))
    world.jobs.append(hidden)
    world.minutes(5)

    assert {record.repaint_of for record in world.season_jobs()} == {job_of("0/0"), job_of("2/0")}
