"""Carry out a shard's plan: page after page, a few lines at a time, while there is room.

Each step is created once and says up to which line it goes. The lines of a step are done before
it is written; doing one again changes nothing, so a run that is cut off, or two runs at once,
neither skip a trip nor paint it twice.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shared.jobs.bulk import open_bulk_jobs
from shared.jobs.control import read_control
from shared.lists.bulkhead import FAILED, RESTS, WAITS, Bulkhead
from shared.observability import log
from shared.seasons.model import (
    Campaign,
    Planned,
    PlanPage,
    SendStep,
    campaign_chain,
    plan_chain,
    send_chain,
)
from shared.seasons.painting import ACCEPTED, Painter

if TYPE_CHECKING:
    from shared.ports import Clock, ObjectStore
    from shared.seasons.calendar import Window
    from shared.seasons.ports import SeasonPorts, SeasonRules

# Before the first festival or season of any calendar.
LONG_AGO = date(1970, 1, 1)
# So many trips go between two looks at what is under way.
LINES = 50
_STALE = timedelta(minutes=15)


@dataclass
class _Sent:
    """What became of so many lines; `again`: the trips that have to be tried again."""

    lines: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    again: list[Planned] = field(default_factory=list)


@dataclass
class Sender:
    """Sends one shard."""

    campaign: Campaign
    shard: int
    window: Window
    ports: SeasonPorts
    _page: PlanPage | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._steps = send_chain(self.campaign, self.shard, self.ports.state)
        self._pages = plan_chain(self.campaign, self.shard, self.ports.state)
        self._held_up = False
        self._trips = Bulkhead(
            of="trips",
            name=lambda trip: f"{trip.source}-{self.campaign.id}",
            work=Painter(self.window, self.ports).paint,
            aside=lambda *_: None,
            about=lambda trip: {"subject": trip.source, "campaign": self.campaign.id},
            state=self.ports.state,
            clock=self.ports.clock,
        )

    def send(self) -> SendStep:
        """Send a step at least, then on until the end, the time, or till there is no room."""
        end = self.ports.clock.monotonic() + self.ports.rules.seconds
        now, today = self.ports.clock.now(), self.ports.today
        first = SendStep(version=1, at=now, since=LONG_AGO, until=today)
        newest = self._steps.newest() or self._steps.after(first, first)
        while not newest.ended and not newest.waits(today) and self._may_go_on():
            if self._held_up or len(newest.again) >= LINES:
                break
            room = self._room()
            if room == 0:
                break
            following = self._sent(newest, room)
            if following is None:
                break
            newest = self._steps.after(following, newest)
            if self.ports.clock.monotonic() >= end:
                break
        if newest.again and not newest.ended and self._may_go_on():
            newest = self._steps.after(self._tried_again(newest), newest)
        return newest

    def rest(self, newest: SendStep) -> None:
        """Note that this run has ended by itself, so that the next minute may begin another."""
        if not newest.resting:
            self._steps.append(self._next(newest, resting=True))

    def _may_go_on(self) -> bool:
        """Look whether somebody has paused or stopped the campaign meanwhile."""
        now = campaign_chain(self.campaign.id, self.ports.state).newest()
        return now is not None and (now.status, now.plan) == ("running", self.campaign.plan)

    def _room(self) -> int:
        """Return how many trips may go now, before it is counted again."""
        if held(self.ports.state, self.ports.rules, self.ports.clock):
            return 0
        most = self.ports.rules.open_jobs
        return min(LINES, most - open_bulk_jobs(jobs=self.ports.jobs, most=most))

    def _sent(self, newest: SendStep, room: int) -> SendStep | None:
        """Send up to `room` lines of the page that is due, and return the step that says so.

        None where nothing is left but what is tried again.
        """
        if newest.next_due is not None:
            begun = {"since": newest.until, "until": self.ports.today, "page": 1, "line": 0}
            newest = newest.model_copy(update={**begun, "next_due": None})
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
                known = self._trips.is_known(trip)
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

    def _plan_page(self, version: int) -> PlanPage | None:
        if self._page is None or self._page.version != version:
            self._page = self._pages.read(version)
        return self._page

    def _next(self, newest: SendStep, **changes: object) -> SendStep:
        return newest.then(now=self.ports.clock.now(), **{"resting": False, **changes})


def held(state: ObjectStore, rules: SeasonRules, clock: Clock) -> str:
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
