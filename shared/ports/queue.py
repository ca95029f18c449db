"""The GPU service, in our own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol


@dataclass(frozen=True)
class QueuedTask:
    """A task the queue has taken."""

    index: int
    request_id: str


@dataclass(frozen=True)
class WaitingTask:
    """A task in the input queue; a GPU may have it already."""

    index: int
    task_id: str


# What became of a task that was to be taken out of the input queue.
Withdrawal = Literal["removed", "running", "none"]


@dataclass(frozen=True)
class SinkMessage:
    """One message of the result queue; `code` is 200 unless the service failed."""

    index: int
    task_id: str
    body: bytes
    code: int = 200
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class QueueDepth:
    """How many items lie in both queues, and how many fit in the result queue.

    `payload_limit` is what a task's workflow may have, in bytes; 0 where the service does not say.
    """

    waiting: int
    results: int
    results_limit: int
    payload_limit: int = 0


class WorkflowQueue(Protocol):
    """The GPU service: workflows in, one message a task out."""

    def submit(
        self, task_id: str, workflow: bytes, *, tags: Mapping[str, str], urgent: bool
    ) -> QueuedTask:
        """Post once; AmbiguousPostError when it may have arrived, never re-sent then."""

    def tasks(self, *, after: int = 0, limit: int = 100) -> tuple[WaitingTask, ...]:
        """Return tasks of the input queue with index >= after; those being run may be missing."""

    def holds(self, index: int) -> bool:
        """Say whether the input queue still has this item, waiting or being run."""

    def withdraw(self, task_id: str) -> Withdrawal:
        """Take a waiting task out; only an item that bears its id, and none that a GPU has."""

    def results(self, *, after: int = 0, limit: int = 20) -> tuple[SinkMessage, ...]:
        """Return finished tasks with index >= after, without taking them away."""

    def discard(self, indexes: Sequence[int]) -> None:
        """Delete result messages; unknown indexes are fine."""

    def depth(self) -> QueueDepth:
        """Return both queues' lengths."""
