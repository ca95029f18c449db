"""The last file of a task has appeared on the mount: its end is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.core.errors import NotFoundError
from shared.jobs.record import JobRecord, TaskEnd
from shared.jobs.task_end import record_task_end
from shared.lists.bulkhead import do_every
from shared.observability import log
from shared.ports import Clock, FunctionInvoker, JobStore

if TYPE_CHECKING:
    from shared.edge.events.objects import ObjectCreated

_END = TaskEnd(outcome="done", source="oss_event")


@dataclass(frozen=True)
class Noticed:
    """How many objects were ends of open jobs' tasks, and how many of closed ones'."""

    recorded: int = 0
    discarded: int = 0


def record_outputs(
    created: Iterable[ObjectCreated], *, jobs: JobStore, invoker: FunctionInvoker, clock: Clock
) -> Noticed:
    """Record each end; what is not a task of ours is passed over."""
    found = do_every(created, lambda each: _record(each, jobs=jobs, invoker=invoker, clock=clock))
    closed = [record.status.is_closed for record in found if record is not None]
    return Noticed(recorded=closed.count(False), discarded=closed.count(True))


def _record(
    created: ObjectCreated, *, jobs: JobStore, invoker: FunctionInvoker, clock: Clock
) -> JobRecord | None:
    parts = created.key.split("/")
    if len(parts) != 3 or parts[0] != "output" or parts[2] != "task.json":
        log.logger().warning("output.foreign_key", bucket=created.bucket)
        return None
    try:
        return record_task_end(parts[1], _END, jobs=jobs, invoker=invoker, clock=clock)
    except NotFoundError:
        log.logger().warning("output.unknown_task", bucket=created.bucket)
        return None
