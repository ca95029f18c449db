"""What a job has used up, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from shared.jobs.accounts import gpu_seconds
from shared.models.catalogue import pictures_cny, text_cny

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.costs.sizes import Size
    from shared.jobs.record import JobRecord
    from shared.models.prices import Assumed, EachJob, Prices


@dataclass(frozen=True)
class Spent:
    """Amounts, which add up. `fc_units`: what Function Compute bills by.

    `text_cny` and `pictures_cny`: tokens and pictures at the prices of the models that made them.
    """

    jobs: float = 0
    posters: float = 0
    gpu_tasks: float = 0
    gpu_seconds: float = 0
    tokens: float = 0
    pictures: float = 0
    oss_writes: float = 0
    oss_reads: float = 0
    invocations: float = 0
    fc_units: float = 0
    text_cny: float = 0
    pictures_cny: float = 0

    def __add__(self, other: Spent) -> Spent:
        """Return both together."""
        names = [field.name for field in fields(Spent)]
        return Spent(**{name: getattr(self, name) + getattr(other, name) for name in names})

    def times(self, factor: float) -> Spent:
        """Return so many times as much."""
        return Spent(**{each.name: getattr(self, each.name) * factor for each in fields(Spent)})

    def cost(self, prices: Prices) -> dict[str, float]:
        """Return what each part costs, and the sum."""
        parts = {
            "gpu": prices.gpu_cny(self.gpu_seconds),
            "text": self.text_cny,
            "pictures": self.pictures_cny,
            "oss": self.oss_writes / 1e4 * prices.oss_10000_writes
            + self.oss_reads / 1e4 * prices.oss_10000_reads,
            "functions": self.fc_units * prices.fc_unit,
        }
        return {**parts, "sum": sum(parts.values())}


def runs_of(record: JobRecord, assumed: Assumed) -> dict[str, float]:
    """Return how often each function ran for a job: what was asked for, each ask one run."""
    # Only a style whose plate the picture model paints starts paint_scene.
    scenes = record.scene_invocations if record.pictures_ordered else 0
    return {
        "submit_trip": 1.0,
        "read_job": assumed.polls_per_trip,
        "paint_trip": float(record.paint_invocations),
        "paint_scene": float(scenes),
        "record_output": float(record.gpu_tasks),
        "store_result": float(record.gpu_tasks + record.store_invocations - 1),
    }


def spent_on(record: JobRecord, *, prices: Prices, sizes: Mapping[str, Size]) -> Spent:
    """Return what a job has used up, as far as its newest record tells."""
    assumed, attempts = prices.assumed, max(1, record.gpu_tasks)
    runs = runs_of(record, assumed)
    tokens = record.prompt.tokens if record.prompt else 0
    writer = record.prompt.model if record.prompt else ""
    painter = record.scene.model if record.scene else ""
    return Spent(
        jobs=1,
        posters=float(record.status.value == "succeeded"),
        gpu_tasks=record.gpu_tasks,
        gpu_seconds=gpu_seconds(record, longest=assumed.longest_task_seconds),
        tokens=tokens,
        pictures=record.pictures_ordered,
        oss_writes=requests(assumed.oss_writes, attempts, assumed),
        oss_reads=requests(assumed.oss_reads, attempts, assumed),
        invocations=sum(runs.values()),
        fc_units=fc_units(runs, prices=prices, sizes=sizes),
        text_cny=text_cny(tokens, writer),
        pictures_cny=pictures_cny(record.pictures_ordered, painter),
    )


def requests(of: EachJob, attempts: float, assumed: Assumed) -> float:
    """Return the requests of a job with so many attempts."""
    return of.job + of.attempt * attempts + of.poll * assumed.polls_per_trip


def fc_units(runs: Mapping[str, float], *, prices: Prices, sizes: Mapping[str, Size]) -> float:
    """Return the billing units of so many runs of each function."""
    of, seconds_of = prices.fc_units_of, prices.assumed.seconds_of
    units = 0.0
    for name, count in runs.items():
        seconds, size = seconds_of.get(name, seconds_of["timer"]), sizes[name]
        second = size.cpu * of.cpu_second + size.gigabytes * of.gigabyte_second
        units += count * (of.invocation + seconds * second)
    return units
