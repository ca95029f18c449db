"""Support: drivers with finished trips, and the season function over fakes, run as FC would."""

from __future__ import annotations

import base64
import hashlib
import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from functions.regenerate_season.schema import BEGIN, ShardOrder, TimerOrder
from functions.regenerate_season.use_case import Season
from shared.core import ids
from shared.jobs.record import JobStatus, Step, WrittenPrompt
from shared.prompts.model import PromptSource
from shared.prompts.template import template_prompt
from shared.seasons import campaigns
from shared.seasons.calendar import calendar
from shared.seasons.model import Rules, plan_chain, send_chain
from shared.seasons.ports import SeasonRules
from shared.trips.facts import facts_of
from shared.vehicles.catalogue import Catalogue, VehicleEntry
from shared.vehicles.sidecar import Titles
from tests.fakes.clock import FakeClock
from tests.fakes.invoker import FakeInvoker
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import a_trip, an_accepted_job
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.wired import wired

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.jobs.record import JobRecord
    from shared.seasons.model import Campaign, Planned

ID_KEY = b"k" * 32
NOVEMBER = datetime(2026, 11, 23, 2, tzinfo=timezone.utc)
WINTER = "winter-2026"
CATALOGUE = Catalogue(
    vehicles=(
        VehicleEntry(
            model="citycar",
            generation="g1",
            paint="black",
            version="abcdefabcdef",
            titles=Titles(zh="黑", en="black"),
        ),
    )
)


def name_of(text: str, start: str = "") -> str:
    """Return a driver's key or the body of a job id, spread like a digest."""
    digest = hashlib.sha256(text.encode()).digest()
    return start + base64.b32encode(digest).decode().lower()[: 32 - len(start)]


def job_of(text: str) -> str:
    """Return a job id for a name."""
    return name_of(text, "j")


@dataclass
class SeasonWorld:
    """The season function and what it works on; `rules` are the campaign's."""

    rules: Rules = field(default_factory=lambda: Rules(newest=1, shards=3, budget_cny=1000.0))
    open_jobs: int = 1000
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOVEMBER))
    invoker: FakeInvoker = field(default_factory=FakeInvoker)
    seconds: float = 150.0
    occasions: tuple[str, ...] = ("spring", "summer", "autumn", "winter")
    catalogue: Catalogue = CATALOGUE

    def __post_init__(self) -> None:
        self.jobs = FakeJobStore(clock=self.clock)
        self.state: Any = self.jobs.bucket

    def heal(self) -> None:
        """Let the bucket show no further faults."""
        whole = FakeObjectStore(self.clock)
        whole.objects = self.state.objects
        self.jobs = FakeJobStore(whole, clock=self.clock)
        self.state = whole

    def season(self) -> Season:
        """Return the function as a fresh instance has it."""
        rules = SeasonRules(
            occasions=self.occasions,
            campaign=self.rules,
            open_jobs=self.open_jobs,
            queue_length=100,
            tasks_per_minute=20.0,
            minutes=1440,
            seconds=self.seconds,
        )
        return wired(Season, self)(
            rules=rules, id_key=ID_KEY, calendar=calendar(), catalogue=self.catalogue
        )

    def painted(
        self,
        driver: str,
        name: str,
        *,
        city: str = "北京市",
        share: bool = True,
        status: JobStatus = JobStatus.SUCCEEDED,
        **changes: Any,
    ) -> JobRecord:
        """Store a job that has ended, and enter it in its driver's index."""
        trip = a_trip(share=share, end={"city": city, "weather": "晴"})
        job_id, now = job_of(name), self.clock.now()
        written = WrittenPrompt(
            prompt=template_prompt(facts_of(trip), seed=ids.seed_of(job_id)),
            source=PromptSource.MODEL,
            tokens=1000,
        )
        fields = {"trip": trip, "driver_key": name_of(driver), "prompt": written, "gpu_tasks": 1}
        record = an_accepted_job(
            job_id,
            **{
                "now": now,
                "status": status,
                "history": (Step(status=status, attempt=1, at=now),),
                **fields,
                **changes,
            },
        )
        self.jobs.index(record.driver_key, job_id)
        self.jobs.append(record)
        self.clock.advance(1)
        return record

    def tick(self, *, begins: bool = False) -> Mapping[str, str]:
        """Run a timer's event."""
        return self.season().tick(TimerOrder(payload=BEGIN if begins else ""))

    def order(self, payload: Mapping[str, str]) -> Mapping[str, str]:
        """Run one order of the function to itself."""
        return self.season().run(ShardOrder.model_validate({**payload, "shard": payload["shard"]}))

    def run_orders(self) -> int:
        """Run what was invoked, and what that invokes."""
        self.invoker.handlers = {"regenerate_season": self.order}
        return self.invoker.run()

    def minutes(self, count: int, *, close_jobs: bool = True) -> None:
        """Let timers and orders run for so many minutes; jobs are done at once, or stay open."""
        for _ in range(count):
            self.tick()
            self.run_orders()
            if close_jobs:
                for key in self.state.keys("open/"):
                    self.jobs.unmark_open(key.removeprefix("open/"))
            self.clock.advance(60)

    def campaign(self, name: str = WINTER) -> Campaign:
        """Return a campaign as it is."""
        return campaigns.load_campaign(name, state=self.state)

    def plan(self, name: str = WINTER) -> list[Planned]:
        """Return all that is planned."""
        campaign = self.campaign(name)
        chains = [plan_chain(campaign, shard, self.state) for shard in range(campaign.rules.shards)]
        return [
            trip
            for chain in chains
            for page in itertools.takewhile(bool, map(chain.read, itertools.count(1)))
            for trip in (page.trips if page else ())
        ]

    def accepted(self, name: str = WINTER) -> int:
        """Return how many trips the steps of all shards have counted."""
        campaign = self.campaign(name)
        shards = range(campaign.rules.shards)
        steps = [send_chain(campaign, shard, self.state).newest() for shard in shards]
        return sum(step.accepted for step in steps if step)

    def plans_ended(self, name: str = WINTER) -> bool:
        """Say whether every shard is planned."""
        campaign = self.campaign(name)
        shards = range(campaign.rules.shards)
        return all(
            (page := plan_chain(campaign, shard, self.state).newest()) is not None and page.ended
            for shard in shards
        )

    def season_jobs(self) -> list[JobRecord]:
        """Return the newest records of all jobs of seasons."""
        names = {key.split("/")[1] for key in self.state.keys("jobs/")}
        found = [self.jobs.load(name) for name in sorted(names)]
        return [record for record in found if record and record.origin == "season"]


def later(days: float) -> float:
    """Return days in seconds."""
    return timedelta(days=days).total_seconds()


def begun(world: SeasonWorld, drivers: int = 12, city: str = "北京市") -> SeasonWorld:
    """Have so many drivers with a trip each, and the daily timer run."""
    for driver in range(drivers):
        world.painted(f"d{driver}", f"{driver}/0", city=city)
    world.tick(begins=True)
    return world
