"""Support: a world whose processes can be killed just before or just after any effect.

An effect is every method of a port that is not known to be a mere look, so that a method that
comes to a port is a kill point without anybody's doing.
"""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from functions.cancel_job.use_case import cancel_job
from functions.receive_failure.use_case import receive_failure
from functions.task_callback.use_case import task_callback
from shared import ports
from shared.edge.events.failures import FailedInvocation
from shared.jobs.claims import Reviewer
from shared.jobs.record import JobStatus
from tests.fakes.announcer import FakeAnnouncer
from tests.fakes.clock import FakeClock
from tests.fakes.job_store import FakeJobStore
from tests.fakes.wired import wired
from tests.unit.functions.reviewing import review, send
from tests.unit.functions.world import DRIVER, REVIEW_MINUTES, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from shared.jobs.record import JobRecord

LOOKS = {
    "ObjectStore": {"get", "read_range", "head", "page", "sign", "post_form"},
    "WorkflowQueue": {"tasks", "holds", "results", "depth"},
    "SceneModel": {"name", "longest_prompt", "progress", "fetch"},
    "FunctionInvoker": set[str](),
    "PromptModel": set[str](),
    "Announcer": set[str](),
    "StyleJudge": set[str](),
}
# Ports without effects of their own: the store of jobs stands on a bucket.
WITHOUT_EFFECTS = {"JobStore", "Clock"}
_Output = tuple[dict[str, bytes], bytes, int]


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Fuse:
    """Counts effects while a process runs; burns through once, at effect `at`, before or after."""

    at: int = 0
    after: bool = False
    count: int = 0
    running: bool = False
    seen: list[str] = field(default_factory=list)
    acted: set[tuple[str, str]] = field(default_factory=set)

    def __str__(self) -> str:
        """Return where it burns through."""
        effect = self.seen[self.at - 1] if len(self.seen) >= self.at else "not reached"
        return f"{'after' if self.after else 'before'} {self.at} {effect}"

    @contextlib.contextmanager
    def around(self, effect: str) -> Iterator[None]:
        """Kill the process at its effect."""
        if not self.running:
            yield
            return
        self.count += 1
        self.seen.append(effect)
        self.acted.add((_acting(), effect))
        mine = self.count == self.at
        if mine and not self.after:
            raise Killed
        yield
        if mine:
            raise Killed


def _acting() -> str:
    """Return the function whose use case is having an effect."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        frame = frame.f_back
        room, _, rest = frame.f_globals.get("__name__", "").partition(".")
        if room == "functions":
            return str(rest.partition(".")[0])
    return ""


def effects_of(port: type) -> set[str]:
    """Return the names of a port's effects."""
    methods = {name for name in vars(port) if not name.startswith("_")}
    return methods - LOOKS[port.__name__]


class Watched:
    """A fake, and the fuse around its effects; everything else passes through."""

    def __init__(self, fake: Any, port: type, fuse: Fuse) -> None:
        vars(self).update(fake=fake, effects=effects_of(port), label=port.__name__, fuse=fuse)

    def __getattr__(self, name: str) -> Any:
        found = getattr(vars(self)["fake"], name)
        if name not in vars(self)["effects"]:
            return found

        def guarded(*arguments: Any, **options: Any) -> Any:
            with vars(self)["fuse"].around(f"{vars(self)['label']}.{name}"):
                return found(*arguments, **options)

        return guarded

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(vars(self)["fake"], name, value)


class KillableWorld(World):
    """A world in which one process dies; the GPU's pictures are made once for all worlds."""

    _painted: dict[str, _Output] = {}  # noqa: RUF012 - shared on purpose

    def __init__(self, folder: Path, fuse: Fuse) -> None:
        super().__init__(folder, clock=FakeClock())
        self.fuse = fuse
        self.gpu_runs, self.has_gpu = 0, True
        self.announcer: Any
        watched: dict[str, Any] = {
            "state": (self.state, ports.ObjectStore),
            "mount": (self.mount, ports.ObjectStore),
            "queue": (self.queue, ports.WorkflowQueue),
            "invoker": (self.invoker, ports.FunctionInvoker),
            "scenes": (self.scenes, ports.SceneModel),
            "model": (self.model, ports.PromptModel),
            "announcer": (FakeAnnouncer(), ports.Announcer),
        }
        for name, (fake, port) in watched.items():
            setattr(self, name, Watched(fake, port, fuse))
        self.jobs = FakeJobStore(self.state, clock=self.clock)

    def process(self, run: Callable[[], object]) -> bool:
        """Run one process; False when it was killed. What it raises is the platform's to see."""
        self.fuse.running = True
        try:
            run()
        except Killed:
            return False
        finally:
            self.fuse.running = False
        return True

    def insist(self, run: Callable[[], object]) -> None:
        """Call like a client does who asks again when no answer comes."""
        if not self.process(run):
            assert self.process(run), "killed twice"

    def past_review(self, key: str) -> str:
        """Take a new job to its end, or to a reviewer who never comes; return its id."""
        found: list[str] = []
        self.insist(lambda: found.append(self.submit(key=key).job_id))
        for _ in range(60):
            record = self.record(found[-1])
            if record.status.is_closed or record.status is JobStatus.NEEDS_REVIEW:
                break
            self.step()
            self.clock.advance(60)
        self.clock.advance(REVIEW_MINUTES * 60)
        return found[-1]

    def paint(self, job_id: str) -> JobRecord:
        """Run paint_trip as a process."""
        self.process(lambda: super(KillableWorld, self).paint(job_id))
        return self.record(job_id)

    def scene(self, job_id: str) -> JobRecord:
        """Run paint_scene as a process."""
        self.process(lambda: super(KillableWorld, self).scene(job_id))
        return self.record(job_id)

    def store(self, task_id: str) -> JobRecord:
        """Run store_result as a process."""
        self.process(lambda: super(KillableWorld, self).store(task_id))
        return self.record(task_id.rpartition("-")[0])

    def drain(self) -> Any:
        """Run drain_queue as a process."""
        self.process(super().drain)

    def sweep(self, start: str = "j", *, seconds: float = 50) -> Any:
        """Run sweep_jobs as a process."""
        self.process(lambda: super(KillableWorld, self).sweep(start, seconds=seconds))

    def render(self, task_id: str, **_options: Any) -> None:
        """Play the GPU, the first time in earnest."""
        if not self.has_gpu:
            return
        self.gpu_runs += 1
        if task_id not in self._painted:
            before = set(self.mount.objects)
            super().render(task_id)
            new = {key: self.mount.objects[key].data for key in set(self.mount.objects) - before}
            answer = next(each for each in self.queue.sink if each.task_id == task_id)
            self._painted[task_id] = new, answer.body, answer.code
            return
        files, body, code = self._painted[task_id]
        for key, data in files.items():
            self.mount.put(key, data)
        self.queue.finish(task_id, body, code=code)

    def cancel(self, job_id: str) -> None:
        """Run cancel_job."""
        wired(cancel_job, self)(job_id, DRIVER, id_key=b"k" * 32)

    def call_back(self, task_id: str) -> None:
        """Run task_callback."""
        wired(task_callback, self)(task_id)

    def give_up(self, payload: str) -> None:
        """Run receive_failure."""
        context = {"functionArn": "acs:fc:r:1:functions/x", "requestId": "1"}
        event = {"requestContext": context, "requestPayload": payload}
        failed = FailedInvocation.model_validate(event)
        receive_failure(failed, jobs=self.jobs, dead=self.state)

    def review(self, job_id: str, **decision: Any) -> None:
        """Run review_job."""
        review(self, job_id, Reviewer("maker", "r" * 32), **decision)

    def tell(self, *, minutes: int) -> None:
        """Let the timer of send_announcements tick, each time as a process."""
        for _ in range(minutes):
            self.clock.advance(60)
            self.process(lambda: send(self, self.announcer))


def deaths(folder: Path, effects: int, *, first: int = 1) -> Iterator[KillableWorld]:
    """Yield worlds in each of which a process dies at another effect, before or after it."""
    for at in range(first, effects + 1):
        for after in (False, True):
            yield KillableWorld(folder / f"{at}-{after}", Fuse(at, after))
