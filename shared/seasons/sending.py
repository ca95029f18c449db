"""Carry out a shard's plan: page after page, a few lines at a time, while there is room.

Each step is created once and says up to which line it goes. The lines of a step are done before
it is written; doing one again changes nothing, so a run that is cut off, or two runs at once,
neither skip a trip nor paint it twice.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shared import log
from shared.jobs.bulk import open_bulk_jobs
from shared.jobs.control import read_control
from shared.seasons.model import SendStep, campaign_chain, plan_chain, send_chain
from shared.seasons.painting import ACCEPTED

if TYPE_CHECKING:
    from shared.ports import Clock, JobStore, ObjectStore
    from shared.seasons.calendar import Window
    from shared.seasons.model import Campaign, PlanPage, Rules
    from shared.seasons.painting import Painter

# Before the first festival or season of any calendar.
LONG_AGO = date(1970, 1, 1)
# So many trips go between two looks at what is under way.
LINES = 50
_STALE = timedelta(minutes=15)


@dataclass(frozen=True)
class SendRules:
    """When a campaign lets others go first: `open_jobs` in bulk at once, tasks that wait."""

    open_jobs: int
    queue_length: int


@dataclass(frozen=True)
class SeasonRules:
    """`occasions` may be begun by the timer; a shard runs for `seconds`, its jobs for `minutes`."""

    occasions: tuple[str, ...]
    campaign: Rules
    send: SendRules
    tasks_per_minute: float
    minutes: int
    seconds: float


@dataclass
class Sender:
    """Sends one shard; `today` is the day in Asia/Shanghai."""

    campaign: Campaign
    shard: int
    window: Window
    rules: SendRules
    painter: Painter
    state: ObjectStore
    jobs: JobStore
    clock: Clock
    today: date
    _page: PlanPage | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._steps = send_chain(self.campaign, self.shard, self.state)
        self._pages = plan_chain(self.campaign, self.shard, self.state)

    def send(self, seconds: float) -> SendStep:
        """Send a step at least, then on until the end, the time, or till there is no room."""
        end = self.clock.monotonic() + seconds
        newest = self._steps.newest() or self._begun()
        while not newest.ended and not self._waits(newest) and self._may_go_on():
            room = self._room()
            if room == 0:
                break
            newest = self._step(newest, room)
            if self.clock.monotonic() >= end:
                break
        return newest

    def rest(self, newest: SendStep) -> None:
        """Note that this run has ended by itself, so that the next minute may begin another."""
        if not newest.resting:
            self._steps.append(self._next(newest, resting=True))

    def _begun(self) -> SendStep:
        first = SendStep(version=1, at=self.clock.now(), since=LONG_AGO, until=self.today)
        self._steps.append(first)
        return self._steps.newest() or first

    def _waits(self, step: SendStep) -> bool:
        return step.next_due is not None and step.next_due > self.today

    def _may_go_on(self) -> bool:
        """Look whether somebody has paused or stopped the campaign meanwhile."""
        now = campaign_chain(self.campaign.id, self.state).newest()
        return now is not None and (now.status, now.plan) == ("running", self.campaign.plan)

    def _room(self) -> int:
        """Return how many trips may go now, before it is counted again."""
        if held(self.state, self.rules, self.clock):
            return 0
        found = open_bulk_jobs(jobs=self.jobs, most=self.rules.open_jobs)
        free = self.rules.open_jobs - found
        return min(LINES, free)

    def _step(self, newest: SendStep, room: int) -> SendStep:
        step = self._sent(newest, room)
        if self._steps.append(step):
            return step
        return self._steps.newest() or newest

    def _sent(self, newest: SendStep, room: int) -> SendStep:
        """Send up to `room` lines of the page that is due, and return the step that says so."""
        if newest.next_due is not None:
            newest = self._next_pass(newest)
        page = self._plan_page(newest.page)
        if page is None or newest.line >= len(page.trips):
            return self._turned(newest, page)
        outcomes: Counter[str] = Counter()
        line, left = newest.line, self._left(newest)
        for trip in page.trips[newest.line :]:
            if sum(outcomes.values()) >= room or outcomes[ACCEPTED] >= left:
                break
            if newest.since < trip.due <= newest.until:
                outcomes[self.painter.paint(trip)] += 1
            line += 1
        return self._noted(newest, line, outcomes)

    def _noted(self, newest: SendStep, line: int, outcomes: Counter[str]) -> SendStep:
        accepted = newest.accepted + outcomes.pop(ACCEPTED, 0)
        skipped = Counter(newest.skipped) + outcomes
        capped = accepted >= self._quota
        if outcomes:
            log.logger().info("season.skipped", campaign=self.campaign.id, **outcomes)
        return self._next(
            newest,
            line=line,
            accepted=accepted,
            skipped=dict(skipped),
            ended="cap" if capped else "",
        )

    @property
    def _quota(self) -> float:
        allotted = self.campaign.allotted
        return allotted[self.shard] if allotted else math.inf

    def _left(self, newest: SendStep) -> float:
        return self._quota - newest.accepted

    def _turned(self, newest: SendStep, page: PlanPage | None) -> SendStep:
        """Return the step onto the next page, or behind the last one: to a later pass, or the end.

        A plan without any page of trips has its end here, too.
        """
        if page is not None and not page.ended:
            return self._next(newest, page=newest.page + 1, line=0)
        dues = sorted(page.tally.dues) if page else []
        later = next((due for due in dues if due > newest.until), None)
        if later is None or later >= self.window.closes:
            return self._next(newest, ended="done")
        return self._next(newest, next_due=later)

    def _next_pass(self, newest: SendStep) -> SendStep:
        changes = {"since": newest.until, "until": self.today, "page": 1, "line": 0}
        return newest.model_copy(update={**changes, "next_due": None})

    def _plan_page(self, version: int) -> PlanPage | None:
        if self._page is None or self._page.version != version:
            self._page = self._pages.read(version)
        return self._page

    def _next(self, newest: SendStep, **changes: object) -> SendStep:
        fixed = {"version": newest.version + 1, "at": self.clock.now(), "resting": False}
        return newest.model_copy(update={**fixed, **changes})


def held(state: ObjectStore, rules: SendRules, clock: Clock) -> str:
    """Return what holds campaigns back now, "" for nothing: drivers' own posters go first."""
    control = read_control(state)
    queues = control.queues
    waiting = queues.waiting if queues and clock.now() - queues.at < _STALE else 0
    reasons = {
        "no trips are accepted": not control.accepting,
        "sending is paused": control.paused is not None,
        f"{waiting} tasks wait for a GPU": waiting >= rules.queue_length,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")
