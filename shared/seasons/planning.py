"""Plan a shard: walk its drivers and write down, page by page, the trips that are to be painted.

Each page is created once, and says up to which driver it goes: a run that is cut off, or two runs
at once, neither skip nor double anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.seasons.choosing import Count
from shared.seasons.model import Planned, PlanPage, Tally, plan_chain
from shared.seasons.walk import drivers

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        page = _page(newest, walk, chooser, clock)
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


def _page(newest: PlanPage, walk: Iterator[Driver], chooser: Chooser, clock: Clock) -> PlanPage:
    count, trips, after = Count(), list[Planned](), newest.after
    while len(trips) < PAGE_TRIPS and count.drivers < PAGE_DRIVERS:
        driver = next(walk, None)
        if driver is None:
            break
        trips += chooser.of_driver(driver, count)
        after = driver.key
    return PlanPage(
        version=newest.version + 1,
        at=clock.now(),
        after=after,
        trips=tuple(trips),
        tally=newest.tally.plus(count.tally()),
        runs=newest.runs,
        ended=driver is None,
    )
