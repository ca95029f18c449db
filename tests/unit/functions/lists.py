"""Support: every function that works through a list, with three items, one of them to be bad."""

from __future__ import annotations

import contextlib
import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from functions.drain_queue.use_case import DrainRules, drain_queue
from functions.ingest_upload.use_case import IngestRules, ingest_upload
from functions.run_erasure.use_case import run_erasure
from functions.send_announcements.use_case import send_announcements
from functions.sweep_jobs.look import LookRules
from functions.sweep_jobs.use_case import SweepRules, sweep_jobs
from shared.core import ids
from shared.core.errors import UnfinishedError
from shared.edge.events.objects import ObjectCreated
from shared.edge.events.uploads import UploadWork
from shared.jobs import erasures
from shared.jobs.closing import finish
from shared.jobs.erasures import Work
from shared.jobs.recalling import take_back
from shared.jobs.record import JobStatus, StoredResult, WrittenPrompt
from shared.prompts.model import PromptSource
from shared.prompts.template import template_prompt
from shared.seasons import campaigns
from shared.seasons.model import Rules, active_key
from shared.trips.facts import facts_of
from shared.uploads.cursor import Cursor
from shared.vehicles.catalogue import Catalogue, entry_of
from shared.vehicles.register import Decision
from shared.vehicles.uploads import RenderName
from tests.comfyui import small_car
from tests.fakes import renders
from tests.fakes.announcer import FakeAnnouncer
from tests.fakes.clock import START, FakeClock
from tests.fakes.invoker import FakeInvoker
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import a_trip, an_accepted_job, stepped
from tests.fakes.poisoned_store import PoisonedStore
from tests.fakes.wired import wired
from tests.fakes.workflow_queue import FakeWorkflowQueue
from tests.unit.functions import uploading
from tests.unit.functions.killable import Killed
from tests.unit.functions.trials import hear
from tests.unit.seasons.season_world import NOVEMBER, SeasonWorld, job_of

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord

_WAY = (JobStatus.PROMPTED, JobStatus.SENDING, JobStatus.QUEUED)
_RENDERED = (*_WAY, JobStatus.RENDERED)
_SUCCEEDED = (*_RENDERED, JobStatus.SUCCEEDED)
NAMES = tuple("j" + letter * 31 for letter in "abc")


@dataclass
class ListWorld(ABC):
    """A list of three; `run` is one run of the function, a minute after the one before."""

    clock: FakeClock = field(default_factory=FakeClock)
    names: tuple[str, ...] = NAMES

    def __post_init__(self) -> None:
        self.state, self.mount = PoisonedStore(self.clock), PoisonedStore(self.clock)
        self.jobs = FakeJobStore(self.state, clock=self.clock)
        self.queue, self.invoker = FakeWorkflowQueue(), FakeInvoker()
        self.arrange()

    @abstractmethod
    def arrange(self) -> None:
        """Fill the list."""

    @abstractmethod
    def run(self) -> None:
        """Run the function once."""

    @abstractmethod
    def ended(self) -> set[str]:
        """Return the items that have come to their end."""

    @abstractmethod
    def waiting(self) -> set[str]:
        """Return the items that are still in the list."""

    def dead(self) -> list[str]:
        """Return the keys of what was set aside."""
        return self.state.keys("dead/")

    def job(self, job_id: str, *steps: JobStatus) -> JobRecord:
        """Store a job that has come this way."""
        now, trip = self.clock.now(), a_trip(share=True)
        record = an_accepted_job(job_id, now=now, trip=trip)
        prompt = template_prompt(facts_of(trip), seed=1)
        for step in steps:
            self.jobs.append(record)
            record = stepped(record, step, now=now)
            if step is JobStatus.PROMPTED:
                written = WrittenPrompt(prompt=prompt, source=PromptSource.TEMPLATE)
                record = record.model_copy(update={"prompt": written})
            if step is JobStatus.SUCCEEDED:
                record = record.model_copy(update={"result": _RESULT})
        self.jobs.append(record)
        self.jobs.index(record.driver_key, job_id)
        return record

    def named(self, keys: list[str]) -> set[str]:
        """Return the items that are named by one of these keys."""
        return {name for name in self.names if any(name in key for key in keys)}


_RESULT = StoredResult(
    folder="results/x/1/", manifest_sha256="0" * 64, protected_pixels=1, protected_pixels_changed=0
)


class Announcements(ListWorld):
    """Three messages that are due."""

    def arrange(self) -> None:
        """Close three shared jobs."""
        self.announcer = FakeAnnouncer()
        for name in self.names:
            finish(self.job(name, *_SUCCEEDED), jobs=self.jobs)

    def run(self) -> None:
        """Run send_announcements."""
        self.clock.advance(60)
        wired(send_announcements, self)(
            seconds=40, configured=frozenset({"community"}), base_url="https://posters.example.com"
        )

    def ended(self) -> set[str]:
        """Return whose message was taken."""
        return self.named([each.message_id for each in self.announcer.taken])

    def waiting(self) -> set[str]:
        """Return whose message is in the outbox."""
        return self.named(self.state.keys("outbox/"))


class Sweeps(ListWorld):
    """Three open jobs whose runs were lost."""

    def arrange(self) -> None:
        """Accept three jobs, some time ago."""
        for name in self.names:
            self.job(name)
            self.jobs.mark_open(name)

    def run(self) -> None:
        """Run sweep_jobs when they are due."""
        self.clock.advance(130)
        look = LookRules(
            quiet_seconds=60, gone_seconds=60, orphan_seconds=3600, review_minutes=4320
        )
        wired(sweep_jobs, self)("j", rules=SweepRules(seconds=50, look_seconds=120, look=look))

    def ended(self) -> set[str]:
        """Return which were begun anew."""
        return self.named([each.task_id for each in self.invoker.started])

    def waiting(self) -> set[str]:
        """Return which have a marker."""
        return self.named(self.state.keys("open/"))


class Results(ListWorld):
    """Three results in the queue."""

    def arrange(self) -> None:
        """Have three tasks end."""
        for name in self.names:
            task = self.job(name, *_WAY).task_id
            self.mount.put(ids.output_key(task, "task.json"), b"{}")
            self.queue.add_result(task, b'{"9": {}}')

    def run(self) -> None:
        """Run drain_queue."""
        self.clock.advance(60)
        wired(drain_queue, self)(rules=DrainRules(seconds=30, grace_seconds=60, warning_share=0.5))

    def ended(self) -> set[str]:
        """Return whose end was recorded."""
        return self.named([each.task_id for each in self.invoker.started])

    def waiting(self) -> set[str]:
        """Return whose message is in the queue."""
        return self.named([each.task_id for each in self.queue.sink])


class Erasures(ListWorld):
    """Three erasures that nobody goes on with, while sweep_jobs runs."""

    def arrange(self) -> None:
        """Ask for three, and lose their runs."""
        for name in self.names:
            work = Work(
                erasure_id=name, tenant="maker", driver_key="d" * 32, asked_at=self.clock.now()
            )
            erasures.begin(work, state=self.state)

    def run(self) -> None:
        """Run sweep_jobs, when nobody has gone on for five minutes."""
        self.clock.advance(300)
        Sweeps.run(self)  # type: ignore[arg-type]

    def ended(self) -> set[str]:
        """Return which were carried on."""
        return self.named([each.task_id for each in self.invoker.started])

    def waiting(self) -> set[str]:
        """Return which are under way."""
        return self.named(self.state.keys("erasing/"))


class ErasedJobs(ListWorld):
    """Three jobs of a driver who has everything erased."""

    def arrange(self) -> None:
        """Ask for the erasure."""
        for name in self.names:
            self.job(name, *_SUCCEEDED)
        self.clock.advance(60)
        work = Work(
            erasure_id="e" * 32, tenant="maker", driver_key="d" * 32, asked_at=self.clock.now()
        )
        erasures.begin(work, state=self.state)

    def run(self) -> None:
        """Run run_erasure, as the sweeper has it run."""
        self.clock.advance(300)
        wired(run_erasure, self)("e" * 32, seconds=60, id_key=b"k" * 32)

    def ended(self) -> set[str]:
        """Return which are in no index any more."""
        return set(self.names) - self.named(self.state.keys("drivers/"))

    def waiting(self) -> set[str]:
        """Return all that are left as long as the erasure is under way."""
        left = self.named(self.state.keys("drivers/"))
        return left if self.state.keys("erasing/") else set()


class RecalledJobs(ListWorld):
    """Three posters of a vehicle that is recalled, by a command that is given again and again."""

    def arrange(self) -> None:
        """Make the posters."""
        for name in self.names:
            self.job(name, *_SUCCEEDED)

    def run(self) -> None:
        """Take them back."""
        self.clock.advance(60)
        wired(take_back, self)(
            "citycar/g1/black/0123456789ab",
            Decision(by="anna", at=START, reason="wheels"),
            tell=lambda _: None,
        )

    def ended(self) -> set[str]:
        """Return which are not shared any more."""
        bodies = [self.state.objects[key].data for key in self.state.keys("jobs/")]
        return {name for name in self.names if any(_withdrawn(name, body) for body in bodies)}

    def waiting(self) -> set[str]:
        """Return which were neither taken back nor set aside."""
        return set(self.names) - self.ended() - self.named(self.dead())


def _withdrawn(name: str, body: bytes) -> bool:
    return name.encode() in body and b'"share":false' in body.rpartition(b'"shares"')[2]


@dataclass
class Campaigns(ListWorld):
    """Three campaigns under way."""

    clock: FakeClock = field(default_factory=lambda: FakeClock(NOVEMBER))
    names: tuple[str, ...] = ("winter-2026", "autumn-2026", "summer-2026")

    def arrange(self) -> None:
        """Begin them."""
        self.season = _season_over(self)
        for name in self.names:
            window = self.season.season().calendar.window_of(name)
            rules = Rules(shards=1, budget_cny=100.0)
            campaigns.begin(window, rules, by="anna", state=self.state, clock=self.clock)

    def run(self) -> None:
        """Run the timer's event."""
        self.clock.advance(60)
        self.told = self.season.tick()

    def ended(self) -> set[str]:
        """Return whose shards were started, or that were closed since their time is over."""
        started = self.named([each.task_id for each in self.invoker.started])
        return started | (set(self.names) - self.named(self.state.keys(active_key(""))))

    def waiting(self) -> set[str]:
        """Return those that are neither planned nor over."""
        return self.named(self.state.keys(active_key(""))) - self.ended()


def _season_over(world: ListWorld) -> SeasonWorld:
    season = SeasonWorld(clock=world.clock, invoker=world.invoker)
    season.jobs, season.state = world.jobs, world.state
    return season


@dataclass
class PlannedTrips(ListWorld):
    """The trips of three drivers, planned and painted for a season."""

    clock: FakeClock = field(default_factory=lambda: FakeClock(NOVEMBER))
    names: tuple[str, ...] = tuple(job_of(driver) for driver in "abc")

    def arrange(self) -> None:
        """Have three drivers with a poster each, and the season begin."""
        self.season = _season_over(self)
        self.season.rules = self.season.rules.model_copy(update={"shards": 1})
        for driver in "abc":
            self.season.painted(driver, driver)
        self.season.tick(begins=True)

    def run(self) -> None:
        """Let six minutes pass, so that a shard that was lost is begun anew."""
        for _ in range(6):
            minute = self.clock.now()
            with contextlib.suppress(Killed):
                self.season.minutes(1)
            self.clock.advance(max(0.0, 60 - (self.clock.now() - minute).total_seconds()))

    def ended(self) -> set[str]:
        """Return which were painted anew."""
        return {job.repaint_of for job in self.season.season_jobs()} & set(self.names)

    def waiting(self) -> set[str]:
        """Return all that are left as long as the campaign is under way."""
        active = self.state.keys(active_key(""))
        return set(self.names) - self.ended() - self.named(self.dead()) if active else set()


@dataclass
class Vehicles(ListWorld):
    """Three renders that one event tells of; the platform repeats what did not end."""

    names: tuple[str, ...] = ("testcar/g1/red", "testcar/g1/blue", "testcar/g1/green")

    def arrange(self) -> None:
        """Upload them."""
        self.keys: list[str] = []
        for name in self.names:
            paint = RenderName(*name.split("/"))
            for key, data in renders.good_files().uploads(paint).items():
                self.mount.put(key, data)
                self.keys.append(key)

    def run(self) -> None:
        """Run intake_vehicle for the event, or for its repetition."""
        self.clock.advance(60)
        try:
            hear(self, *self.keys)
        except UnfinishedError:
            self.repeated = True
        else:
            self.repeated = False

    def ended(self) -> set[str]:
        """Return which are offered."""
        return self.named(self.mount.keys("input/vehicles/catalogue/"))

    def waiting(self) -> set[str]:
        """Return which have no report of any kind."""
        return set(self.names) - self.ended() - self.named(self.dead())


@dataclass
class Uploads(ListWorld):
    """Three files of trips."""

    names: tuple[str, ...] = ("a.jsonl", "b.jsonl", "c.jsonl")

    def arrange(self) -> None:
        """Put them."""
        self.catalogue = Catalogue.of([entry_of(small_car.frozen().sidecar)])
        for name in self.names:
            data = b"\n".join(uploading.numbered(2, drivers=ord(name[0])))
            self.mount.put(f"uploads/trips/{name}", data)
        self.event = [f"uploads/trips/{name}" for name in self.names]
        created = tuple(ObjectCreated("mount", key, 9) for key in self.event)
        # No room: what is begun is read by the timer.
        self._ingest(UploadWork(created), open_jobs=0)

    def run(self) -> None:
        """Run ingest_upload as its timer does."""
        self.clock.advance(60)
        self._ingest(UploadWork(), open_jobs=1000)

    def dead(self) -> list[str]:
        """Return the files that were set aside."""
        begun = [k for k in self.state.keys("uploads/") if k.endswith("/000001.json")]
        first = [Cursor.model_validate_json(self.state.objects[key].data) for key in begun]
        dead = super().dead()
        return [each.key for each in first if any(each.upload_id in key for key in dead)]

    def _ingest(self, work: UploadWork, *, open_jobs: int) -> None:
        wired(ingest_upload, self)(
            work,
            start="u",
            rules=IngestRules(
                accept=uploading.ACCEPT,
                tenant=uploading.TENANT,
                limits=uploading.LIMITS,
                open_jobs=open_jobs,
                seconds=50.0,
            ),
            catalogue=self.catalogue,
        )

    def ended(self) -> set[str]:
        """Return the files that were read to their end."""
        return self.named([k for k in self.mount.keys("uploads/reports/") if "summary" in k])

    def waiting(self) -> set[str]:
        """Return the files that are neither read nor set aside."""
        return set(self.names) - self.ended() if self.state.keys("open-uploads/") else set()


class Lines(Uploads):
    """Three lines of one file; they are called by the jobs that are to come of them."""

    def arrange(self) -> None:
        """Find out the jobs' ids, then begin anew."""
        self.names = ("a.jsonl",)
        super().arrange()
        self.mount.put("uploads/trips/a.jsonl", b"\n".join(uploading.numbered(3)))
        well = Uploads.__new__(Uploads)
        well.__dict__.update(vars(self))
        well.state, well.jobs = PoisonedStore(self.clock), FakeJobStore(clock=self.clock)
        well.jobs = FakeJobStore(well.state, clock=self.clock)
        created = (ObjectCreated("mount", "uploads/trips/a.jsonl", 9),)
        well._ingest(UploadWork(created), open_jobs=1000)
        rows = [r for k in self.mount.keys("uploads/reports/") for r in self._rows(k)]
        self.names = tuple(row["job_id"] for row in rows)
        self._ingest(UploadWork(created), open_jobs=0)

    def _rows(self, key: str) -> list[dict[str, str]]:
        data = self.mount.objects[key].data
        return [json.loads(each) for each in data.splitlines()] if "part-" in key else []

    def ended(self) -> set[str]:
        """Return whose job was accepted."""
        return self.named([k for k in self.state.keys("jobs/") if k.endswith("/000001.json")])

    def dead(self) -> list[str]:
        """Return the jobs whose line was set aside."""
        lines = [key.rpartition("-")[2] for key in self.state.keys("dead/lines/")]
        return [self.names[int(line.partition(".")[0]) - 1] for line in lines]


LISTS: tuple[type[ListWorld], ...] = (
    Announcements,
    Sweeps,
    Results,
    Erasures,
    ErasedJobs,
    RecalledJobs,
    Campaigns,
    PlannedTrips,
    Vehicles,
    Uploads,
    Lines,
)
