"""The record of a job: one immutable version after the other, each the whole job as of then."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Literal

from pydantic import AwareDatetime, Field, model_validator
from typing_extensions import Self

from shared.core import ids
from shared.core.models import Stored, StoredWarning
from shared.core.release import RELEASE
from shared.jobs.parts import (
    Composition,
    Erasure,
    EvidenceKept,
    Failure,
    JobStatus,
    Painting,
    Review,
    Scene,
    ShareChange,
    Step,
    StoredResult,
    TaskEnd,
    WrittenPrompt,
    last_withdrawal,
    withdrawals,
)
from shared.trips.facts import Occasion
from shared.trips.model import Place, Trip

__all__ = [
    "NO_TRIP",
    "Composition",
    "Erasure",
    "EvidenceKept",
    "Failure",
    "JobName",
    "JobRecord",
    "JobStatus",
    "Occasion",
    "Origin",
    "Painting",
    "Review",
    "Scene",
    "ShareChange",
    "Step",
    "StoredResult",
    "TaskEnd",
    "WrittenPrompt",
    "blank",
]
_NEVER = datetime(1970, 1, 1, tzinfo=timezone.utc)
# What an erased job has in place of its trip; it is written nowhere.
NO_TRIP = Trip.model_construct(ended_at=_NEVER, end=Place.model_construct(city="", weather=""))

# What version 1 says and no later one changes.
LASTING = (
    "job_id",
    "tenant",
    "driver_key",
    "request_digest",
    "warnings",
    "style",
    "vehicle",
    "priority",
    "origin",
    "asked_in",
    "trace_id",
    "campaign",
    "repaint_of",
    "first_job",
    "occasion",
    "created_at",
    "deadline_at",
)

# Who asked for a job: the car app, a file of trips, a campaign, or a driver for another picture.
Origin = Literal["app", "upload", "season", "repaint"]


class JobRecord(Stored):
    """One version of a job.

    `attempt` is the task the status speaks of, `attempts` the newest one begun, `gpu_tasks` how
    many were queued. The `*_invocations` count what the platform was asked to start, and are
    written before it is asked: it refuses an id it has seen. `post_refused`: the newest attempt is
    not in the queue; `queue_index`: where it is. `repaint_after`: the attempt whose failure has
    led to another painting; `turned_down`: those whose picture was looked at and not wanted, which
    no late notice brings back; `before_repaint` is what an ordered repaint has changed, for it may
    be taken back. Only an accepted job's trip has caption and team; `private_versions` is how many
    versions, from the first on, were written with them. `repaint_of` is the job whose trip is
    painted once more, `first_job` the trip's first one, `campaign` the season it is painted for,
    `trace_id` what all log lines about the job bear. `pictures_ordered` counts what the picture
    model is paid for. `shares` are the driver's changes of mind about who may see the poster.
    `warnings` is what was assumed of the trip; `asked_in` the line of an upload, if it came of
    one. An erased job has an `erasure` and no trip. `release` wrote the version, "" an early one.
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
    release: str = ""

    tenant: str
    driver_key: str
    request_digest: str
    trip: Trip = NO_TRIP
    warnings: tuple[StoredWarning, ...] = ()
    style: str
    vehicle: str
    priority: Literal["interactive", "bulk"] = "interactive"
    origin: Origin = "app"
    asked_in: str = ""
    trace_id: str = ""
    campaign: str = ""
    repaint_of: str = ""
    first_job: str = ""
    occasion: Occasion | None = None
    created_at: AwareDatetime
    deadline_at: AwareDatetime

    paint_invocations: int = 1
    scene_invocations: int = 1
    store_invocations: int = 1
    scene_failures: int = 0
    pictures_ordered: int = 0
    post_refused: bool = False
    repaint_after: int = 0
    turned_down: tuple[int, ...] = ()
    before_repaint: Painting | None = None
    queue_index: int = 0
    workflow_sha256: str = ""
    prompt: WrittenPrompt | None = None
    composition: Composition | None = None
    scene: Scene | None = None
    ended: TaskEnd | None = None
    result: StoredResult | None = None
    failure: Failure | None = None
    reviews: tuple[Review, ...] = ()
    style_override: str | None = None
    seed_override: int | None = None
    seed_attempt: int = 0
    shares: tuple[ShareChange, ...] = ()
    erasure: Erasure | None = None
    private_versions: int = 0
    history: tuple[Step, ...]

    @property
    def task_id(self) -> str:
        """Return the id of the task the status speaks of."""
        return f"{self.job_id}-{self.attempt}"

    @property
    def root(self) -> str:
        """Return the first job of the trip: another picture of a trip is the same trip."""
        return self.first_job or self.job_id

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
        return self.shares[-1].share if self.shares else self.trip.share

    @property
    def is_public(self) -> bool:
        """Say whether others may see the poster now."""
        return self.status is JobStatus.SUCCEEDED and self.is_shared

    @model_validator(mode="after")
    def _only_an_erased_job_has_no_trip(self) -> Self:
        if self.status is not JobStatus.ERASED and not self.trip.end.city:
            msg = "a job has a trip"
            raise ValueError(msg)
        return self

    def to_json(self) -> bytes:
        """Return the record as it is stored."""
        left_out = {"trip"} if self.status is JobStatus.ERASED else None
        return self.model_dump_json(exclude=left_out).encode()

    def erased(self, *, now: datetime) -> JobRecord:
        """Return the version that erases the job: its name, whose it was, what is left to do."""
        # No withdrawal before it has had this turn.
        anew = len(self.shares) + 1 + withdrawals(self.reviews)
        erasure = Erasure(
            at=now,
            tasks=0 if self.status is JobStatus.SUCCEEDED else self.attempts,
            withdrawn=anew if self.is_public else last_withdrawal(self.reviews),
            created_at=self.created_at,
        )
        return blank(self, self.version + 1, erasure, attempt=self.attempt)

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

    def first_version(self) -> JobRecord:
        """Return version 1 as it was, without caption, team and writer; not of an erased job."""
        lasting = {name: getattr(self, name) for name in LASTING}
        return JobRecord(
            **lasting,
            version=1,
            status=JobStatus.ACCEPTED,
            recorded_at=self.created_at,
            release=RELEASE,
            trip=self.trip.without_private(),
            history=self.history[:1],
        )

    def _forgetting(self) -> dict[str, Any]:
        if not self.trip.is_private:
            return {}
        return {"trip": self.trip.without_private(), "private_versions": self.version}

    def _next(self, *, now: datetime, changes: dict[str, Any]) -> Self:
        fixed = {"version": self.version + 1, "recorded_at": now, "writer": "", "release": ""}
        return self.model_copy(update={**changes, **fixed})


class JobName(Stored):
    """A job and whose it is."""

    job_id: str
    tenant: str
    driver_key: str

    @classmethod
    def of(cls, record: JobRecord) -> Self:
        """Return the name of a recorded job."""
        return cls(job_id=record.job_id, tenant=record.tenant, driver_key=record.driver_key)


def blank(
    name: JobName | JobRecord,
    version: int,
    erasure: Erasure,
    *,
    attempt: int = 0,
    named: bool = True,
) -> JobRecord:
    """Return a version of an erased job; `named` ones still say whose it was."""
    return JobRecord(
        job_id=name.job_id,
        version=version,
        status=JobStatus.ERASED,
        attempt=attempt,
        attempts=attempt,
        recorded_at=erasure.at,
        tenant=name.tenant,
        driver_key=name.driver_key if named else "",
        request_digest="",
        style="",
        vehicle="",
        created_at=erasure.at,
        deadline_at=erasure.at,
        erasure=erasure,
        history=(Step(status=JobStatus.ERASED, attempt=attempt, at=erasure.at),),
    )
