"""Both queues of a GPU service, and no GPU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.ports import QueueDepth, QueuedTask, SinkMessage, WaitingTask, Withdrawal
from tests.fakes.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class SubmittedTask:
    """A task that lies in the input queue."""

    task_id: str
    workflow: bytes
    tags: Mapping[str, str]
    urgent: bool
    index: int = 0


class FakeWorkflowQueue:
    """`ports.WorkflowQueue`; `waiting` is what was submitted, `finish` plays the GPU.

    `running` names tasks that a GPU has; `shows_running` whether the queue still lists them.
    """

    def __init__(self, *, results_limit: int = 1000) -> None:
        self._results_limit = results_limit
        self._faults = Faults()
        self._index = 0
        self.waiting: list[SubmittedTask] = []
        self.running: set[str] = set()
        self.shows_running = True
        self.sink: list[SinkMessage] = []

    def fail(
        self, operation: str, error: Exception, *, times: int = 1, after: bool = False
    ) -> None:
        """Raise at the next `times`; with `after`, when the work is done and the answer lost."""
        self._faults.plan(operation, error, times=times, after=after)

    def finish(self, task_id: str, body: bytes = b"[]", *, code: int = 200) -> None:
        """Move a waiting task's answer into the sink; tags travel along."""
        task = next(task for task in self.waiting if task.task_id == task_id)
        self.waiting.remove(task)
        self.running.discard(task_id)
        tags = {**task.tags, "task_id": task_id}
        if code != 200:
            tags["lastCode"] = str(code)
        self.add_result(task_id, body, code=code, tags=tags)

    def add_result(
        self, task_id: str, body: bytes, *, code: int = 200, tags: Mapping[str, str] | None = None
    ) -> None:
        """Put any message into the sink, also one that nobody submitted."""
        self.sink.append(SinkMessage(self._next(), task_id, body, code=code, tags=tags or {}))

    def submit(
        self, task_id: str, workflow: bytes, *, tags: Mapping[str, str], urgent: bool
    ) -> QueuedTask:
        """Take the task, the urgent ones first."""
        index = self._next()
        task = SubmittedTask(task_id, workflow, dict(tags), urgent, index)
        with self._faults.around("submit", task_id):
            ahead = sum(each.urgent for each in self.waiting) if urgent else len(self.waiting)
            self.waiting.insert(ahead, task)
        return QueuedTask(index, request_id=f"request-{index}")

    def tasks(self, *, after: int = 0, limit: int = 100) -> tuple[WaitingTask, ...]:
        """Return tasks of the input queue with index >= after; those being run may be missing."""
        with self._faults.around("tasks"):
            found = [each for each in self.waiting if each.index >= after and self._shown(each)]
        found.sort(key=lambda task: task.index)
        return tuple(WaitingTask(each.index, each.task_id) for each in found[:limit])

    def holds(self, index: int) -> bool:
        """Say whether the input queue still has this item, waiting or being run."""
        with self._faults.around("holds"):
            return any(each.index == index for each in self.waiting)

    def withdraw(self, task_id: str) -> Withdrawal:
        """Take a waiting task out; only an item that bears its id, and none that a GPU has."""
        outcome: Withdrawal = "none"
        with self._faults.around("withdraw", task_id):
            for task in [each for each in self.waiting if each.task_id == task_id]:
                if task_id in self.running:
                    return "running"
                self.waiting.remove(task)
                outcome = "removed"
        return outcome

    def results(self, *, after: int = 0, limit: int = 20) -> tuple[SinkMessage, ...]:
        """Return finished tasks with index >= after, without taking them away."""
        with self._faults.around("results"):
            return tuple(each for each in self.sink if each.index >= after)[:limit]

    def discard(self, indexes: Sequence[int]) -> None:
        """Delete result messages; unknown indexes are fine."""
        with self._faults.around("discard"):
            self.sink = [each for each in self.sink if each.index not in set(indexes)]

    def depth(self) -> QueueDepth:
        """Return both queues' lengths."""
        with self._faults.around("depth"):
            return QueueDepth(len(self.waiting), len(self.sink), self._results_limit)

    def _shown(self, task: SubmittedTask) -> bool:
        return self.shows_running or task.task_id not in self.running

    def _next(self) -> int:
        self._index += 1
        return self._index
