"""What is stored of a campaign: its state, the pages of its plan, and how far each shard is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from pydantic import AwareDatetime, Field

from shared.core.models import Stored
from shared.seasons.chain import Chain, Version

if TYPE_CHECKING:
    from shared.ports import IndexedJob, ObjectStore

ROOT, ACTIVE = "campaigns/", "campaigns/active/"
Status = Literal["planning", "planned", "running", "paused", "done", "stopped", "closed"]
ENDED: frozenset[Status] = frozenset({"done", "stopped", "closed"})


class Rules(Stored):
    """What a campaign keeps to, as the settings or the command said when it was planned.

    The `newest` trips of a driver; at most `cap` trips and `budget_cny`, 0 for: plan only.
    """

    newest: int = Field(1, ge=1, le=100)
    shards: int = Field(8, ge=1, le=32)
    cap: int = Field(10_000, ge=0)
    budget_cny: float = Field(0.0, ge=0)


class Tally(Stored):
    """What a plan has counted; `first_paintings` are the sources' own, for the estimate."""

    drivers: int = 0
    entries: int = 0
    trips: int = 0
    skipped: dict[str, int] = Field(default_factory=dict)
    styles: dict[str, int] = Field(default_factory=dict)
    regions: dict[str, int] = Field(default_factory=dict)
    dues: dict[date, int] = Field(default_factory=dict)
    tokens: int = 0
    gpu_tasks: int = 0
    gpu_seconds: float = 0.0
    pictures: int = 0

    def plus(self, other: Tally) -> Tally:
        """Return the sum of both."""
        sums = {n: _sum(getattr(self, n), getattr(other, n)) for n in Tally.model_fields}
        return self.model_copy(update={**(other.model_extra or {}), **sums})


def _sum(one: Any, other: Any) -> Any:
    if isinstance(one, dict):
        return {key: one.get(key, 0) + other.get(key, 0) for key in sorted({*one, *other})}
    return one + other


class Estimate(Stored):
    """What painting so many trips takes."""

    trips: int = 0
    gpu_hours: float = 0.0
    tokens: int = 0
    pictures: int = 0
    cny: float = 0.0
    hours: float = 0.0
    prices_of: str = ""


class Campaign(Version):
    """A campaign as of this version; `plan` counts how often it was planned.

    `starts_itself`: begun by the timer, so that a plan within its budget is carried out.
    `planned_at`: when `by` asked for this plan.
    `allotted`: how many trips each shard may paint.
    """

    id: str
    status: Status
    rules: Rules
    plan: int = 1
    by: str = "timer"
    planned_at: AwareDatetime | None = None
    starts_itself: bool = False
    tally: Tally | None = None
    estimate: Estimate | None = None
    allotted: tuple[int, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Driver:
    """A driver's jobs, the newest first; `entries` is how many there are in all."""

    key: str
    jobs: tuple[IndexedJob, ...]
    entries: int


class Planned(Stored):
    """A trip to be painted: the job it is taken from, the trip's first job, and from when on."""

    source: str
    root: str
    due: date


class PlanPage(Version):
    """Some trips of one shard; `after` is the last driver looked at, `tally` of all pages so far.

    A page without trips may only say that a run was begun: `runs` counts them.
    """

    after: str = ""
    trips: tuple[Planned, ...] = ()
    tally: Tally = Tally()
    runs: int = 1
    ended: bool = False
    resting: bool = False


class SendStep(Version):
    """How far a shard's plan is carried out: up to line `line` of page `page`, in this pass.

    A pass takes the trips that are due by `until` and were not by `since`; what is due later waits
    for another pass, from `next_due` on. `resting`: the run ended by itself and may be followed.
    `again`: trips passed over because they failed, which are tried again.
    """

    since: date
    until: date
    page: int = 1
    line: int = 0
    accepted: int = 0
    skipped: dict[str, int] = Field(default_factory=dict)
    again: tuple[Planned, ...] = ()
    runs: int = 1
    resting: bool = False
    next_due: date | None = None
    ended: str = ""

    def waits(self, today: date) -> bool:
        """Say whether nothing is due before another day."""
        return self.next_due is not None and self.next_due > today


def campaign_chain(campaign: str, state: ObjectStore) -> Chain[Campaign]:
    """Return a campaign's versions."""
    return Chain(state, f"{ROOT}{campaign}/state/", Campaign)


def plan_chain(campaign: Campaign, shard: int, state: ObjectStore) -> Chain[PlanPage]:
    """Return the pages of a shard's plan."""
    return Chain(state, f"{ROOT}{campaign.id}/plan{campaign.plan}/{shard:02d}/", PlanPage)


def send_chain(campaign: Campaign, shard: int, state: ObjectStore) -> Chain[SendStep]:
    """Return the steps in which a shard's plan is carried out."""
    return Chain(state, f"{ROOT}{campaign.id}/sent{campaign.plan}/{shard:02d}/", SendStep)


def active_key(campaign: str) -> str:
    """Return where it stands that a campaign has not ended."""
    return f"{ACTIVE}{campaign}"


def run_id(campaign: Campaign, phase: Literal["plan", "send"], shard: int, runs: int) -> str:
    """Return the platform's task id of a shard's run; it refuses one that it has seen."""
    return f"{campaign.id}-{phase}{campaign.plan}-{shard:02d}-{runs}"
