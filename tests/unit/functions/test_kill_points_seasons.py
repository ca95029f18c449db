"""Kill points of campaigns: a run dies at each of its effects, and every trip is painted once."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest

from shared import ports
from shared.core import ids
from shared.seasons import campaigns
from shared.seasons.calendar import calendar
from shared.seasons.model import Rules
from tests.fakes.job_store import FakeJobStore
from tests.unit.functions.dying import keep_posters, wrong_after_deaths
from tests.unit.functions.killable import Fuse, KillableWorld, Killed, Watched
from tests.unit.functions.seasoning import beijing, run_orders, season_jobs, tick
from tests.unit.seasons.season_world import WINTER, SeasonWorld, job_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_DRIVERS = 4


class KillableSeason(SeasonWorld):
    """A world in which one run of the function, or one command, dies."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__(Rules(shards=2, budget_cny=1000.0))
        self.fuse = fuse
        for driver in range(_DRIVERS):
            self.painted(f"d{driver}", f"{driver}/0")
        self.state = Watched(self.state, ports.ObjectStore, fuse)
        self.invoker = Watched(self.invoker, ports.FunctionInvoker, fuse)  # type: ignore[assignment]
        self.jobs = FakeJobStore(self.state, clock=self.clock)

    def process(self, run: Callable[[], object]) -> None:
        """Run one process, which may die."""
        self.fuse.running = True
        try:
            run()
        except Killed:
            return
        finally:
            self.fuse.running = False

    def tick(self, *, begins: bool = False) -> Mapping[str, str]:
        """Run a timer's event as a process."""
        self.process(lambda: super(KillableSeason, self).tick(begins=begins))
        return {}

    def order(self, payload: Mapping[str, str]) -> Mapping[str, str]:
        """Run a shard as a process."""
        self.process(lambda: super(KillableSeason, self).order(payload))
        return {}


def begun_by_the_timer(world: KillableSeason) -> None:
    world.tick(begins=True)
    world.minutes(8)
    # The next day.
    world.tick(begins=True)
    world.minutes(25)


def begun_by_hand(world: KillableSeason) -> None:
    window = calendar().window_of(WINTER)
    options = {"state": world.state, "clock": world.clock}

    def begin() -> None:
        campaigns.begin(window, world.rules, by="me", starts_itself=True, **options)

    world.process(begin)
    world.process(begin) if not world.state.keys(f"campaigns/{WINTER}/") else None
    world.minutes(25)


def paused_and_resumed(world: KillableSeason) -> None:
    world.tick(begins=True)
    world.minutes(2)
    options = {"state": world.state, "clock": world.clock}
    window, today = calendar().window_of(WINTER), world.clock.now().date()

    def change(run: Callable[[], object]) -> None:
        if campaigns.active_campaigns(state=world.state) and world.campaign().status != "planning":
            world.process(run)

    for _ in range(2):
        if world.state.keys(f"campaigns/{WINTER}/") and world.campaign().status == "running":
            change(lambda: campaigns.pause(WINTER, by="me", **options))
    world.minutes(2)
    for _ in range(2):
        if world.state.keys(f"campaigns/{WINTER}/") and world.campaign().status == "paused":
            change(lambda: campaigns.start(window, today=today, **options))
    world.tick(begins=True)
    world.minutes(25)


CAMPAIGNS = [begun_by_the_timer, begun_by_hand, paused_and_resumed]


def a_painted_trip_in_winter(world: KillableWorld) -> str:
    """Paint a trip, run a campaign of it, and return the job of the second poster."""
    first = world.submit(beijing(), key="one").job_id
    world.run_until_quiet()
    seen: set[str] = set()
    for minute in range(30):
        world.process(functools.partial(tick, world, begins=minute % 10 == 0))
        run_orders(world, seen)
        world.clock.advance(60)
    return ids.season_job_id(b"k" * 32, source=first, campaign=WINTER)


JOURNEYS = (a_painted_trip_in_winter,)


def _check(world: KillableSeason, effect: str) -> None:
    sources = sorted(record.repaint_of for record in world.season_jobs())
    assert sources == sorted(job_of(f"{n}/0") for n in range(_DRIVERS)), effect
    assert world.accepted() == _DRIVERS, effect
    assert world.campaign().status == "done", effect
    assert not world.state.keys("campaigns/active/"), effect
    paints = [each.task_id for each in world.invoker.started if each.function == "paint_trip"]
    assert len(paints) == len(set(paints)), effect


@pytest.mark.parametrize("journey", CAMPAIGNS)
@pytest.mark.parametrize(
    "after", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["before", "after"]
)
def test_a_run_that_dies_at_any_effect_neither_skips_nor_doubles_a_trip(
    journey: Callable[[KillableSeason], None], after: bool
) -> None:
    whole = KillableSeason(Fuse())
    journey(whole)
    _check(whole, "none")
    assert whole.fuse.count > 30

    for at in range(1, whole.fuse.count + 1):
        world = KillableSeason(Fuse(at=at, after=after))
        journey(world)
        _check(world, f"{at}: {whole.fuse.seen[at - 1]}")


def _has_two_posters(world: KillableWorld, job_id: str) -> None:
    """Check that the winter's poster is there, once, and the first one still."""
    (record,) = season_jobs(world)
    assert record.job_id == job_id
    first = world.record(record.repaint_of)
    assert (record.status.value, first.status.value) == ("succeeded", "succeeded")
    for each in (record, first):
        assert each.result is not None
        assert world.state.keys(each.result.folder)
    assert record.prompt is not None
    assert record.prompt.prompt.season.value == "winter"


@pytest.mark.slow
def test_whatever_dies_on_the_way_a_winter_poster_stands_beside_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_posters(monkeypatch)

    assert wrong_after_deaths(a_painted_trip_in_winter, _has_two_posters, tmp_path) == []
