"""How far a campaign's plan is carried out, summed over its shards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from shared.seasons.model import send_chain

if TYPE_CHECKING:
    from shared.ports import ObjectStore
    from shared.seasons.model import Campaign, SendStep


@dataclass(frozen=True)
class Sent:
    """Trips accepted and left out, shards that have ended, and what those that wait wait for."""

    accepted: int
    left_out: dict[str, int]
    ended: int
    next_due: date | None


def steps_of(campaign: Campaign, state: ObjectStore) -> list[SendStep]:
    """Return how far the shards are that were begun."""
    shards = range(campaign.rules.shards)
    steps = (send_chain(campaign, shard, state).newest() for shard in shards)
    return [step for step in steps if step is not None]


def sent_of(steps: Sequence[SendStep]) -> Sent:
    """Return the sums."""
    left_out: Counter[str] = Counter()
    for step in steps:
        left_out.update(step.skipped)
    waits = [step.next_due for step in steps if step.next_due and not step.ended]
    return Sent(
        accepted=sum(step.accepted for step in steps),
        left_out=dict(left_out),
        ended=sum(bool(step.ended) for step in steps),
        next_due=min(waits, default=None),
    )
