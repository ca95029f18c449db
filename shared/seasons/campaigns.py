"""Begin a campaign, start it, pause it, stop it: what an operator or the timer may do to one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from shared.core.errors import ConflictError, NotFoundError
from shared.models.prices import read_prices
from shared.observability import log
from shared.seasons.costs import allot, estimate, most_trips
from shared.seasons.model import (
    ACTIVE,
    ENDED,
    ROOT,
    Campaign,
    PlanPage,
    Rules,
    active_key,
    campaign_chain,
    plan_chain,
)
from shared.seasons.planning import tally_of

if TYPE_CHECKING:
    from shared.ports import Clock, ObjectStore
    from shared.seasons.calendar import Window


def begin(
    window: Window,
    rules: Rules,
    *,
    by: str,
    state: ObjectStore,
    clock: Clock,
    starts_itself: bool = False,
) -> Campaign:
    """Have a campaign planned, anew if it was before; ConflictError while it is carried out.

    The mark that it is under way comes before the first version, as with jobs.
    """
    name = window.campaign

    def decide(newest: Campaign | None) -> Campaign | None:
        if newest is None:
            return Campaign(
                version=1,
                at=clock.now(),
                id=name,
                status="planning",
                rules=rules,
                by=by,
                planned_at=clock.now(),
                starts_itself=starts_itself,
            )
        if newest.status in {"running", "paused"}:
            msg = f"{name} is {newest.status}; stop it before you plan it anew"
            raise ConflictError("campaign_under_way", msg)
        if newest.status == "planning" and newest.rules == rules:
            return None
        now = clock.now()
        changes = {"status": "planning", "rules": rules, "by": by, "plan": newest.plan + 1}
        cleared = {"tally": None, "estimate": None, "allotted": (), "reason": ""}
        return newest.then(
            now=now, **changes, **cleared, planned_at=now, starts_itself=starts_itself
        )

    state.put(active_key(name), b"")
    campaign = campaign_chain(name, state).change(decide)
    log.logger().info("season.planning", campaign=name, by=by)
    return _sure(campaign, name)


def refuse_closed(window: Window, *, today: date) -> None:
    """Raise ConflictError for a window that has closed: nothing is planned for it."""
    if today >= window.closes:
        raise ConflictError("campaign_closed", f"{window.campaign} closed on {window.closes}")


def load_campaign(name: str, *, state: ObjectStore) -> Campaign:
    """Return a campaign as it is; NotFoundError when it was never planned."""
    return _sure(campaign_chain(name, state).newest(), name)


def every_campaign(*, state: ObjectStore) -> tuple[str, ...]:
    """Return the ids of all campaigns that there ever were."""
    names: set[str] = set()
    after = ROOT
    while True:
        # One request a campaign: everything of it lies behind its name.
        items = state.page(ROOT, after=after, limit=1).items
        if not items:
            return tuple(sorted(names))
        name = items[0].key.removeprefix(ROOT).split("/")[0]
        if f"{ROOT}{name}/" != ACTIVE:
            names.add(name)
        after = f"{ROOT}{name}0"


def active_campaigns(*, state: ObjectStore) -> tuple[str, ...]:
    """Return the ids of the campaigns that have not ended."""
    return tuple(item.key.removeprefix(ACTIVE) for item in state.page(ACTIVE).items)


def planned(
    campaign: Campaign, *, tasks_per_minute: float, state: ObjectStore, clock: Clock
) -> Campaign:
    """Note the plan's sums once every shard is planned; until then nothing changes."""
    newest = last_pages(campaign, state=state)
    if not all(page is not None and page.ended for page in newest):
        return campaign
    tally = tally_of(newest)
    found = read_prices()
    most = most_trips(tally, campaign.rules, prices=found)
    counts = [page.tally.trips if page else 0 for page in newest]

    def decide(now: Campaign) -> Campaign | None:
        if now.status != "planning" or now.plan != campaign.plan:
            return None
        return now.then(
            now=clock.now(),
            status="planned",
            tally=tally,
            estimate=estimate(tally, most, prices=found, tasks_per_minute=tasks_per_minute),
            allotted=allot(counts, most),
        )

    return _change(campaign.id, decide, state=state)


def last_pages(campaign: Campaign, *, state: ObjectStore) -> list[PlanPage | None]:
    """Return the newest page of each shard's plan."""
    shards = range(campaign.rules.shards)
    return [plan_chain(campaign, shard, state).newest() for shard in shards]


def start(window: Window, *, today: date, state: ObjectStore, clock: Clock) -> Campaign:
    """Carry a plan out; ConflictError says what is in the way."""

    def decide(now: Campaign) -> Campaign | None:
        if now.status == "running":
            return None
        if now.status not in {"planned", "paused"}:
            msg = f"{now.id} is {now.status}; only what is planned or paused can be started"
            raise ConflictError("campaign_not_planned", msg)
        if not window.has(today):
            msg = f"{now.id} may run from {window.opens} until {window.closes}, today is {today}"
            is_over = today >= window.closes
            raise ConflictError("campaign_closed" if is_over else "campaign_not_open", msg)
        return now.then(now=clock.now(), status="running", reason="")

    campaign = _change(window.campaign, decide, state=state)
    log.logger().info("season.running", campaign=campaign.id)
    return campaign


def pause(name: str, *, by: str, state: ObjectStore, clock: Clock) -> Campaign:
    """Send nothing more of a campaign until it is resumed; what is accepted goes on."""

    def decide(now: Campaign) -> Campaign | None:
        if now.status not in {"running", "paused"}:
            msg = f"{name} is {now.status}; only a running campaign can be paused"
            raise ConflictError("campaign_not_running", msg)
        if now.status == "paused":
            return None
        return now.then(now=clock.now(), status="paused", reason=f"paused by {by}")

    return _change(name, decide, state=state)


def hold(name: str, reason: str, *, state: ObjectStore, clock: Clock) -> Campaign:
    """Pause a running campaign, and end one that is being planned, because a shard fails."""

    def decide(now: Campaign) -> Campaign | None:
        status = {"running": "paused", "planning": "stopped"}.get(now.status)
        return now.then(now=clock.now(), status=status, reason=reason) if status else None

    return _change(name, decide, state=state)


def stop(name: str, *, by: str, state: ObjectStore, clock: Clock) -> Campaign:
    """End a campaign where it is; what is accepted goes on."""
    return end(name, "stopped", f"stopped by {by}", state=state, clock=clock)


def end(name: str, status: str, reason: str, *, state: ObjectStore, clock: Clock) -> Campaign:
    """End a campaign, the mark that it is under way last; an ended one stays as it is."""

    def decide(now: Campaign) -> Campaign | None:
        ended = now.status in ENDED
        return None if ended else now.then(now=clock.now(), status=status, reason=reason)

    campaign = _change(name, decide, state=state)
    state.delete(active_key(name))
    log.logger().info("season.ended", campaign=name, status=campaign.status, reason=reason)
    return campaign


def _change(
    name: str, decide: Callable[[Campaign], Campaign | None], *, state: ObjectStore
) -> Campaign:
    chain = campaign_chain(name, state)
    return _sure(chain.change(lambda newest: decide(_sure(newest, name))), name)


def _sure(campaign: Campaign | None, name: str) -> Campaign:
    if campaign is None:
        msg = f"{name} has not been planned; plan it first"
        raise NotFoundError(msg)
    return campaign
