"""All ports as fakes, and the eight use cases over them, as the handlers would wire them."""

from __future__ import annotations

import contextlib
import functools
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from functions.drain_queue.use_case import Drained, DrainRules, drain_queue
from functions.paint_scene.plate import PlateRules
from functions.paint_scene.use_case import paint_scene
from functions.paint_trip.prompting import PromptRules
from functions.paint_trip.use_case import paint_trip
from functions.read_job.use_case import read_job
from functions.record_output.use_case import record_outputs
from functions.store_result.use_case import store_result
from functions.submit_trip.use_case import submit_trip
from functions.sweep_jobs.look import LookRules
from functions.sweep_jobs.use_case import SweepRules, Swept, sweep_jobs
from local.comfyui.engine import CUSTOM_NODES
from local.stack import ROOT
from shared.core.callers import Caller
from shared.core.errors import UpstreamError
from shared.edge.events.objects import ObjectCreated
from shared.jobs.accepting import AcceptRules, Submission
from shared.jobs.admission import AdmissionRules
from shared.jobs.circuits import CircuitRules, Circuits
from shared.jobs.control import read_control
from shared.jobs.model_list import ModelList
from shared.jobs.moving import load
from shared.jobs.record import JobRecord
from shared.quality.thresholds import Thresholds
from shared.results.pictures import PictureLimits
from shared.styles import style
from shared.trips.model import Trip
from shared.trips.reading import trip_of
from shared.vehicles.catalogue import Catalogue, entry_of
from shared.vehicles.freeze import mount_files
from tests.comfyui import small_car
from tests.fakes.clock import FakeClock
from tests.fakes.invoker import FakeInvoker
from tests.fakes.job_store import FakeJobStore
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.prompt_model import FakePromptModel
from tests.fakes.scene_model import FakeSceneModel
from tests.fakes.wired import wired
from tests.fakes.workflow_queue import FakeWorkflowQueue
from tests.unit.functions.gpu import worked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shared.edge.job_view import JobView
    from shared.jobs.closing import AnnounceMode
    from shared.ports import SceneModel
    from shared.quality.second_look import SecondLook

LIMITS = PictureLimits(max_bytes=20_000_000, max_pixels=4_000_000)
MAX_ATTEMPTS, GRACE_SECONDS = 3, 120
LOOK_SECONDS, QUIET_SECONDS, GONE_SECONDS, REVIEW_MINUTES = 120, 180, 300, 4320
# What runs leave for others to read; it changes with each.
_REPORTS = {"control/queues", "control/swept", "control/open"}
_RULES = AcceptRules(
    id_key=b"k" * 32,
    default_style="photoreal",
    default_vehicle="testcar/g1/red",
    deadline_minutes=30,
)
_ADMISSION = AdmissionRules(
    driver_open=100,
    driver_hourly=100,
    open_jobs=1000,
    queue_length=1000,
    tasks_per_minute=10.0,
    minutes=30,
)
# The drawn car is small on a full canvas, so it stands far away: close below the horizon. Its plate
# is two plain colours, which tell nothing of light or heading.
_THRESHOLDS = Thresholds(ground_below_horizon=0.0, confidence=2.0)
DRIVER = Caller("maker", "driver-1", frozenset({"driver"}))
__all__ = ["MAX_ATTEMPTS", "World", "sample_trip", "twice_at_once"]


def sample_trip(**changes: Any) -> Trip:
    """Return the sample trip, without the vehicle it names."""
    fields = json.loads((ROOT / "examples" / "trips" / "may_day.json").read_bytes())
    fields.pop("vehicle", None)
    return trip_of({**fields, **changes})


@functools.cache
def plate_png(size: tuple[int, int] | None = None) -> bytes:
    """Return a plate of the style's size: sky of a sunset, flat ground."""
    look = style("photoreal")
    width, height = size or (look.width, look.height)
    canvas = np.full((height, width, 3), 150, dtype=np.uint8)
    canvas[: round(0.56 * height)] = (235, 170, 110)
    return small_car.png(Image.fromarray(canvas), compress_level=1)


@functools.cache
def _car() -> Any:
    return small_car.frozen()


class PatientClock(FakeClock):
    """Sleeping also takes a little real time, so that another thread can get on."""

    def sleep(self, seconds: float) -> None:
        """Wait a hundredth of a second, and let `seconds` have passed."""
        time.sleep(0.01)
        super().sleep(seconds)


@dataclass
class World:
    """Fakes, wired; `folder` is a place for what a test puts on disk."""

    folder: Path
    clock: FakeClock = field(default_factory=PatientClock)
    model: FakePromptModel = field(default_factory=FakePromptModel)
    scenes: FakeSceneModel = field(default_factory=lambda: FakeSceneModel(plate_png()))
    successors: list[FakeSceneModel] = field(default_factory=list)
    queue: FakeWorkflowQueue = field(default_factory=FakeWorkflowQueue)
    invoker: FakeInvoker = field(default_factory=FakeInvoker)
    announce_mode: AnnounceMode = "automatic"
    thresholds: Thresholds = _THRESHOLDS
    second_look: SecondLook | None = None
    admission: AdmissionRules = _ADMISSION

    def __post_init__(self) -> None:
        self.jobs = FakeJobStore(clock=self.clock)
        self.state = self.jobs.bucket
        self.mount = FakeObjectStore(self.clock)
        self.catalogue = Catalogue.of([entry_of(_car().sidecar)])
        for key, data in mount_files(_car()):
            self.mount.put(key, data)

    def submit(
        self, trip: Trip | None = None, *, key: str | None = None, driver: str = "driver-1"
    ) -> JobRecord:
        """Run submit_trip."""
        submission = Submission("maker", driver, trip or sample_trip(), key)
        return wired(submit_trip, self)(
            submission,
            rules=_RULES,
            admission=self.admission,
            control=read_control(self.state),
            catalogue=self.catalogue,
        )

    def paint(self, job_id: str) -> JobRecord:
        """Run paint_trip."""
        return wired(paint_trip, self)(
            job_id,
            rules=PromptRules(deadline_seconds=40),
            max_attempts=MAX_ATTEMPTS,
            model=self.model,
            catalogue=lambda: self.catalogue,
            circuits=self.circuits(),
        )

    def scene(self, job_id: str) -> JobRecord:
        """Run paint_scene."""
        rules = PlateRules(deadline_seconds=60, poll_seconds=1, limits=LIMITS)
        return wired(paint_scene, self)(
            job_id,
            rules=rules,
            max_attempts=MAX_ATTEMPTS,
            models=self.scene_models(),
            circuits=self.circuits(),
        )

    def render(self, task_id: str, *, custom_nodes: Path = CUSTOM_NODES) -> None:
        """Play the GPU on a waiting task: its files first, then its answer in the sink."""
        task = next(each for each in self.queue.waiting if each.task_id == task_id)
        inputs = tuple((key, self.mount.objects[key].data) for key in self.mount.keys("input/"))
        done = worked(task_id, task.workflow, inputs, custom_nodes)
        for key, data, kind in done.files:
            self.mount.put(key, data, content_type=kind)
        self.queue.finish(task_id, done.body, code=done.code)

    def notice(self, task_id: str) -> int:
        """Run record_output, as the OSS event on task.json does."""
        created = ObjectCreated("mount", f"output/{task_id}/task.json", 9)
        noticed = wired(record_outputs, self)([created])
        return noticed.recorded

    def circuits(self) -> Circuits:
        """Return the circuits as a fresh instance sees them."""
        return Circuits(self.state, clock=self.clock, rules=CircuitRules(failures=3))

    def scene_models(self) -> ModelList[SceneModel]:
        """Return the picture models as a fresh instance sees them."""
        found = {each.name: each for each in (self.scenes, *self.successors)}
        return ModelList("picture", tuple(found), found.__getitem__, circuits=self.circuits())

    def drain(self) -> Drained:
        """Run drain_queue."""
        return wired(drain_queue, self)(
            rules=DrainRules(seconds=30, grace_seconds=GRACE_SECONDS, warning_share=0.5)
        )

    def sweep(self, start: str = "j", *, seconds: float = 50) -> Swept:
        """Run sweep_jobs."""
        look = LookRules(
            quiet_seconds=QUIET_SECONDS,
            gone_seconds=GONE_SECONDS,
            orphan_seconds=3600,
            review_minutes=REVIEW_MINUTES,
        )
        return wired(sweep_jobs, self)(
            start, rules=SweepRules(seconds=seconds, look_seconds=LOOK_SECONDS, look=look)
        )

    def store(self, task_id: str) -> JobRecord:
        """Run store_result."""
        return wired(store_result, self)(
            task_id,
            limits=LIMITS,
            thresholds=self.thresholds,
            producer="",
            max_attempts=MAX_ATTEMPTS,
            announce=self.announce_mode,
            second_look=self.second_look,
        )

    def step(self) -> None:
        """Let the platform, the GPU and the timers do what there is to do, once."""
        self.invoker.handlers |= {
            "paint_trip": lambda order: _given_up(self.paint, order["job_id"]),
            "paint_scene": lambda order: _given_up(self.scene, order["job_id"]),
            "store_result": lambda order: _given_up(self.store, order["task_id"]),
        }
        self.invoker.run()
        for task in list(self.queue.waiting):
            self.render(task.task_id)
        self.drain()
        self.sweep()

    def run_until_quiet(self, *, minutes: int = 90) -> None:
        """Let time pass until no job is in flight any more."""
        for _ in range(minutes):
            self.step()
            if not self.state.keys("open/"):
                return
            self.clock.advance(60)
        msg = f"after {minutes} minutes these are still open: {self.state.keys('open/')}"
        raise AssertionError(msg)

    def record(self, job_id: str) -> JobRecord:
        """Return the newest record."""
        return load(job_id, jobs=self.jobs)

    def queued(self) -> JobRecord:
        """Return a job whose first task waits for a GPU."""
        job_id = self.submit().job_id
        self.paint(job_id)
        return self.scene(job_id)

    def rendered(self) -> JobRecord:
        """Return a job whose first task has ended well."""
        record = self.queued()
        self.render(record.task_id)
        self.notice(record.task_id)
        return self.record(record.job_id)

    def read(self, job_id: str, caller: Caller = DRIVER) -> JobView:
        """Run read_job."""
        return wired(read_job, self)(
            job_id,
            caller,
            id_key=b"k" * 32,
            link_seconds=60,
            control=lambda: read_control(self.state),
            thresholds=lambda: self.thresholds,
        )

    def through(self, job_id: str) -> JobRecord:
        """Take a job that is to be painted to its stored poster."""
        self.paint(job_id)
        task = self.scene(job_id).task_id
        self.render(task)
        self.notice(task)
        return self.store(task)

    def snapshot(self) -> dict[str, object]:
        """Return everything that lasts, to compare before and after."""
        return {
            "state": {
                key: each.data for key, each in self.state.objects.items() if key not in _REPORTS
            },
            "mount": {key: each.data for key, each in self.mount.objects.items()},
            "waiting": list(self.queue.waiting),
            "started": list(self.invoker.started),
            "orders": list(self.scenes.orders),
        }


def _given_up(run: Callable[[str], object], subject: str) -> None:
    """Run a function as a platform does that gives up at the first failure."""
    with contextlib.suppress(UpstreamError):
        run(subject)


def twice_at_once(call: Callable[[], object]) -> list[object]:
    """Run the same call in two threads that start together; return what came of each."""
    start = threading.Barrier(2)

    def run() -> object:
        start.wait(timeout=10)
        return call()

    with ThreadPoolExecutor(2) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run), pool.submit(run)]]
