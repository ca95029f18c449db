"""Support: sweeps over 10,000 open jobs, 500 of them due; prints what each took, as JSON.

A process of its own, so that its memory is that of a sweep: the vendors' libraries are loaded.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import tracemalloc
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from functions.sweep_jobs.look import LookRules
from functions.sweep_jobs.use_case import SweepRules, sweep_jobs
from shared.adapters import eas_workflow_queue, oss_object_store
from shared.adapters.bucket_job_store import BucketJobStore
from shared.core import ids
from tests.fakes.clock import START, FakeClock
from tests.fakes.invoker import FakeInvoker
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.workflow_queue import FakeWorkflowQueue
from tests.unit.functions.due_jobs import CASES, Case

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shared.ports import ObjectInfo, ObjectPage, Withdrawal

OPEN, DUE = 10_000, 500
_VENDORS = (eas_workflow_queue, oss_object_store)
_JOB = re.compile(r"j[a-z2-7]{31}")
_TOLD = ("outbox/", "announced/")
_RULES = SweepRules(
    seconds=50,
    look_seconds=120,
    look=LookRules(quiet_seconds=180, gone_seconds=300, orphan_seconds=3600, review_minutes=4320),
)


class Tally:
    """Requests by job and kind: to the bucket, to tell others, or of another service."""

    def __init__(self) -> None:
        self.pages = 0
        self.apart = 0
        self.of_job: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, key: str, kind: str = "bucket") -> None:
        """Count one request."""
        job = _JOB.search(key)
        if job is None:
            self.apart += 1
        else:
            self.of_job[job[0]]["telling" if key.startswith(_TOLD) else kind] += 1


class CountedStore(FakeObjectStore):
    """A bucket that counts what it is asked for."""

    def __init__(self, clock: FakeClock, tally: Tally) -> None:
        super().__init__(clock)
        self.tally = tally

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> ObjectPage:
        """List, and count pages of markers apart."""
        if prefix == "open/":
            self.tally.pages += 1
        else:
            self.tally.add(prefix)
        return super().page(prefix, after=after, limit=limit)

    def get(self, key: str, *, max_bytes: int | None = None) -> bytes | None:
        """Read."""
        self.tally.add(key)
        return super().get(key, max_bytes=max_bytes)

    def head(self, key: str) -> ObjectInfo | None:
        """Look."""
        self.tally.add(key)
        return super().head(key)

    def put(self, key: str, data: bytes, *, content_type: str = "") -> None:
        """Write."""
        self.tally.add(key)
        super().put(key, data, content_type=content_type)

    def create(self, key: str, data: bytes, *, content_type: str = "") -> bool:
        """Write if absent."""
        self.tally.add(key)
        return super().create(key, data, content_type=content_type)

    def delete(self, key: str) -> None:
        """Remove."""
        self.tally.add(key)
        super().delete(key)


class CountedQueue(FakeWorkflowQueue):
    """A queue that counts what it is asked of one task."""

    def __init__(self, tally: Tally, task_of: Mapping[int, str]) -> None:
        super().__init__()
        self._tally, self._task_of = tally, task_of

    def withdraw(self, task_id: str) -> Withdrawal:
        """Take it out."""
        self._tally.add(task_id, "other")
        return super().withdraw(task_id)

    def holds(self, index: int) -> bool:
        """Look for it."""
        self._tally.add(self._task_of[index], "other")
        return super().holds(index)


class CountedInvoker(FakeInvoker):
    """A platform that counts what it is asked to start."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self._tally = tally

    def invoke(self, function: str, payload: Mapping[str, str], *, task_id: str) -> None:
        """Start it."""
        self._tally.add(task_id, "other")
        super().invoke(function, payload, task_id=task_id)


def sweep(cases: Sequence[Case], *, traced: bool) -> dict[str, Any]:
    """Fill a bucket with these cases by turns, sweep it, and say what that took."""
    clock, tally = FakeClock(START - timedelta(seconds=600)), Tally()
    state, mount = CountedStore(clock, tally), CountedStore(clock, tally)
    indexes: dict[int, str] = {}
    queue, jobs = CountedQueue(tally, indexes), BucketJobStore(state, clock=clock)
    names = sorted(ids.any_job_id() for _ in range(OPEN))
    due = {name: cases[n % len(cases)] for n, name in enumerate(names[:: OPEN // DUE])}
    for number, (name, case) in enumerate(due.items()):
        indexes[case.put(name, 1_000_000 + number, state=state, mount=mount, queue=queue)] = name
        jobs.mark_open(name)
    clock.advance(600)
    for name in set(names) - set(due):
        jobs.mark_open(name)
    tally.pages = tally.apart = 0
    tally.of_job.clear()
    if traced:
        tracemalloc.start()
    swept = sweep_jobs(
        ids.any_job_id(),
        rules=_RULES,
        jobs=jobs,
        state=state,
        mount=mount,
        queue=queue,
        invoker=CountedInvoker(tally),
        clock=clock,
    )
    most: dict[str, Counter[str]] = defaultdict(Counter)
    for name, case in due.items():
        most[case.name] |= tally.of_job[name]
    return {
        "markers": swept.markers,
        "done": dict(swept.done),
        "pages": tally.pages,
        "apart": tally.apart,
        "bucket": sum(each["bucket"] for each in tally.of_job.values()),
        "most": {name: dict(counts) for name, counts in most.items()},
        "traced_mb": tracemalloc.get_traced_memory()[1] / 2**20 if traced else 0.0,
        "memory_mb": _peak_mb(),
    }


def _peak_mb() -> int:
    """Return the most memory this program had; getrusage would count its parent's in."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20
    lines = status.read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def main() -> None:
    """Sweep all cases together, then those that go on and those that end, traced."""
    found = {
        "all": sweep(CASES, traced=False),
        "going on": sweep([case for case in CASES if not case.ends], traced=True),
        "ending": sweep([case for case in CASES if case.ends], traced=True),
    }
    sys.stdout.write(f"\n{json.dumps(found)}\n")


if __name__ == "__main__":
    main()
