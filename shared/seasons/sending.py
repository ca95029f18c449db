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

from shared.jobs.bulk import open_bulk_jobs
from shared.jobs.control import read_control
from shared.lists.bulkhead import FAILED, RESTS, WAITS, Bulkhead
from shared.observability import log
from shared.seasons.model import SendStep, campaign_chain, plan_chain, send_chain
from shared.seasons.painting import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from shared.ports import Clock, JobStore, ObjectStore
    from shared.seasons.calendar import Window
    from shared.seasons.model import Campaign, Planned, PlanPage, Rules
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
class _Sent:
    """What became of so many lines; `again`: the trips that have to be tried again."""

    lines: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    again: list[Planned] = field(default_factory=list)


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
        self._held_up = False
        self._trips = Bulkhead(
            of="trips",
            name=lambda trip: f"{trip.source}-{self.campaign.id}",
            work=self.painter.paint,
            aside=lambda *_: None,
            about=lambda trip: {"subject": trip.source, "campaign": self.campaign.id},
            state=self.state,
            clock=self.clock,
        )

    def send(self, seconds: float) -> SendStep:
        """Send a step at least, then on until the end, the time, or till there is no room."""
        end = self.clock.monotonic() + seconds
        newest = self._steps.newest() or self._begun()
        while not newest.ended and not self._waits(newest) and self._may_go_on():
            if self._held_up or len(newest.again) >= LINES:
                break
            room = self._room()
            if room == 0:
                break
            following = self._sent(newest, room)
            if following is None:
                break
            newest = self._append(newest, following)
            if self.clock.monotonic() >= end:
                break
        if newest.again and not newest.ended and self._may_go_on():
            newest = self._append(newest, self._tried_again(newest))
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

    def _append(self, newest: SendStep, step: SendStep) -> SendStep:
        if self._steps.append(step):
            return step
        return self._steps.newest() or newest

    def _sent(self, newest: SendStep, room: int) -> SendStep | None:
        """Send up to `room` lines of the page that is due, and return the step that says so.

        None where nothing is left but what is tried again.
        """
        if newest.next_due is not None:
            newest = self._next_pass(newest)
        page = self._plan_page(newest.page)
        if page is None or newest.line >= len(page.trips):
            turned = self._turned(newest, page)
            return None if turned.ended and newest.again else turned
        lines = page.trips[newest.line :]
        due = {trip for trip in lines if newest.since < trip.due <= newest.until}
        sent = self._paint(lines, due=due, room=room, left=self._left(newest))
        again = (*newest.again, *sent.again)
        return self._noted(newest, newest.line + sent.lines, sent.outcomes, again)

    def _tried_again(self, newest: SendStep) -> SendStep:
        trips, left = sorted(newest.again, key=self._trips.tries), self._left(newest)
        sent = self._paint(trips, due=set(trips), room=len(trips), left=left, again=True)
        again = (*sent.again, *trips[sent.lines :])
        return self._noted(newest, newest.line, sent.outcomes, again)

    def _paint(
        self,
        lines: Sequence[Planned],
        *,
        due: AbstractSet[Planned],
        room: int,
        left: float,
        again: bool = False,
    ) -> _Sent:
        """Have what is due painted, until one waits for a service or nothing is left to spend.

        What has failed before waits until all others had their turn, which is `again`.
        """
        sent, tried = _Sent(), 0
        with self._trips.in_hand([trip for trip in lines if trip in due][:room]):
            for trip in lines:
                if self._held_up or tried >= room or sent.outcomes[ACCEPTED] >= left:
                    break
                sent.lines += 1
                if trip not in due:
                    continue
                tried += 1
                known = self._trips.name(trip) in self._trips.known
                outcome = RESTS if known and not again else self._trips.attempt(trip)
                self._held_up = outcome == WAITS
                if outcome in {FAILED, WAITS, RESTS}:
                    sent.again.append(trip)
                else:
                    sent.outcomes[outcome] += 1
        return sent

    def _noted(
        self, newest: SendStep, line: int, outcomes: Counter[str], again: tuple[Planned, ...]
    ) -> SendStep:
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
            again=again,
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
