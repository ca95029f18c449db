"""One rehearsal: what is deployed and moved, step by step, while trips come."""

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from cli.rollout import on_stack
from cli.rollout.probing import faults as faults_of
from cli.rollout.releasing import Release, ReleaseStoppedError, publish
from cli.rollout.target import Target
from cli.rollout.wanted import TEMPLATE, Wanted
from local.cloud.eas.queue import DurableQueue
from local.cloud.fc.instance import Instance
from local.cloud.fc.spec import FunctionSpec, load_stack
from local.printed import Say
from local.stack import STATE_BUCKET, LocalStack
from tools.chaos.book import Book
from tools.chaos.files import entries, files
from tools.rollout_load.traffic import Traffic
from tools.rollout_load.zips import released

ALIAS, LATEST = "live", "LATEST"
FIRST, LATER, CRASHING = "1.0.0", "1.1.0", "1.1.1"
# What a job passes through: each must be missed, and none takes the load's own requests away.
_MAY_CRASH = ("paint_trip", "paint_scene", "record_output", "drain_queue", "store_result")
_STEPS, _STEPS_AGAIN = (10, 50, 100), (50, 100)
_PATIENCE_SECONDS, _LOOK_SECONDS = 120.0, 0.2
_A_MINUTE = 60.0
_OPEN = ("open", "open-uploads", "erasing")


@dataclass(frozen=True)
class LoadRules:
    """What is drawn is drawn from `seed`; `pause` seconds lie between two moves of the alias."""

    data: Path
    jobs: int
    seed: str
    pause: float = 4.0

    def stages(self) -> list[tuple[int, float]]:
        """Return how many trips come in each stage, and in how many seconds: see `Rehearsal`."""
        few = max(2, self.jobs // 12)
        before, back, forward = self.jobs // 5, self.jobs // 6, self.jobs // 6
        moving = max(1, self.jobs - before - back - forward - 2 * few)
        return [(before, 15), (moving, 40), (back, 4), (forward, 20), (few, 16), (few, 4)]


@dataclass
class Rehearsal:
    """The stages: before, moving, back, forward, one that does not start, one that is live.

    `moves` are the seconds each step took and how many jobs were under way then. `ran` counts the
    runs that the load made, by function and version, `probed` has those that a check made;
    `releases` says which release a version is. `wrong` is what should not have come of a step.
    """

    rules: LoadRules
    stack: LocalStack
    traffic: Traffic
    book: Book
    say: Say
    moves: list[dict[str, str]] = field(default_factory=list)
    ran: Counter[tuple[str, str]] = field(default_factory=Counter)
    probed: set[tuple[str, str]] = field(default_factory=set)
    releases: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    _probing: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        draw = random.Random(f"{self.rules.seed}/crash")  # noqa: S311 - no secrets
        self.crashing = draw.choice(_MAY_CRASH)
        self._watch_runs()

    def run(self) -> None:
        """Go through all stages, and wait until nothing is under way any more."""
        self._deploy(FIRST)
        self._check(ALIAS, [])
        self.traffic.begin_stage(0)
        self._some_are_under_way()
        self._deploy(LATER)
        self.traffic.begin_stage(1)
        self._release(LATER, _STEPS)
        self.traffic.begin_stage(2)
        self._some_are_under_way()
        self._back(FIRST)
        self.traffic.begin_stage(3)
        self._release(LATER, _STEPS_AGAIN)
        self._settle()
        self._crash_is_seen_before()
        self._crash_is_live()
        self._settle()

    def _crash_is_seen_before(self) -> None:
        self._deploy(CRASHING)
        self.traffic.begin_stage(4)
        self._some_are_under_way()
        self._check(LATEST, [self.crashing])
        before = self._moving.status()
        began = time.monotonic()
        try:
            self._moving.run(CRASHING, _STEPS, self.rules.pause)
            self.wrong.append("a version that does not start was released")
        except ReleaseStoppedError as error:
            self._note(f"release stopped: {error}", began, within=_A_MINUTE)
        if self._moving.status() != before:
            self.wrong.append("a release that was stopped has moved calls")

    def _crash_is_live(self) -> None:
        names = self._target.http
        versions = {name: publish(self._target.cloud, name, CRASHING) for name in names}
        self._know(versions, CRASHING)
        self._moving.share(versions, 100)
        self.traffic.begin_stage(5)
        self._some_are_under_way()
        self._check(ALIAS, [self.crashing])
        self._back(LATER)

    def _deploy(self, release: str) -> None:
        began = time.monotonic()
        wanted = released(
            self._built,
            self.rules.data / "zips",
            release,
            later=release != FIRST,
            crashing=self.crashing if release == CRASHING else "",
        )
        changed = on_stack.deploy(self.stack, wanted)
        if release == FIRST:
            self._know({each.name: "1" for each in wanted.functions}, FIRST)
        self._note(f"deployed {release}: {len(changed)} changes", began)

    def _release(self, release: str, steps: tuple[int, ...]) -> None:
        began = time.monotonic()
        self._moving.run(release, steps, self.rules.pause)
        self._know({row["function"]: row["version"] for row in self._moving.status()}, release)
        self._note(f"released {release} in steps of {steps} %", began)

    def _check(self, qualifier: str, expected: list[str]) -> None:
        began = time.monotonic()
        faults = faults_of(self._fault, dict.fromkeys(self._target.http, qualifier))
        found = sorted(name.rpartition("-")[2] for name in faults)
        if found != expected:
            self.wrong.append(f"a check of {qualifier} finds {faults}, expected {expected}")
        within = _A_MINUTE if expected else None
        self._note(f"check of {qualifier}: {', '.join(found) or 'all run'}", began, within=within)

    def _back(self, release: str) -> None:
        if not self.under_way():
            self.wrong.append("nothing was under way when calls were taken back")
        began = time.monotonic()
        now = self._moving.back()
        if {self.releases[each] for each in now.values()} != {release}:
            self.wrong.append(f"calls went back to {now}, not to {release}")
        self._note(f"back to {release}", began)

    def _some_are_under_way(self) -> None:
        self._until(lambda: self.under_way() > 0, "no job was under way")

    def _settle(self) -> None:
        began = time.monotonic()
        self._until(
            lambda: self.traffic.are_done() and not self._is_busy(), "not all came to an end"
        )
        self._note("all is at rest", began)

    def _until(self, is_so: Callable[[], bool], words: str) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while not is_so():
            if time.monotonic() > end:
                self.wrong.append(f"{words} within {_PATIENCE_SECONDS:.0f} s")
                return
            time.sleep(_LOOK_SECONDS)

    def functions(self) -> list[str]:
        """Return the names of all functions with a handler, without the stack's."""
        with_handler = (name for name, each in self._stack.items() if not each.is_web)
        return sorted(name.rpartition("-")[2] for name in with_handler)

    def under_way(self) -> int:
        """Return how many jobs are open."""
        return len(entries(self._bucket / "open"))

    def _is_busy(self) -> bool:
        if any(entries(self._bucket / name) for name in _OPEN):
            return True
        queues = (self.rules.data / "eas" / name for name in ("input", "sink"))
        return any(files(self._bucket / "outbox")) or any(DurableQueue(q).count() for q in queues)

    def _note(self, what: str, began: float, *, within: float | None = None) -> None:
        seconds = time.monotonic() - began
        if within is not None and seconds > within:
            self.wrong.append(f"{what}: after {seconds:.0f} s, {within:.0f} are allowed")
        self._tell(what, f"{seconds:.1f}")

    def _tell(self, what: str, seconds: str = "") -> None:
        told = {"step": what, "seconds": seconds, "under way": str(self.under_way())}
        self.moves.append(told)
        took = f", {seconds} s" if seconds else ""
        self.say.progress(f"{what}{took}; {told['under way']} under way")

    def _know(self, versions: dict[str, str], release: str) -> None:
        self.releases |= dict.fromkeys(versions.values(), release)

    def _watch_runs(self) -> None:
        take = self.stack.instances.take

        def watched(function: FunctionSpec) -> Instance:
            ran = (function.name.rpartition("-")[2], function.version)
            if function.qualifier == ALIAS and not self._probing:
                self.ran[ran] += 1
            else:
                self.probed.add(ran)
            return take(function)

        vars(self.stack.instances)["take"] = watched

    def _fault(self, name: str, qualifier: str) -> str:
        """Check a function; what runs meanwhile is not counted as the load's."""
        self._probing.append(name)
        try:
            return self._target.fault(name, qualifier)
        finally:
            self._probing.remove(name)

    @cached_property
    def _moving(self) -> Release:
        return replace(self._target.release(ALIAS, self._tell), check=self._fault)

    @cached_property
    def _target(self) -> Target:
        http = {name: bool(each.http_triggers) for name, each in self._stack.items()}
        return Target(on_stack.cloud_of(self.stack), self.stack.deployment, http)

    @cached_property
    def _stack(self) -> Mapping[str, FunctionSpec]:
        return load_stack(TEMPLATE, self.stack.deployment).functions

    @property
    def _bucket(self) -> Path:
        return self.rules.data / "oss" / STATE_BUCKET

    @cached_property
    def _built(self) -> Wanted:
        return on_stack.wanted_on(self.stack, FUNCTION_QUALIFIER=ALIAS)
