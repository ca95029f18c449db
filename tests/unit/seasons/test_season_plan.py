"""The plan: which trips, why not the others, what it will take; every driver once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.core import ids
from shared.jobs.record import JobStatus
from shared.models.catalogue import pictures_cny, text_cny
from shared.models.prices import read_prices
from shared.seasons.costs import allot, each_of, estimate, most_trips
from shared.seasons.model import Rules, Tally
from shared.seasons.planning import LETTERS, MOST_JOBS, drivers, letters_of
from shared.vehicles.catalogue import Catalogue
from tests.unit.seasons.season_world import ID_KEY, WINTER, SeasonWorld, job_of, later, name_of


def _planned(world: SeasonWorld) -> dict[str, int]:
    """Plan, and return why trips were left out."""
    world.tick(begins=True)
    world.run_orders()
    world.tick()
    tally = world.campaign().tally
    assert tally is not None
    return tally.skipped


def test_the_newest_trips_of_each_driver_are_planned() -> None:
    world = SeasonWorld(Rules(newest=2, shards=3))
    for driver in range(10):
        for trip in range(4):
            world.painted(f"d{driver}", f"{driver}/{trip}")
    _planned(world)

    wanted = {job_of(f"{driver}/{trip}") for driver in range(10) for trip in (2, 3)}
    assert {trip.source for trip in world.plan()} == wanted
    assert len(world.plan()) == 20


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"share": False}, "not_shared"),
        ({"status": JobStatus.FAILED}, "failed"),
        ({"status": JobStatus.CANCELLED}, "cancelled"),
        ({"status": JobStatus.NEEDS_REVIEW}, "open"),
        ({"vehicle": "oldcar/g1/black/0123456789ab"}, "vehicle_unknown"),
        ({"style": "no_such_style"}, "style_unknown"),
        ({"prompt": None}, "no_prompt"),
        ({"city": "巴黎"}, "abroad"),
    ],
)
def test_a_trip_that_cannot_be_painted_makes_room_for_an_older_one(
    changes: dict[str, object], reason: str
) -> None:
    world = SeasonWorld()
    world.painted("d", "older")
    world.painted("d", "newest", **changes)  # type: ignore[arg-type]

    assert _planned(world) == {reason: 1}
    assert [trip.source for trip in world.plan()] == [job_of("older")]


def test_a_trip_painted_for_this_season_is_not_planned_again_nor_an_older_in_its_place() -> None:
    world = SeasonWorld()
    world.painted("d", "older")
    world.painted("d", "newest")
    world.minutes(4)
    world.tick(begins=True)
    world.minutes(4)
    assert [record.repaint_of for record in world.season_jobs()] == [job_of("newest")]

    again = world.season().calendar.window_of(WINTER)
    from shared.seasons.campaigns import begin

    begin(again, world.rules, by="me", state=world.state, clock=world.clock)
    world.minutes(4)

    tally = world.campaign().tally
    assert tally is not None
    assert (tally.trips, tally.skipped) == (0, {"painted": 1})


def test_an_index_entry_without_a_record_is_not_taken_for_a_poster() -> None:
    world = SeasonWorld()
    record = world.painted("d", "one")
    left = ids.season_job_id(ID_KEY, source=record.job_id, campaign=WINTER)
    world.jobs.index(record.driver_key, left)

    _planned(world)

    assert [trip.source for trip in world.plan()] == [record.job_id]


def test_a_poster_of_a_season_is_never_painted_for_the_next_one() -> None:
    world = SeasonWorld(occasions=("winter", "spring_festival"))
    world.painted("d", "one")
    world.tick(begins=True)
    world.minutes(5)
    world.clock.advance(later(70))
    world.tick(begins=True)
    world.minutes(5)

    sources = [record.repaint_of for record in world.season_jobs()]
    campaigns = {record.campaign for record in world.season_jobs()}
    assert sources == [job_of("one")] * 2
    assert campaigns == {"winter-2026", "spring_festival-2027"}


def test_a_trip_and_its_repaint_in_another_style_are_one_trip() -> None:
    world = SeasonWorld(Rules(newest=5, shards=2))
    world.painted("d", "trip")
    world.painted(
        "d", "again", origin="repaint", repaint_of=job_of("trip"), first_job=job_of("trip")
    )

    assert _planned(world) == {"same_trip": 1}
    assert [(trip.source, trip.root) for trip in world.plan()] == [
        (job_of("again"), job_of("trip"))
    ]


def test_a_record_that_cannot_be_read_holds_nobody_up() -> None:
    world = SeasonWorld()
    for driver in range(4):
        world.painted(f"d{driver}", f"{driver}/0")
    world.state.put(ids.record_key(job_of("2/0"), 1), b"{")

    assert _planned(world) == {"no_record": 1}
    assert len(world.plan()) == 3
    world.state.put(ids.record_key(job_of("1/0"), 1), b"{")
    world.minutes(5)
    assert world.accepted() == 2
    assert world.campaign().status == "done"


def test_a_known_vehicle_has_its_newest_version() -> None:
    world = SeasonWorld()
    world.painted("d", "one", vehicle="citycar/g1/black/000000000000")
    world.tick(begins=True)
    world.minutes(5)

    assert world.season_jobs()[0].vehicle == "citycar/g1/black/abcdefabcdef"


def test_no_catalogue_no_plan() -> None:
    world = SeasonWorld(catalogue=Catalogue())
    world.painted("d", "one")

    assert _planned(world) == {"vehicle_unknown": 1}
    assert world.plan() == []


@settings(max_examples=40, deadline=None)
@given(
    shards=st.integers(1, 32),
    counts=st.lists(st.integers(0, 6), min_size=1, max_size=25),
    cuts=st.lists(st.integers(0, 25), max_size=3),
)
def test_the_shards_walk_all_drivers_exactly_once_wherever_they_are_cut(
    shards: int, counts: list[int], cuts: list[int]
) -> None:
    world = SeasonWorld()
    for number, count in enumerate(counts):
        for trip in range(count):
            world.jobs.index(name_of(f"d{number}"), job_of(f"{number}/{trip}"))
    seen: dict[str, int] = {}
    for shard in range(shards):
        after = ""
        for cut in [*cuts, 1000]:
            for taken, driver in enumerate(drivers(shard, shards, after=after, jobs=world.jobs)):
                if taken >= cut:
                    break
                assert driver.key not in seen
                seen[driver.key] = driver.entries
                after = driver.key

    assert seen == {name_of(f"d{n}"): count for n, count in enumerate(counts) if count}


def test_shards_share_out_all_letters() -> None:
    for shards in range(1, 33):
        parts = [letters_of(shard, shards) for shard in range(shards)]
        assert "".join(parts) == LETTERS
        assert all(parts)


def test_of_a_driver_with_very_many_jobs_the_newest_are_looked_at() -> None:
    world = SeasonWorld()
    for number in range(2 * MOST_JOBS + 500):
        world.jobs.index(name_of("d"), job_of(str(number)))
        world.clock.advance(1)
    (driver,) = drivers(0, 1, after="", jobs=world.jobs)

    assert driver.entries == 2 * MOST_JOBS + 500
    assert [job.job_id for job in driver.jobs[:2]] == [job_of("2499"), job_of("2498")]
    assert len(driver.jobs) == MOST_JOBS


def test_an_estimate_goes_by_the_first_posters() -> None:
    tally = Tally(trips=100, tokens=120_000, gpu_tasks=120, gpu_seconds=3600, pictures=100)
    found = read_prices().model_copy(update={"gpu_hour": 10})
    ten = estimate(tally, 50, prices=found, tasks_per_minute=6)

    assert (ten.trips, ten.gpu_hours, ten.tokens, ten.pictures) == (50, 0.5, 60_000, 60)
    models = text_cny(1200) + pictures_cny(1.2)
    assert ten.cny == pytest.approx(50 * (0.1 + models), abs=0.01)
    assert ten.hours == pytest.approx(50 * 1.2 / 6 / 60, abs=0.01)
    assert ten.prices_of == found.date


def test_cap_and_budget_each_hold() -> None:
    tally = Tally(trips=1000, gpu_tasks=1000, gpu_seconds=36_000, tokens=1_000_000, pictures=1000)
    prices = read_prices()
    each = each_of(tally, prices.assumed).cny(prices)

    assert most_trips(tally, Rules(cap=300), prices=prices) == 300
    assert most_trips(tally, Rules(budget_cny=each * 70.5), prices=prices) == 70
    assert most_trips(tally, Rules(budget_cny=each * 5000), prices=prices) == 1000


@given(st.lists(st.integers(0, 50), min_size=1, max_size=32), st.integers(0, 900))
def test_what_is_allotted_is_no_more_than_planned_and_all_that_is_allowed(
    planned: list[int], most: int
) -> None:
    shares = allot(planned, most)

    if sum(planned) <= most:
        assert shares == ()
        return
    assert sum(shares) == most
    assert all(share <= count for share, count in zip(shares, planned, strict=True))


def test_a_plan_without_a_budget_waits_for_somebody() -> None:
    world = SeasonWorld(Rules(shards=2))
    world.painted("d", "one")
    world.tick(begins=True)
    world.minutes(5)

    assert world.campaign().status == "planned"
    assert world.season_jobs() == []
    found = world.campaign().estimate
    assert found is not None
    assert found.trips == 1
    assert found.cny > 0


def test_a_driver_without_any_fitting_trip_costs_a_bounded_number_of_looks() -> None:
    world = SeasonWorld()
    for number in range(120):
        world.painted("d", str(number), share=False)

    assert _planned(world) == {"not_shared": 50}
