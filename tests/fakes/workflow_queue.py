"""Both queues of a GPU service, and no GPU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.ports import QueueDepth, QueuedTask, SinkMessage
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


class FakeWorkflowQueue:
    """`ports.WorkflowQueue`; `waiting` is what was submitted, `finish` plays the GPU."""

    def __init__(self, *, results_limit: int = 1000) -> None:
        self._results_limit = results_limit
        self._faults = Faults()
        self._index = 0
        self.waiting: list[SubmittedTask] = []
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
        task = SubmittedTask(task_id, workflow, dict(tags), urgent)
        with self._faults.around("submit", task_id):
            ahead = sum(each.urgent for each in self.waiting) if urgent else len(self.waiting)
            self.waiting.insert(ahead, task)
        index = self._next()
        return QueuedTask(index, request_id=f"request-{index}")

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

    def _next(self) -> int:
        self._index += 1
        return self._index
