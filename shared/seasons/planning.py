"""Plan a shard: walk its drivers and write down, page by page, the trips that are to be painted.

Each page is created once, and says up to which driver it goes: a run that is cut off, or two runs
at once, neither skip nor double anybody.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.core.errors import UpstreamUnavailableError
from shared.lists.bulkhead import SET_ASIDE, Bulkhead
from shared.seasons.choosing import Count
from shared.seasons.model import Planned, PlanPage, Tally, plan_chain
from shared.seasons.walk import drivers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.lists.tries import Tried
    from shared.ports import Clock, JobStore, ObjectStore
    from shared.seasons.chain import Chain
    from shared.seasons.choosing import Chooser
    from shared.seasons.model import Campaign
    from shared.seasons.walk import Driver

# A page is full with so many trips, or after so many drivers.
PAGE_TRIPS, PAGE_DRIVERS = 200, 500


def plan_shard(
    campaign: Campaign,
    shard: int,
    *,
    chooser: Chooser,
    state: ObjectStore,
    jobs: JobStore,
    clock: Clock,
    seconds: float,
) -> PlanPage:
    """Plan a page at least, then on until the end or the time; return the newest page then."""
    end = clock.monotonic() + seconds
    chain = plan_chain(campaign, shard, state)
    newest = chain.newest() or begun(campaign, shard, state=state, clock=clock)
    walk = _walk(campaign, shard, newest, jobs)
    while not newest.ended:
        page = _Filling(chooser, state, clock).filled(newest, walk)
        if chain.append(page):
            newest = page
        else:
            # Another run was first: go on from where that one is.
            newest = chain.newest() or newest
            walk = _walk(campaign, shard, newest, jobs)
        if clock.monotonic() >= end:
            break
    return newest


def begun(campaign: Campaign, shard: int, *, state: ObjectStore, clock: Clock) -> PlanPage:
    """Return the first page of a shard, which only says that it was begun."""
    chain: Chain[PlanPage] = plan_chain(campaign, shard, state)
    first = PlanPage(version=1, at=clock.now())
    chain.append(first)
    return chain.newest() or first


def pages(campaign: Campaign, shard: int, *, state: ObjectStore) -> Iterator[PlanPage]:
    """Yield all pages of a shard's plan."""
    chain, version = plan_chain(campaign, shard, state), 1
    while page := chain.read(version):
        yield page
        version += 1


def tally_of(newest: list[PlanPage | None]) -> Tally:
    """Return what all shards have counted together."""
    total = Tally()
    for page in newest:
        total = total.plus(page.tally) if page else total
    return total


def _walk(campaign: Campaign, shard: int, newest: PlanPage, jobs: JobStore) -> Iterator[Driver]:
    return drivers(shard, campaign.rules.shards, after=newest.after, jobs=jobs)


@dataclass
class _Filling:
    """A page while it is being filled."""

    chooser: Chooser
    state: ObjectStore
    clock: Clock
    count: Count = field(default_factory=Count)
    trips: list[Planned] = field(default_factory=list)
    after: str = ""
    ended: bool = False

    def filled(self, newest: PlanPage, walk: Iterator[Driver]) -> PlanPage:
        """Return the page behind the newest; a driver whose trips cannot be told is left out."""
        self.after = newest.after
        Bulkhead(
            of="drivers",
            name=lambda driver: driver.jobs[0].job_id,
            work=self._choose,
            aside=self._leave_out,
            about=lambda driver: {"subject": driver.jobs[0].job_id},
            state=self.state,
            clock=self.clock,
            most_tries=1,
            patient=False,
            passes=(UpstreamUnavailableError,),
        ).work_through(self._until_full(walk))
        return PlanPage(
            version=newest.version + 1,
            at=self.clock.now(),
            after=self.after,
            trips=tuple(self.trips),
            tally=newest.tally.plus(self.count.tally()),
            runs=newest.runs,
            ended=self.ended,
        )

    def _until_full(self, walk: Iterator[Driver]) -> Iterator[Driver]:
        while len(self.trips) < PAGE_TRIPS and self.count.drivers < PAGE_DRIVERS:
            driver = next(walk, None)
            if driver is None:
                self.ended = True
                return
            self.after = driver.key
            yield driver

    def _choose(self, driver: Driver) -> str:
        # What was counted of a driver counts only if all of it was.
        count = deepcopy(self.count)
        self.trips += self.chooser.of_driver(driver, count)
        self.count = count
        return "chosen"

    def _leave_out(self, _driver: Driver, _: Tried) -> None:
        self.count.drivers += 1
        self.count.skipped[SET_ASIDE] += 1
