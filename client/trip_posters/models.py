"""What the interface answers, typed; a field that is added there later is passed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

Body = dict[str, Any]
CLOSED = frozenset({"succeeded", "failed", "cancelled"})


@dataclass(frozen=True)
class Link:
    """A link that works without a token until `expires_at`."""

    url: str
    expires_at: datetime

    @classmethod
    def of(cls, body: Body) -> Link:
        """Read it."""
        return cls(body["url"], _time(body["expires_at"]))


@dataclass(frozen=True)
class Poster:
    """Links to the files of a finished job, and the characters its lettering is without."""

    master: Link
    app_copy: Link
    thumbnail: Link
    manifest: Link
    missing_characters: tuple[str, ...] = ()

    @classmethod
    def of(cls, body: Body) -> Poster:
        """Read it."""
        names = ("master", "app_copy", "thumbnail", "manifest")
        links = {name: Link.of(body[name]) for name in names}
        return cls(**links, missing_characters=tuple(body.get("missing_characters", ())))


@dataclass(frozen=True)
class Step:
    """One step of a job's history."""

    status: str
    attempt: int
    at: datetime


@dataclass(frozen=True)
class Failure:
    """Why there is no poster: a stable code, and a sentence for people."""

    code: str
    detail: str


@dataclass(frozen=True)
class Warned:
    """A field of the trip that was not used as it was sent, and what is assumed instead."""

    field: str
    reason: str
    assumed: str

    @classmethod
    def all_of(cls, body: Body) -> tuple[Warned, ...]:
        """Read those of an answer."""
        given = body.get("warnings", ())
        return tuple(cls(each["field"], each["reason"], each["assumed"]) for each in given)


@dataclass(frozen=True)
class Composition:
    """How a poster is composed: its format (4:5), layout, the car's view, ground and light."""

    format: str
    layout: str
    view: str
    ground: str
    light: str

    @classmethod
    def of(cls, body: Body) -> Composition:
        """Read it."""
        return cls(*(body[name] for name in ("format", "layout", "view", "ground", "light")))


@dataclass(frozen=True)
class Job:
    """A job as its driver sees it."""

    job_id: str
    status: str
    attempt: int
    style: str
    vehicle: str
    share: bool
    origin: str
    repaint_of: str | None
    waiting_for: str | None
    created_at: datetime
    deadline_at: datetime
    title: str | None
    prompt_source: str | None
    history: tuple[Step, ...]
    poster: Poster | None
    failure: Failure | None
    warnings: tuple[Warned, ...] = ()
    composition: Composition | None = None

    @property
    def is_closed(self) -> bool:
        """Say whether the job has ended."""
        return self.status in CLOSED

    @property
    def is_waited_for(self) -> bool:
        """Say whether a poster or a failure is to be expected within the job's own time.

        A job in `needs_review` is open, but its reviewer may take days.
        """
        return not self.is_closed and self.status != "needs_review"

    @classmethod
    def of(cls, body: Body) -> Job:
        """Read it."""
        poster, failure = body.get("poster"), body.get("failure")
        plan = body.get("composition")
        return cls(
            job_id=body["job_id"],
            status=body["status"],
            attempt=body["attempt"],
            style=body["style"],
            vehicle=body["vehicle"],
            share=body.get("share", False),
            origin=body.get("origin", "app"),
            repaint_of=body.get("repaint_of"),
            waiting_for=body.get("waiting_for"),
            created_at=_time(body["created_at"]),
            deadline_at=_time(body["deadline_at"]),
            title=body.get("title"),
            prompt_source=body.get("prompt_source"),
            history=tuple(
                Step(step["status"], step["attempt"], _time(step["at"]))
                for step in body.get("history", ())
            ),
            poster=Poster.of(poster) if poster else None,
            failure=Failure(failure["code"], failure["detail"]) if failure else None,
            warnings=Warned.all_of(body),
            composition=Composition.of(plan) if plan else None,
        )


@dataclass(frozen=True)
class JobPage:
    """Some of a driver's jobs, newest first; `cursor` asks for the next ones, None at the end."""

    jobs: tuple[Job, ...]
    cursor: str | None

    @classmethod
    def of(cls, body: Body) -> JobPage:
        """Read it."""
        return cls(tuple(map(Job.of, body["jobs"])), body.get("cursor"))


@dataclass(frozen=True)
class Accepted:
    """A job that was accepted, or met again; `idempotency_key` is the one that was sent.

    `warnings` says what of the trip was not used as it was sent.
    """

    job_id: str
    status: str
    idempotency_key: str
    warnings: tuple[Warned, ...] = ()


@dataclass(frozen=True)
class Share:
    """Whether others may see a poster now."""

    job_id: str
    status: str
    share: bool


@dataclass(frozen=True)
class Cancelled:
    """A cancelled job, and what became of its GPU work."""

    job_id: str
    task: str


@dataclass(frozen=True)
class Erasure:
    """The receipt of an erasure: "running", "settling" (all is gone) or "done", and counts."""

    erasure_id: str
    status: str
    asked_at: datetime
    ended_at: datetime | None
    counts: dict[str, int]

    @classmethod
    def of(cls, body: Body) -> Erasure:
        """Read it."""
        ended_at = body.get("ended_at")
        return cls(
            erasure_id=body["erasure_id"],
            status=body["status"],
            asked_at=_time(body["asked_at"]),
            ended_at=_time(ended_at) if ended_at else None,
            counts=dict(body.get("counts", {})),
        )


@dataclass(frozen=True)
class Style:
    """A look that a driver may choose; names in Chinese and English."""

    id: str
    title_zh: str
    title_en: str
    sample: str | None

    @classmethod
    def of(cls, body: Body) -> Style:
        """Read it."""
        return cls(body["id"], body["title"]["zh"], body["title"]["en"], body.get("sample"))


@dataclass(frozen=True)
class Vehicle:
    """A car that posters can show."""

    model: str
    generation: str
    paint: str
    version: str
    title_zh: str
    title_en: str

    @classmethod
    def of(cls, body: Body) -> Vehicle:
        """Read it."""
        names = ("model", "generation", "paint", "version")
        own = {name: body[name] for name in names}
        return cls(**own, title_zh=body["titles"]["zh"], title_en=body["titles"]["en"])


def _time(text: str) -> datetime:
    # Python 3.10 does not read the Z.
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
