"""Support: the season function over the ports of a world."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from functions.regenerate_season.schema import BEGIN, ShardOrder, TimerOrder
from functions.regenerate_season.use_case import Season
from shared.seasons.calendar import calendar
from shared.seasons.model import Rules
from shared.seasons.ports import SeasonRules
from tests.fakes.wired import wired
from tests.unit.functions.killable import KillableWorld
from tests.unit.functions.world import sample_trip

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord
    from shared.trips.model import Trip
    from tests.unit.functions.world import World

WINTER = "winter-2026"


def season_of(world: World) -> Season:
    """Return the function as an instance in this world has it."""
    rules = SeasonRules(
        occasions=("winter",),
        campaign=Rules(shards=1, budget_cny=100.0),
        open_jobs=10,
        queue_length=100,
        tasks_per_minute=20.0,
        minutes=1440,
        seconds=60.0,
    )
    return wired(Season, world)(
        rules=rules, id_key=b"k" * 32, calendar=calendar(), catalogue=world.catalogue
    )


def beijing() -> Trip:
    """Return a shared trip to where it is winter on the world's first day."""
    place = {"city": "北京市", "weather": "晴"}
    return sample_trip(share=True, via=["北京市"], start=place, end=place)


def tick(world: World, *, begins: bool = False) -> None:
    """Run one of the timers."""
    season_of(world).tick(TimerOrder(payload=BEGIN if begins else ""))


def run_orders(world: World, seen: set[str]) -> None:
    """Run what the function has ordered of itself and what was not run yet."""
    for each in [one for one in world.invoker.started if one.function == "regenerate_season"]:
        if each.task_id not in seen:
            seen.add(each.task_id)
            order = ShardOrder.model_validate(dict(each.payload))
            run = functools.partial(season_of(world).run, order)
            if isinstance(world, KillableWorld):
                world.process(run)
            else:
                run()


def season_jobs(world: World) -> list[JobRecord]:
    """Return the newest records of all jobs of seasons."""
    names = {key.split("/")[1] for key in world.state.keys("jobs/")}
    found = [world.record(name) for name in sorted(names)]
    return [record for record in found if record.origin == "season"]
