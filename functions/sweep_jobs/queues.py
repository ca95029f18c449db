"""Both queues of the GPU service, as one sweep sees them: read once, when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.core.errors import UpstreamError, UpstreamUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.ports import SinkMessage, WaitingTask, WorkflowQueue

_MOST_PAGES = 200


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
            messages: list[str] = []
            self._read(lambda after: self._note_ended(after, messages))
            self._ended = frozenset(messages)
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
            found: dict[str, int] = {}
            self._read(lambda after: self._note_waiting(after, found))
            self._waiting = found
        return self._waiting

    def _note_waiting(self, after: int, found: dict[str, int]) -> tuple[WaitingTask, ...]:
        page = self._queue.tasks(after=after)
        found.update((task.task_id, task.index) for task in page)
        return page

    def _note_ended(self, after: int, found: list[str]) -> tuple[SinkMessage, ...]:
        page = self._queue.results(after=after)
        found += [message.task_id for message in page]
        return page

    def _read(
        self, page_from: Callable[[int], tuple[WaitingTask, ...] | tuple[SinkMessage, ...]]
    ) -> None:
        if self._fault is not None:
            raise self._fault
        after = 0
        try:
            for _ in range(_MOST_PAGES):
                page = page_from(after)
                if not page:
                    return
                after = page[-1].index + 1
        except UpstreamError as error:
            # Asked once a sweep: a queue that is down would take its deadline for every job.
            self._fault = error
            raise
        self._fault = UpstreamUnavailableError("the queue is longer than is read at once")
        raise self._fault
