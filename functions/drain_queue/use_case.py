"""Empty the result queue: record each task's end, and only then delete its message."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.drain_queue.schema import task_end
from shared import log
from shared.errors import NotFoundError
from shared.jobs.task_end import record_task_end

if TYPE_CHECKING:
    from shared.ports import (
        Clock,
        FunctionInvoker,
        JobStore,
        ObjectStore,
        SinkMessage,
        WorkflowQueue,
    )

_PAGE = 20


@dataclass(frozen=True)
class Drained:
    """How many messages told of tasks of ours, and how many of none."""

    recorded: int = 0
    dead: int = 0


def drain_queue(
    *,
    seconds: float,
    jobs: JobStore,
    queue: WorkflowQueue,
    invoker: FunctionInvoker,
    dead: ObjectStore,
    clock: Clock,
) -> Drained:
    """Drain until the queue is empty or `seconds` have passed."""
    end, recorded, buried = clock.monotonic() + seconds, 0, 0
    while clock.monotonic() < end:
        page = queue.results(limit=_PAGE)
        if not page:
            break
        for message in page:
            if _record(message, jobs=jobs, invoker=invoker, clock=clock):
                recorded += 1
            else:
                _bury(message, dead)
                buried += 1
            queue.discard([message.index])
    return Drained(recorded, buried)


def _record(
    message: SinkMessage, *, jobs: JobStore, invoker: FunctionInvoker, clock: Clock
) -> bool:
    try:
        end = task_end(message)
        record_task_end(message.task_id, end, jobs=jobs, invoker=invoker, clock=clock)
    except NotFoundError:
        return False
    return True


def _bury(message: SinkMessage, dead: ObjectStore) -> None:
    """Keep a message nobody waits for, with the reason, before it is deleted."""
    log.logger().warning("sink.unknown_task", index=message.index)
    note = {"reason": "no job of ours", "task_id": message.task_id, "code": message.code}
    folder = f"dead/sink/{message.index:012d}"
    dead.put(f"{folder}/body", message.body, content_type="application/octet-stream")
    dead.put(f"{folder}/why.json", json.dumps(note).encode(), content_type="application/json")
