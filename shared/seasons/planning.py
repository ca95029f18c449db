"""Plan a shard: walk its drivers and write down, page by page, the trips that are to be painted.

Each page is created once, and says up to which driver it goes: a run that is cut off, or two runs
at once, neither skip nor double anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.core.errors import UpstreamUnavailableError
from shared.lists.bulkhead import SET_ASIDE, Bulkhead
from shared.ports import IndexedJob, JobStore
from shared.seasons.model import Campaign, Driver, Planned, PlanPage, Tally, plan_chain

if TYPE_CHECKING:
    from shared.lists.tries import Tried
    from shared.seasons.choosing import Chooser

# A page is full with so many trips, or after so many drivers.
PAGE_TRIPS, PAGE_DRIVERS = 200, 500
# The letters of base32 in the order of keys: every driver's key begins with one of them.
LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
# Behind every job id.
_LAST = "~"
# A driver with more jobs than this is looked at for the newest of them.
MOST_JOBS = 1000


def plan_shard(campaign: Campaign, shard: int, *, chooser: Chooser) -> PlanPage:
    """Plan a page at least, then on until the end or the time; return the newest page then."""
    ports = chooser.ports
    end = ports.clock.monotonic() + ports.rules.seconds
    chain = plan_chain(campaign, shard, ports.state)
    first = PlanPage(version=1, at=ports.clock.now())
    newest = chain.newest() or chain.after(first, first)
    walk = _walk(campaign, shard, newest, ports.jobs)
    while not newest.ended:
        page = _Filling(chooser).filled(newest, walk)
        if chain.append(page):
            newest = page
        else:
            # Another run was first: go on from where that one is.
            newest = chain.newest() or newest
            walk = _walk(campaign, shard, newest, ports.jobs)
        if ports.clock.monotonic() >= end:
            break
    return newest


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
    tally: Tally = field(default_factory=Tally)
    trips: list[Planned] = field(default_factory=list)
    after: str = ""
    ended: bool = False

    def filled(self, newest: PlanPage, walk: Iterator[Driver]) -> PlanPage:
        """Return the page behind the newest; a driver whose trips cannot be told is left out."""
        self.after, ports = newest.after, self.chooser.ports
        Bulkhead(
            of="drivers",
            name=lambda driver: driver.jobs[0].job_id,
            work=self._choose,
            aside=self._leave_out,
            about=lambda driver: {"subject": driver.jobs[0].job_id},
            state=ports.state,
            clock=ports.clock,
            most_tries=1,
            patient=False,
            passes=(UpstreamUnavailableError,),
        ).work_through(self._until_full(walk))
        return newest.then(
            now=ports.clock.now(),
            after=self.after,
            trips=tuple(self.trips),
            tally=newest.tally.plus(self.tally),
            ended=self.ended,
            resting=False,
        )

    def _until_full(self, walk: Iterator[Driver]) -> Iterator[Driver]:
        while len(self.trips) < PAGE_TRIPS and self.tally.drivers < PAGE_DRIVERS:
            driver = next(walk, None)
            if driver is None:
                self.ended = True
                return
            self.after = driver.key
            yield driver

    def _choose(self, driver: Driver) -> str:
        trips, tally = self.chooser.of_driver(driver)
        self.trips += trips
        self.tally = self.tally.plus(tally)
        return "chosen"

    def _leave_out(self, _driver: Driver, _: Tried) -> None:
        self.tally = self.tally.plus(Tally(drivers=1, skipped={SET_ASIDE: 1}))


def letters_of(shard: int, shards: int) -> str:
    """Return with which letters the drivers of a shard begin; all shards share out all letters."""
    count = len(LETTERS)
    return LETTERS[shard * count // shards : (shard + 1) * count // shards]


def drivers(shard: int, shards: int, *, after: str, jobs: JobStore) -> Iterator[Driver]:
    """Yield the shard's drivers behind `after` by key; a request for each thousand entries."""
    letters = letters_of(shard, shards)
    position = f"{after}/{_LAST}" if after else letters[0]
    key, found, count = "", list[IndexedJob](), 0
    for entry_of, entry in _entries(position, letters[-1], jobs):
        if entry_of != key:
            if found:
                yield _driver(key, found, count)
            key, found, count = entry_of, list[IndexedJob](), 0
        found.append(entry)
        count += 1
        if len(found) >= 2 * MOST_JOBS:
            found = _newest(found)
    if found:
        yield _driver(key, found, count)


def _entries(after: str, last: str, jobs: JobStore) -> Iterator[tuple[str, IndexedJob]]:
    while True:
        page = jobs.index_page(after=after)
        for driver_key, entry in page.entries:
            if driver_key[:1] > last:
                return
            yield driver_key, entry
        if not page.next_after:
            return
        after = page.next_after


def _driver(key: str, found: list[IndexedJob], count: int) -> Driver:
    return Driver(key, tuple(_newest(found)), count)


def _newest(found: list[IndexedJob]) -> list[IndexedJob]:
    # The id decides among those of one second, so that every run has the same order.
    found.sort(key=lambda entry: (entry.entered_at, entry.job_id), reverse=True)
    return found[:MOST_JOBS]
