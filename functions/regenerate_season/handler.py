"""Started by two timers, each day and each minute, and by itself for each part of a campaign."""

from __future__ import annotations

from typing import Any

from functions.regenerate_season.schema import ShardOrder, TimerOrder, decode_order
from functions.regenerate_season.use_case import Season
from shared import bootstrap
from shared.edge.entrypoint import event_entry
from shared.seasons.calendar import calendar

_SECONDS = 150.0


@event_entry(decode_order)
def handler(order: ShardOrder | TimerOrder) -> dict[str, Any]:
    """Begin campaigns, go on with them, or run a part of one."""
    season = Season(
        rules=bootstrap.season_rules(seconds=_SECONDS),
        id_key=bootstrap.id_key(),
        calendar=calendar(),
        catalogue=bootstrap.catalogue(),
        jobs=bootstrap.jobs(),
        state=bootstrap.state(),
        invoker=bootstrap.invoker(),
        clock=bootstrap.clock(),
    )
    return season.run(order) if isinstance(order, ShardOrder) else season.tick(order)
