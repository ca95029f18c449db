"""The record of a job: one immutable version after the other, each the whole job as of then."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared import ids
from shared.prompts.model import PaintingPrompt, PromptSource
from shared.trips.model import Trip

if TYPE_CHECKING:
    from typing_extensions import Self


# Who asked for a job: the car app, a file of trips, a campaign, or a driver for another picture.
Origin = Literal["app", "upload", "season", "repaint"]


class JobStatus(str, Enum):
    """Where a job stands; see `shared.jobs.moves` for what may follow what."""

    ACCEPTED = "accepted"
    PROMPTED = "prompted"
    SENDING = "sending"
    QUEUED = "queued"
    RENDERED = "rendered"
    NEEDS_REVIEW = "needs_review"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ERASED = "erased"

    @property
    def is_closed(self) -> bool:
        """Say whether the job has ended."""
        return self in _CLOSED


_CLOSED = frozenset({JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.ERASED})


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Step(_Frozen):
    """One entry of the job's history."""

    status: JobStatus
    attempt: int = 0
    at: AwareDatetime


class WrittenPrompt(_Frozen):
    """The painting prompt and who wrote it."""

    prompt: PaintingPrompt
    source: PromptSource
    model: str = ""
    tokens: int = 0


class Scene(_Frozen):
    """The plate of one attempt: claimed first, then ordered (ticket), then stored (plate_key)."""

    attempt: int
    claimed_at: AwareDatetime
    model: str = ""
    ticket: str = ""
    plate_key: str = ""


class TaskEnd(_Frozen):
    """How a task ended, as the first notice of it said."""

    outcome: Literal["done", "failed"]
    source: Literal["sink", "oss_event", "callback", "sweep"]
    reason: str = ""


class StoredResult(_Frozen):
    """Where the record says the poster is, what was measured on it, and what failed the gate."""

    folder: str
    manifest_sha256: str
    protected_pixels: int
    protected_pixels_changed: int
    app_copy: str = "poster.jpg"
    scores: dict[str, float] = Field(default_factory=dict)
    failures: tuple[str, ...] = ()


class Failure(_Frozen):
    """Why a job ended without a poster: a stable code and a sentence for people."""

    code: str
    detail: str


class Review(_Frozen):
    """What a reviewer decided on an attempt's poster; the reviewer appears as an HMAC only."""

    decision: Literal["approve", "reject", "repaint"]
    attempt: int
    reviewer: str
    at: AwareDatetime
    seed: int | None = None
    style: str | None = None
    note: str = ""


class JobRecord(_Frozen):
    """One version of a job.

    `attempt` is the task the status speaks of, `attempts` the newest one begun, `gpu_tasks` how
    many were queued. The `*_invocations` count what the platform was asked to start, and are
    written before it is asked: it refuses an id it has seen. `post_refused`: the newest attempt
    is not in the queue; `queue_index`: where it is. `repaint_after`: the attempt whose failure has
    led to another painting. Only an accepted job's trip has caption and team; `private_versions`
    is how many versions, from the first on, were written with them. `repaint_of` is the job whose
    trip is painted once more, `campaign` the season it is painted for.
    """

    schema_version: Literal[1] = 1
    job_id: str
    version: int = Field(ge=1)
    status: JobStatus
    attempt: int = 0
    attempts: int = 0
    gpu_tasks: int = 0
    recorded_at: AwareDatetime
    writer: str = ""

    tenant: str
    driver_key: str
    request_digest: str
    trip: Trip
    style: str
    vehicle: str
    priority: Literal["interactive", "bulk"] = "interactive"
    origin: Origin = "app"
    campaign: str = ""
    repaint_of: str = ""
    created_at: AwareDatetime
    deadline_at: AwareDatetime

    paint_invocations: int = 1
    scene_invocations: int = 1
    store_invocations: int = 1
    scene_failures: int = 0
    post_refused: bool = False
    repaint_after: int = 0
    queue_index: int = 0
    workflow_sha256: str = ""
    prompt: WrittenPrompt | None = None
    scene: Scene | None = None
    ended: TaskEnd | None = None
    result: StoredResult | None = None
    failure: Failure | None = None
    reviews: tuple[Review, ...] = ()
    style_override: str | None = None
    seed_override: int | None = None
    seed_attempt: int = 0
    withdrawn_at: AwareDatetime | None = None
    private_versions: int = 0
    history: tuple[Step, ...]

    @property
    def task_id(self) -> str:
        """Return the id of the task the status speaks of."""
        return f"{self.job_id}-{self.attempt}"

    @property
    def ends_at(self) -> datetime:
        """Return the deadline in force: as accepted, or as long again after an ordered repaint."""
        ordered = [review.at for review in self.reviews if review.decision == "repaint"]
        return ordered[-1] + (self.deadline_at - self.created_at) if ordered else self.deadline_at

    @property
    def painted_style(self) -> str:
        """Return the style to paint in: the accepted one, unless a reviewer chose another."""
        return self.style_override or self.style

    def scene_seed(self, attempt: int) -> int:
        """Return the seed of an attempt's plate: a reviewer's, or one of each try's own."""
        own = ids.seed_of(f"{ids.task_id(self.job_id, attempt)}/{self.scene_failures}")
        return own if self.scene_failures else self._chosen_seed(attempt, own)

    def task_seed(self, attempt: int) -> int:
        """Return the seed of an attempt's task: a reviewer's, or its own."""
        return self._chosen_seed(attempt, ids.seed_of(ids.task_id(self.job_id, attempt)))

    def _chosen_seed(self, attempt: int, own: int) -> int:
        chosen = self.seed_override
        return chosen if chosen is not None and attempt == self.seed_attempt else own

    @property
    def is_shared(self) -> bool:
        """Say whether the driver lets others see the poster."""
        return self.trip.share and self.withdrawn_at is None

    def note(self, *, now: datetime, **changes: Any) -> Self:
        """Return the next version with the same status: work in progress worth remembering."""
        return self._next(now=now, changes=changes)

    def to(self, status: JobStatus, *, now: datetime, attempt: int, **changes: Any) -> Self:
        """Return the next version in another status; none but `accepted` holds anything private."""
        step = Step(status=status, attempt=attempt, at=now)
        moved = {"status": status, "attempt": attempt, "history": (*self.history, step)}
        return self._next(now=now, changes={**changes, **self._forgetting(), **moved})

    def without_private(self) -> Self:
        """Return this same version without the trip's caption and team."""
        return self.model_copy(update={"trip": self.trip.without_private()})

    def _forgetting(self) -> dict[str, Any]:
        if not self.trip.is_private:
            return {}
        return {"trip": self.trip.without_private(), "private_versions": self.version}

    def _next(self, *, now: datetime, changes: dict[str, Any]) -> Self:
        fixed = {"version": self.version + 1, "recorded_at": now, "writer": ""}
        return self.model_copy(update={**changes, **fixed})
