"""The last file of a task has appeared on the mount: its end is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared import log
from shared.errors import NotFoundError
from shared.jobs.record import TaskEnd
from shared.jobs.task_end import record_task_end

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.events import ObjectCreated
    from shared.ports import Clock, FunctionInvoker, JobStore

_END = TaskEnd(outcome="done", source="oss_event")


def record_outputs(
    created: Iterable[ObjectCreated], *, jobs: JobStore, invoker: FunctionInvoker, clock: Clock
) -> int:
    """Return how many of the new objects were ends of tasks of ours."""
    return sum(_record(each, jobs=jobs, invoker=invoker, clock=clock) for each in created)


def _record(
    created: ObjectCreated, *, jobs: JobStore, invoker: FunctionInvoker, clock: Clock
) -> bool:
    parts = created.key.split("/")
    if len(parts) != 3 or parts[0] != "output" or parts[2] != "task.json":
        log.logger().warning("output.foreign_key", bucket=created.bucket)
        return False
    try:
        record_task_end(parts[1], _END, jobs=jobs, invoker=invoker, clock=clock)
    except NotFoundError:
        log.logger().warning("output.unknown_task", bucket=created.bucket)
        return False
    return True
