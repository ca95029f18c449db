"""What the use cases need from outside, in our own words; few methods each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from shared.announcements.events import Notice
    from shared.jobs.record import JobRecord


@dataclass(frozen=True)
class ObjectInfo:
    """What a listing or a head says of one object."""

    key: str
    size: int
    modified_at: datetime


@dataclass(frozen=True)
class ObjectPage:
    """One page of a listing; `next_after` is "" on the last page."""

    items: tuple[ObjectInfo, ...]
    next_after: str = ""


@dataclass(frozen=True)
class SignedUrl:
    """A link that works without credentials until `expires_at`."""

    url: str
    expires_at: datetime


class ObjectStore(Protocol):
    """One bucket. Raises UpstreamUnavailableError when it cannot be reached in time."""

    def get(self, key: str, *, max_bytes: int | None = None) -> bytes | None:
        """Return the bytes, None when absent; PayloadTooLargeError above max_bytes."""

    def head(self, key: str) -> ObjectInfo | None:
        """Return size and time, None when absent."""

    def put(self, key: str, data: bytes, *, content_type: str = ...) -> None:
        """Write, replacing what is there."""

    def create(self, key: str, data: bytes, *, content_type: str = ...) -> bool:
        """Write if absent; False when an object with other bytes is there.

        Safe after an ambiguous write: finding one's own bytes counts as having written them,
        so `data` must carry something unique when the winner matters.
        """

    def delete(self, key: str) -> None:
        """Remove; absent is fine."""

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> ObjectPage:
        """List keys in order, those behind `after`."""

    def sign(self, key: str, *, seconds: int, filename: str | None = None) -> SignedUrl:
        """Return a GET link on the public domain; `filename` makes it a download."""


@dataclass(frozen=True)
class OpenMarker:
    """The marker of a job in flight: when it was put, by the bucket's clock; `is_due`: look now."""

    job_id: str
    touched_at: datetime
    is_due: bool = False


@dataclass(frozen=True)
class OpenPage:
    """One page of markers; `next_after` is "" on the last page."""

    markers: tuple[OpenMarker, ...]
    next_after: str = ""


@dataclass(frozen=True)
class IndexedJob:
    """A job in its driver's index, and when it was entered, by the bucket's clock."""

    job_id: str
    entered_at: datetime


class JobStore(Protocol):
    """The append-only records of jobs, the open markers and the drivers' index."""

    def load(self, job_id: str) -> JobRecord | None:
        """Return the newest record, None for an unknown job."""

    def peek(self, job_id: str) -> JobRecord | None:
        """Return a record that may lag behind the newest; cheap, to be settled by an append."""

    def append(self, record: JobRecord) -> bool:
        """Write version `record.version`; False when somebody else's is there."""

    def forget_private(self, record: JobRecord) -> None:
        """Write the older versions that carry caption or team anew, without; safe to repeat."""

    def mark_open(self, job_id: str) -> None:
        """Put the marker under `open/` by which the sweeper finds work in flight."""

    def mark_due(self, job_id: str) -> None:
        """Put the marker so that the sweeper looks at the job next time."""

    def open_page(self, *, after: str = "", limit: int = 1000) -> OpenPage:
        """List the markers of jobs in flight by job id, those behind `after`."""

    def unmark_open(self, job_id: str) -> None:
        """Remove the marker: the last act on a job."""

    def index(self, driver_key: str, job_id: str) -> None:
        """Enter the job in its driver's index."""

    def indexed(self, driver_key: str) -> tuple[IndexedJob, ...]:
        """Return a driver's jobs and when each was entered; of very many, a part."""

    def is_open(self, job_id: str) -> bool:
        """Say whether the job has its marker."""

    def enter_outbox(self, notice: Notice, *, at: datetime) -> None:
        """Have others told of what happened at that time, once, however often it is entered."""


@dataclass(frozen=True)
class ChatMessage:
    """One message to the text model."""

    role: str
    content: str


@dataclass(frozen=True)
class ModelAnswer:
    """What the text model answered, and what it cost."""

    text: str
    model: str
    request_id: str
    tokens: int


class PromptModel(Protocol):
    """The text model (Qwen)."""

    def complete(
        self, messages: Sequence[ChatMessage], *, seed: int, deadline_seconds: float
    ) -> ModelAnswer:
        """Answer with JSON text; ModerationError, UpstreamRejectedError or ...Unavailable."""


@dataclass(frozen=True)
class SceneOrder:
    """A picture to be painted; sizes in pixels."""

    prompt: str
    negative_prompt: str
    width: int
    height: int
    seed: int


@dataclass(frozen=True)
class SceneProgress:
    """State of an ordered picture: "running", "done" (url set) or "failed" (reason set)."""

    state: str
    url: str = ""
    reason: str = ""
    moderated: bool = False


class SceneModel(Protocol):
    """The picture model (Wanx), an asynchronous service."""

    @property
    def name(self) -> str:
        """Return the model's name for the manifest."""

    def order(self, order: SceneOrder) -> str:
        """Submit once and return the ticket; AmbiguousPostError when it may have arrived."""

    def progress(self, ticket: str) -> SceneProgress:
        """Ask how far the ordered picture is."""

    def fetch(self, url: str, *, max_bytes: int) -> bytes:
        """Download the picture without credentials, from allowed hosts only."""


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
    """How many items lie in both queues, and how many fit in the result queue."""

    waiting: int
    results: int
    results_limit: int


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


class FunctionInvoker(Protocol):
    """The asynchronous hop from one function to another."""

    def invoke(self, function: str, payload: Mapping[str, str], *, task_id: str) -> None:
        """Start it; a task id the platform has seen before counts as done."""


@dataclass(frozen=True)
class Receipt:
    """What an endpoint answered: its status, 0 for no complete answer, and its Retry-After."""

    status: int
    retry_after: timedelta | None = None


class Announcer(Protocol):
    """Tells others what happened to a job, by signed messages."""

    def announce(self, endpoint: str, message_id: str, body: bytes) -> Receipt:
        """Send a message once; UpstreamRejectedError for an endpoint that may not be called."""


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Return the time, aware, UTC."""

    def monotonic(self) -> float:
        """Return seconds that never go back."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
