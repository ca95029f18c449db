"""Go on with campaigns: begin those that are due, have shards run, note what has ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, TypeVar

from shared.jobs.bulk import open_bulk_jobs
from shared.lists.bulkhead import Bulkhead
from shared.observability import log
from shared.seasons import campaigns
from shared.seasons.model import (
    Campaign,
    PlanPage,
    SendStep,
    active_key,
    campaign_chain,
    plan_chain,
    run_id,
    send_chain,
)
from shared.seasons.ports import SeasonPorts
from shared.seasons.sending import LINES, LONG_AGO, held

if TYPE_CHECKING:
    from shared.ports import Clock, FunctionInvoker, ObjectStore
    from shared.seasons.calendar import Window

# A shard that has written nothing for so long has lost its run.
QUIET = timedelta(minutes=5)
Phase = Literal["plan", "send"]
_V = TypeVar("_V", bound=PlanPage | SendStep)


class Conductor(SeasonPorts):
    """Has shards run by invoking the function itself."""

    def begin_due(self) -> None:
        """Have the campaigns planned that are due and never were."""
        rules = self.rules.campaign

        def begin(window: Window) -> str:
            if campaign_chain(window.campaign, self.state).newest() is not None:
                return "known"
            campaigns.begin(
                window,
                rules,
                by="timer",
                starts_itself=rules.budget_cny > 0,
                state=self.state,
                clock=self.clock,
            )
            return "begun"

        occasions = self.rules.occasions
        due = [each for each in self.calendar.due(self.today) if each.occasion in occasions]
        Bulkhead(
            of="occasions",
            name=lambda window: window.campaign,
            work=begin,
            aside=lambda *_: None,
            about=lambda window: {"campaign": window.campaign},
            state=self.state,
            clock=self.clock,
        ).work_through(due)

    def go_on(self) -> dict[str, str]:
        """Go on with every campaign that is under way; return what each is doing."""
        told: dict[str, str] = {}

        def one(name: str) -> str:
            told[name] = self._one(name)
            return told[name]

        Bulkhead(
            of="campaigns",
            name=lambda name: name,
            work=one,
            aside=lambda name, _: self.state.delete(active_key(name)),
            about=lambda name: {"campaign": name},
            state=self.state,
            clock=self.clock,
        ).work_through(campaigns.active_campaigns(state=self.state))
        return told

    def _one(self, name: str) -> str:
        # The mark comes before the first version: its writer may be about to go on, or have died.
        campaign = campaigns.load_campaign(name, state=self.state)
        window = self.calendar.window_of(name)
        if campaign.status in {"done", "stopped", "closed"}:
            campaigns.end(name, campaign.status, "", state=self.state, clock=self.clock)
        elif campaign.status != "planning" and self.today >= window.closes:
            reason = f"its window closed on {window.closes}"
            campaigns.end(name, "closed", reason, state=self.state, clock=self.clock)
        elif campaign.status == "planning":
            return self._plan(campaign, window)
        elif campaign.status == "planned":
            return self._start(campaign, window)
        elif campaign.status == "running":
            return self._send(campaign)
        return campaign.status

    def _plan(self, campaign: Campaign, window: Window) -> str:
        run_plan(campaign, state=self.state, invoker=self.invoker, clock=self.clock)
        now = campaigns.planned(
            campaign,
            tasks_per_minute=self.rules.tasks_per_minute,
            state=self.state,
            clock=self.clock,
        )
        if now.status != "planned":
            return now.status
        self._say_planned(now)
        return self._start(now, window)

    def _start(self, campaign: Campaign, window: Window) -> str:
        """Start a plan that the timer has made; everybody else's waits for somebody."""
        if not campaign.starts_itself or not window.has(self.today):
            return campaign.status
        started = campaigns.start(window, today=self.today, state=self.state, clock=self.clock)
        return started.status

    def _send(self, campaign: Campaign) -> str:
        if why := held(self.state, self.rules, self.clock):
            return f"held back: {why}"
        chains = [send_chain(campaign, n, self.state) for n in range(campaign.rules.shards)]
        steps = [chain.newest() for chain in chains]
        if all(step is not None and step.ended for step in steps):
            capped = any(step is not None and step.ended == "cap" for step in steps)
            reason = "as many as cap and budget allow" if capped else "all that was planned"
            campaigns.end(campaign.id, "done", reason, state=self.state, clock=self.clock)
            return "done"
        for shard in self._with_room(steps):
            now = self.clock.now()
            first = SendStep(version=1, at=now, since=LONG_AGO, until=self.today)
            following = _following(steps[shard], first, self.clock)
            if following is not None and chains[shard].append(following):
                invoke(campaign, "send", shard, following.runs, invoker=self.invoker)
        return "running"

    def _with_room(self, steps: list[SendStep | None]) -> list[int]:
        """Return the shards that shall run now: few when there is little room, each in its turn."""
        limit = self.rules.open_jobs
        free = limit - open_bulk_jobs(jobs=self.jobs, most=limit)
        idle = [shard for shard, step in enumerate(steps) if self._is_due(step)]
        if free <= 0 or not idle:
            return []
        turn = int(self.clock.now().timestamp() // 60) % len(idle)
        return [*idle[turn:], *idle[:turn]][: max(1, free // LINES)]

    def _is_due(self, step: SendStep | None) -> bool:
        return step is None or (not step.waits(self.today) and _is_idle(step, self.clock))

    def _say_planned(self, campaign: Campaign) -> None:
        found = campaign.estimate
        log.logger().info(
            "season.planned",
            campaign=campaign.id,
            trips=campaign.tally.trips if campaign.tally else 0,
            allowed=found.trips if found else 0,
            cny=found.cny if found else 0,
            gpu_hours=found.gpu_hours if found else 0,
            starts_itself=campaign.starts_itself,
        )


def run_plan(
    campaign: Campaign, *, state: ObjectStore, invoker: FunctionInvoker, clock: Clock
) -> None:
    """Have each shard planned that is not, and that nobody plans."""
    for shard in range(campaign.rules.shards):
        chain = plan_chain(campaign, shard, state)
        following = _following(chain.newest(), PlanPage(version=1, at=clock.now()), clock)
        if following is not None and chain.append(following):
            invoke(campaign, "plan", shard, following.runs, invoker=invoker)


def _following(newest: _V | None, first: _V, clock: Clock) -> _V | None:
    """Return the version by which a shard runs; None where it has ended or somebody runs it."""
    if newest is None:
        return first
    return next_run(newest, clock) if _is_idle(newest, clock) else None


def _is_idle(newest: PlanPage | SendStep, clock: Clock) -> bool:
    quiet = newest.resting or clock.now() - newest.at >= QUIET
    return quiet and not newest.ended


def next_run(newest: _V, clock: Clock) -> _V:
    """Return the version that says: another run begins where this one is."""
    cleared: dict[str, object] = {"trips": ()} if isinstance(newest, PlanPage) else {}
    changes = {"runs": newest.runs + 1, "resting": False, **cleared}
    return newest.then(now=clock.now(), **changes)  # type: ignore[return-value]


def invoke(
    campaign: Campaign, phase: Phase, shard: int, runs: int, *, invoker: FunctionInvoker
) -> None:
    """Have the function run a shard; the counter was recorded before, as the platform wants."""
    payload = {"campaign": campaign.id, "phase": phase, "shard": str(shard)}
    task_id = run_id(campaign, phase, shard, runs)
    invoker.invoke("regenerate_season", payload, task_id=task_id)
