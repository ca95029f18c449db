"""Both queues of the GPU service, as one sweep sees them: read once, when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from shared.core.errors import UpstreamError, UpstreamUnavailableError
from shared.ports import SinkMessage, WaitingTask, WorkflowQueue

_MOST_PAGES = 200
_Item = TypeVar("_Item", WaitingTask, SinkMessage)


class QueueView:
    """What waits and what has ended, by task id; without the workflows and the answers."""

    def __init__(self, queue: WorkflowQueue) -> None:
        self._queue = queue
        self._waiting: dict[str, int] | None = None
        self._ended: frozenset[str] | None = None
        self._fault: UpstreamError | None = None

    def index_of(self, task_id: str) -> int | None:
        """Return the place of a task in the input queue; UpstreamError if nobody can tell."""
        return self._tasks().get(task_id)

    def has_ended(self, task_id: str) -> bool:
        """Say whether the result queue tells of this task; UpstreamError if nobody can tell."""
        if self._ended is None:
            self._ended = frozenset(each.task_id for each in self._all(self._queue.results))
        return task_id in self._ended

    def holds(self, task_id: str, index: int) -> bool:
        """Say whether the queue has the item that was put as this task, though it is not listed.

        An index that is another task's by now was given anew.
        """
        waiting = self._tasks()
        if not index or index in waiting.values():
            return waiting.get(task_id) == index
        return self._queue.holds(index)

    def _tasks(self) -> dict[str, int]:
        if self._waiting is None:
            self._waiting = {each.task_id: each.index for each in self._all(self._queue.tasks)}
        return self._waiting

    def _all(self, page_from: Callable[..., tuple[_Item, ...]]) -> Iterator[_Item]:
        if self._fault is not None:
            raise self._fault
        after = 0
        try:
            for _ in range(_MOST_PAGES):
                page = page_from(after=after)
                if not page:
                    return
                yield from page
                after = page[-1].index + 1
        except UpstreamError as error:
            # Asked once a sweep: a queue that is down would take its deadline for every job.
            self._fault = error
            raise
        self._fault = UpstreamUnavailableError("the queue is longer than is read at once")
        raise self._fault
