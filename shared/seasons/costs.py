"""What a plan will take: GPU hours, tokens, pictures, money, time; the first posters tell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shared.models.catalogue import pictures_cny, text_cny
from shared.models.prices import Assumed, Prices
from shared.seasons.model import Estimate, Rules, Tally


@dataclass(frozen=True)
class Each:
    """What one trip takes on average."""

    gpu_seconds: float
    gpu_tasks: float
    tokens: float
    pictures: float

    def cny(self, prices: Prices) -> float:
        """Return what one trip costs; requests to object storage are less than a fen."""
        models = text_cny(self.tokens) + pictures_cny(self.pictures)
        return prices.gpu_cny(self.gpu_seconds) + models


def each_of(tally: Tally, assumed: Assumed) -> Each:
    """Return the average of the planned trips' first posters; what they do not say is assumed."""
    trips = max(1, tally.trips)
    tasks = max(1.0, tally.gpu_tasks / trips)
    return Each(
        gpu_seconds=tally.gpu_seconds / trips or assumed.task_seconds * tasks,
        gpu_tasks=tasks,
        tokens=tally.tokens / trips or assumed.tokens_per_trip,
        pictures=tally.pictures / trips * tasks,
    )


def estimate(tally: Tally, trips: int, *, prices: Prices, tasks_per_minute: float) -> Estimate:
    """Return what painting `trips` of the planned ones takes, at that pace of all GPUs."""
    each = each_of(tally, prices.assumed)
    return Estimate(
        trips=trips,
        gpu_hours=round(trips * each.gpu_seconds / 3600, 2),
        tokens=round(trips * each.tokens),
        pictures=math.ceil(trips * each.pictures),
        cny=round(trips * each.cny(prices), 2),
        hours=round(trips * each.gpu_tasks / tasks_per_minute / 60, 3),
        prices_of=prices.date,
    )


def most_trips(tally: Tally, rules: Rules, *, prices: Prices) -> int:
    """Return how many of the planned trips cap and budget allow; without a budget the cap alone."""
    allowed = min(tally.trips, rules.cap)
    cny = each_of(tally, prices.assumed).cny(prices)
    if rules.budget_cny and cny:
        allowed = min(allowed, math.floor(rules.budget_cny / cny))
    return allowed


def allot(planned: Sequence[int], most: int) -> tuple[int, ...]:
    """Share out `most` trips among shards by what each has planned; () when all may go."""
    total = sum(planned)
    if total <= most:
        return ()
    shares = [most * count // total for count in planned]
    # What rounding has left over goes to those that lost most by it.
    order = sorted(range(len(planned)), key=lambda i: (-(most * planned[i] % total), i))
    for i in order[: most - sum(shares)]:
        shares[i] += 1
    return tuple(shares)
