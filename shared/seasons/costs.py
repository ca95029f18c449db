"""What a plan will take: GPU hours, tokens, pictures, money, time; the first posters tell."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from shared.core.models import Lenient
from shared.models.catalogue import price
from shared.seasons.model import Estimate, Rules, Tally

# The one price file; what else it holds is for `poster cost`.
_FILE = Path(__file__).parents[2] / "deploy" / "prices.json"
# What a first poster that did not say so is taken to have needed.
_TOKENS, _GPU_SECONDS = 1200.0, 30.0


class Prices(Lenient):
    """Prices in CNY, as of `date`; those of models are the list's, `deploy/models.json`."""

    schema_version: Literal[1] = Field(alias="schema")
    date: str
    currency: Literal["CNY"]
    gpu_hour: float = Field(ge=0)
    million_tokens: float = Field(default_factory=lambda: price("", "prompt"), ge=0)
    picture: float = Field(default_factory=lambda: price("", "picture"), ge=0)


@functools.cache
def prices() -> Prices:
    """Return the price file."""
    return Prices.model_validate_json(_FILE.read_bytes())


@dataclass(frozen=True)
class Each:
    """What one trip takes on average."""

    gpu_seconds: float
    gpu_tasks: float
    tokens: float
    pictures: float

    def cny(self, prices: Prices) -> float:
        """Return what one trip costs; requests to object storage are less than a fen."""
        gpu = self.gpu_seconds / 3600 * prices.gpu_hour
        return gpu + self.tokens / 1e6 * prices.million_tokens + self.pictures * prices.picture


def each_of(tally: Tally) -> Each:
    """Return the average of the planned trips' first posters."""
    trips = max(1, tally.trips)
    tasks = max(1.0, tally.gpu_tasks / trips)
    return Each(
        gpu_seconds=tally.gpu_seconds / trips or _GPU_SECONDS * tasks,
        gpu_tasks=tasks,
        tokens=tally.tokens / trips or _TOKENS,
        pictures=tally.pictures / trips * tasks,
    )


def estimate(tally: Tally, trips: int, *, prices: Prices, tasks_per_minute: float) -> Estimate:
    """Return what painting `trips` of the planned ones takes, at that pace of all GPUs."""
    each = each_of(tally)
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
    cny = each_of(tally).cny(prices)
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
