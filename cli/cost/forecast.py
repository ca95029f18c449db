"""How many GPUs a load needs and costs, and an idle day: Little's law, M/M/c for the waiting.

Arrivals are taken as Poisson within the peak hour and the seconds of a task as exponential, which
is worse than they are (tasks take much the same time), so the number of GPUs is on the safe side.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.costs.spent import Spent, fc_units, requests
from shared.models.catalogue import pictures_cny, text_cny
from shared.models.prices import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.costs.sizes import Size
    from shared.models.prices import Assumed, Prices


@dataclass(frozen=True)
class Need:
    """GPUs for so many trips in an hour. `load` in Erlangs: how many are busy on average."""

    trips: float
    load: float
    gpus: int
    utilisation: float
    late_share: float
    mean_wait_seconds: float


@dataclass(frozen=True)
class Forecast:
    """An average day, and the busiest hour of the busiest day."""

    trips: float
    average: Need
    peak: Need
    day: Spent
    peak_day: Spent


def waiting_share(load: float, gpus: int) -> float:
    """Return Erlang's C: the part of tasks that find all GPUs busy; 1 if they cannot keep up."""
    if load >= gpus:
        return 1.0
    blocked = 1.0
    for n in range(1, gpus + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked / (1 - load / gpus * (1 - blocked))


def late_share(load: float, gpus: int, *, wait: float, seconds: float) -> float:
    """Return the part of tasks that wait longer than `wait`, each task taking `seconds`."""
    return waiting_share(load, gpus) * math.exp(-max(0.0, gpus - load) * wait / seconds)


def need(trips_an_hour: float, assumed: Assumed) -> Need:
    """Return the fewest GPUs that are busy no more, and late no more often, than is allowed."""
    seconds = assumed.task_seconds
    load = trips_an_hour * assumed.tasks_per_trip * seconds / 3600
    gpus = max(1, math.ceil(load / assumed.most_utilisation))
    wait = assumed.wait_seconds
    while late_share(load, gpus, wait=wait, seconds=seconds) > assumed.late_share:
        gpus += 1
    return Need(
        trips=trips_an_hour,
        load=load,
        gpus=gpus,
        utilisation=load / gpus,
        late_share=late_share(load, gpus, wait=wait, seconds=seconds),
        mean_wait_seconds=waiting_share(load, gpus) * seconds / (gpus - load),
    )


def forecast(trips: float, *, prices: Prices, sizes: Mapping[str, Size]) -> Forecast:
    """Return what so many trips a day on average need and cost."""
    assumed = prices.assumed
    busiest = trips * assumed.peak_factor
    one = each_trip(prices=prices, sizes=sizes)
    return Forecast(
        trips=trips,
        average=need(trips / 24, assumed),
        peak=need(busiest * assumed.peak_hour_share, assumed),
        day=one.times(trips),
        peak_day=one.times(busiest),
    )


def each_trip(*, prices: Prices, sizes: Mapping[str, Size]) -> Spent:
    """Return what a trip uses up on average; a GPU is paid for while it waits for work, too."""
    assumed, tasks = prices.assumed, prices.assumed.tasks_per_trip
    runs = {
        "submit_trip": 1.0,
        "read_job": assumed.polls_per_trip,
        "paint_trip": tasks,
        "paint_scene": tasks,
        "record_output": tasks,
        "store_result": tasks,
    }
    return Spent(
        jobs=1,
        posters=1,
        gpu_tasks=tasks,
        gpu_seconds=tasks * assumed.task_seconds / assumed.most_utilisation,
        tokens=assumed.tokens_per_trip,
        pictures=assumed.pictures_per_trip,
        oss_writes=requests(assumed.oss_writes, tasks, assumed),
        oss_reads=requests(assumed.oss_reads, tasks, assumed),
        invocations=sum(runs.values()),
        fc_units=fc_units(runs, prices=prices, sizes=sizes),
        text_cny=text_cny(assumed.tokens_per_trip),
        pictures_cny=pictures_cny(assumed.pictures_per_trip),
    )


def least_gpus() -> int:
    """Return how many GPU instances the service keeps at least."""
    service = json.loads((ROOT / "eas_service.json").read_bytes())
    scaling = service.get("autoscaler", service.get("autoscaling", {}))
    return int(scaling.get("min_replica", scaling.get("min", service["metadata"]["instance"])))


def idle_day(*, gpus: int, prices: Prices, sizes: Mapping[str, Size]) -> Spent:
    """Return what a day without a trip uses up."""
    runs = {name: float(size.timed_runs) for name, size in sizes.items() if size.timed_runs}
    assumed = prices.assumed
    return Spent(
        gpu_seconds=gpus * 86_400.0,
        oss_writes=_sum(runs, assumed.idle_writes_of),
        oss_reads=_sum(runs, assumed.idle_reads_of),
        invocations=sum(runs.values()),
        fc_units=fc_units(runs, prices=prices, sizes=sizes),
    )


def _sum(runs: Mapping[str, float], requests_of: Mapping[str, float]) -> float:
    return sum(n * requests_of.get(name, requests_of["timer"]) for name, n in runs.items())
