"""Show how the service does: what was counted by hours and days, and what has ended since.

It costs a read for each month shown, a few for what holds work back, and at most five listings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.read_health.moment import now_view
from functions.read_health.schema import CostView, HealthView, ModelView, StretchView
from shared.core.models import known
from shared.jobs.control import Control
from shared.jobs.tallies import (
    CHINA,
    Month,
    Tally,
    by_day_and_hour,
    day_of,
    hour_of,
    joined,
    month_key,
)
from shared.jobs.wall import WallEntry, tenant_folder
from shared.jobs.wall_entries import newest_first
from shared.models.catalogue import catalogue
from shared.ports import Clock, JobStore, ObjectStore

_DAYS, _HOURS, _IN_USE_DAYS = 31, 24, 7
# What ended since the last count was mostly accepted shortly before; the next count has the rest.
_BEFORE, _LISTINGS = timedelta(hours=2), 5
_BYTES = 4_000_000


@dataclass(frozen=True)
class _Counted:
    """Days and hours by their names, the newest entries, and the last count."""

    days: Mapping[str, Tally]
    hours: Mapping[str, Tally]
    entries: Sequence[WallEntry]
    last: Month


def read_health(
    tenant: str,
    *,
    jobs: JobStore,
    state: ObjectStore,
    control: Callable[[], Control],
    clock: Clock,
) -> HealthView:
    """Return the tenant's figures; what holds work back is everybody's."""
    now = clock.now()
    counted = _counted(tenant_folder(tenant), state, now)
    days = [now - timedelta(days=back) for back in range(_DAYS)]
    of_days = {day_of(day): counted.days.get(day_of(day), Tally()) for day in days}
    shown = joined(of_days.values())
    today = day_of(now)
    month = joined(tally for day, tally in of_days.items() if day[:7] == today[:7])
    in_use = joined([*of_days.values()][:_IN_USE_DAYS]).models
    return HealthView(
        now=now_view(control(), counted.last.oldest_open, counted.entries, jobs=jobs, now=now),
        hours=_hours(counted.hours, now),
        days=tuple(_stretch(f"{day}T00", tally) for day, tally in of_days.items()),
        failures=dict(Counter(shown.failures).most_common()),
        rejections=dict(Counter(shown.rejections).most_common()),
        cost=CostView(today_cny=_fen(of_days[today].cost_cny), month_cny=_fen(month.cost_cny)),
        models=_models(in_use),
    )


def _counted(folder: str, state: ObjectStore, now: datetime) -> _Counted:
    keys = {month_key(folder, day_of(now - timedelta(days=back))) for back in range(_DAYS)}
    bodies = (state.get(key, max_bytes=_BYTES) for key in sorted(keys))
    months = [known(Month, body) or Month() for body in bodies]
    last = max(months, key=lambda each: each.until.timestamp() if each.until else 0.0)
    until = last.until or now - timedelta(days=_DAYS)
    since = until - _BEFORE
    entries = [*newest_first(folder, state=state, since=since, listings=_LISTINGS)]
    days, hours = by_day_and_hour(entries, since=until)
    return _Counted(
        _joined([*(each.days for each in months), days]),
        _joined([*(each.hours for each in months), hours]),
        entries,
        last,
    )


def _joined(counts: Sequence[Mapping[str, Tally]]) -> dict[str, Tally]:
    names = {name for each in counts for name in each}
    return {name: joined(each[name] for each in counts if name in each) for name in names}


def _hours(counted: Mapping[str, Tally], now: datetime) -> tuple[StretchView, ...]:
    names = (hour_of(now - timedelta(hours=back)) for back in range(_HOURS))
    return tuple(_stretch(name, counted.get(name, Tally())) for name in names)


def _stretch(begins: str, tally: Tally) -> StretchView:
    return StretchView(
        at=datetime.fromisoformat(f"{begins}:00").replace(tzinfo=CHINA),
        made=tally.made,
        failed=tally.failed,
        p50=tally.seconds(0.5),
        p95=tally.seconds(0.95),
        cost_cny=_fen(tally.cost_cny),
    )


def _models(used: Mapping[str, int]) -> tuple[ModelView, ...]:
    return tuple(
        ModelView(
            name=each.name,
            kind=each.use,
            retires_on=each.retires_on,
            in_use=f"{each.use}/{each.name}" in used,
        )
        for each in catalogue().models
    )


def _fen(cny: float) -> float:
    return round(cny, 2)
