"""A campaign in words and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.seasons.calendar import calendar
from shared.seasons.progress import sent_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.seasons.model import Campaign, SendStep


def described(campaign: Campaign, steps: Sequence[SendStep]) -> dict[str, Any]:
    """Return everything an operator wants to know of a campaign, JSON's kinds only."""
    window = calendar().window_of(campaign.id)
    found: dict[str, Any] = {
        "campaign": campaign.id,
        "status": campaign.status,
        "reason": campaign.reason,
        "planned by": campaign.by,
        "window": f"{window.opens} to {window.closes}",
        "rules": campaign.rules.model_dump(),
        **_plan(campaign),
        **_sent(steps),
    }
    return {name: value for name, value in found.items() if value != ""}


def _plan(campaign: Campaign) -> dict[str, Any]:
    if campaign.tally is None or campaign.estimate is None:
        return {}
    tally, estimate = campaign.tally, campaign.estimate
    return {
        "drivers": tally.drivers,
        "jobs looked at": tally.entries,
        "trips planned": tally.trips,
        "left out": tally.skipped,
        "styles": tally.styles,
        "regions": tally.regions,
        "due": {str(day): count for day, count in sorted(tally.dues.items())},
        "trips allowed": estimate.trips,
        "GPU hours": estimate.gpu_hours,
        "tokens": estimate.tokens,
        "pictures": estimate.pictures,
        "cost in CNY": f"{estimate.cny} at prices of {estimate.prices_of}",
        "hours": estimate.hours,
    }


def _sent(steps: Sequence[SendStep]) -> dict[str, Any]:
    if not steps:
        return {}
    sent = sent_of(steps)
    return {
        "accepted": sent.accepted,
        "left out since": sent.left_out,
        "shards ended": f"{sent.ended} of {len(steps)}",
        "next due": sent.next_due or "",
    }
