"""Support: one sweep over 10,000 open jobs, 500 of them due; prints what it took, as JSON.

A process of its own, so that its memory is that of a sweep: the vendors' libraries are loaded.
"""

from __future__ import annotations

import json
import resource
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from functions.sweep_jobs.look import LookRules
from functions.sweep_jobs.use_case import SweepRules, sweep_jobs
from shared import ids
from shared.adapters import eas_workflow_queue, oss_object_store
from shared.adapters.bucket_job_store import BucketJobStore
from shared.jobs.record import JobStatus, Step, StoredResult, TaskEnd
from tests.fakes.clock import START, FakeClock
from tests.fakes.invoker import FakeInvoker
from tests.fakes.jobs import a_job_in
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.workflow_queue import FakeWorkflowQueue

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord
    from shared.ports import ObjectInfo, ObjectPage

OPEN, DUE = 10_000, 500
_VENDORS = (eas_workflow_queue, oss_object_store)
_MESSAGES = ("outbox/", "announced/")
_S = JobStatus
_KINDS = (_S.ACCEPTED, _S.PROMPTED, _S.SENDING, _S.QUEUED, _S.RENDERED, _S.SUCCEEDED, _S.FAILED)
_RULES = SweepRules(
    seconds=50,
    look_seconds=120,
    look=LookRules(quiet_seconds=180, gone_seconds=300, orphan_seconds=3600, review_minutes=4320),
)


class CountedStore(FakeObjectStore):
    """A bucket that counts what it is asked for."""

    def __init__(self, clock: FakeClock, counts: Counter[str]) -> None:
        super().__init__(clock)
        self._counts = counts

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> ObjectPage:
        """List, and count pages of markers apart."""
        self._counts["pages of open/" if prefix == "open/" else "page"] += 1
        return super().page(prefix, after=after, limit=limit)

    def get(self, key: str, *, max_bytes: int | None = None) -> bytes | None:
        """Read."""
        self._count("get", key)
        return super().get(key, max_bytes=max_bytes)

    def head(self, key: str) -> ObjectInfo | None:
        """Look."""
        self._count("head", key)
        return super().head(key)

    def put(self, key: str, data: bytes, *, content_type: str = "") -> None:
        """Write."""
        self._count("put", key)
        super().put(key, data, content_type=content_type)

    def create(self, key: str, data: bytes, *, content_type: str = "") -> bool:
        """Write if absent."""
        self._count("create", key)
        return super().create(key, data, content_type=content_type)

    def delete(self, key: str) -> None:
        """Remove."""
        self._count("delete", key)
        super().delete(key)

    def _count(self, operation: str, key: str) -> None:
        self._counts["announcing" if key.startswith(_MESSAGES) else operation] += 1


def main() -> None:
    """Fill a bucket, sweep it, and say what that took."""
    clock, counts = FakeClock(START - timedelta(seconds=600)), Counter[str]()
    state, mount = CountedStore(clock, counts), CountedStore(clock, counts)
    queue, jobs = FakeWorkflowQueue(), BucketJobStore(state, clock=clock)
    names = sorted(ids.any_job_id() for _ in range(OPEN))
    for number, name in enumerate(names[:: OPEN // DUE]):
        record = _record(name, _KINDS[number % len(_KINDS)], expired=number % 8 == 7)
        state.put(ids.record_key(name, record.version), record.model_dump_json().encode())
        jobs.mark_open(name)
        if number % 2 and record.status in {_S.QUEUED, _S.SENDING}:
            queue.submit(record.task_id, b"{}", tags={}, urgent=False)
        elif record.status is _S.SENDING:
            mount.put(ids.output_key(record.task_id, "task.json"), b"{}")
    clock.advance(600)
    for name in set(names) - set(names[:: OPEN // DUE]):
        jobs.mark_open(name)
    counts.clear()
    swept = sweep_jobs(
        ids.any_job_id(),
        rules=_RULES,
        jobs=jobs,
        state=state,
        mount=mount,
        queue=queue,
        invoker=FakeInvoker(),
        clock=clock,
    )
    found = {
        "markers": swept.markers,
        "done": dict(swept.done),
        "requests": dict(counts),
        "memory_mb": _peak_mb(),
    }
    sys.stdout.write(f"\n{json.dumps(found)}\n")


def _peak_mb() -> int:
    """Return the most memory this program had; getrusage would count its parent's in."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20
    lines = status.read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def _record(job_id: str, status: JobStatus, *, expired: bool) -> JobRecord:
    record = a_job_in(status, ended=TaskEnd(outcome="done", source="sink"))
    then = START - timedelta(seconds=600)
    step = Step(status=status, attempt=record.attempt, at=then)
    deadline = then if expired else START + timedelta(minutes=20)
    changes: dict[str, object] = {
        "job_id": job_id,
        "deadline_at": deadline,
        "recorded_at": then,
        "history": (*record.history[:-1], step),
    }
    if status is _S.SUCCEEDED:
        folder = ids.result_folder(job_id, ids.task_id(job_id, 1))
        changes["result"] = StoredResult(
            folder=folder, manifest_sha256="0" * 64, protected_pixels=1, protected_pixels_changed=0
        )
    return record.model_copy(update=changes)


if __name__ == "__main__":
    main()
