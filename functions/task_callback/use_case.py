"""Somebody says that a task has ended: look whether it has, and record it then."""

from __future__ import annotations

from shared.core import ids
from shared.core.errors import NotFoundError
from shared.jobs.record import TaskEnd
from shared.jobs.task_end import record_task_end
from shared.observability import log
from shared.ports import Clock, FunctionInvoker, JobStore, ObjectStore

_END = TaskEnd(outcome="done", source="callback")


def task_callback(
    task_id: str,
    *,
    jobs: JobStore,
    mount: ObjectStore,
    invoker: FunctionInvoker,
    clock: Clock,
) -> bool:
    """Return whether the task's output is there and its end is recorded.

    A task without an output is left to drain_queue and sweep_jobs: that it failed, or that it
    is not ready yet, is not for a caller to say.
    """
    if ids.split_task_id(task_id) is None:
        log.logger().warning("callback.foreign_task")
        return False
    if mount.head(ids.output_key(task_id, "task.json")) is None:
        log.logger().info("callback.without_output", task_id=task_id)
        return False
    try:
        record_task_end(task_id, _END, jobs=jobs, invoker=invoker, clock=clock)
    except NotFoundError:
        log.logger().warning("callback.unknown_task", task_id=task_id)
        return False
    return True
