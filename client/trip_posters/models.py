"""What the interface answers, typed; a field that is added there later is passed over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from typing import Any, TypeVar

Body = dict[str, Any]
CLOSED = frozenset({"succeeded", "failed", "cancelled"})
_Read = TypeVar("_Read", bound="Answered")


@dataclass(frozen=True)
class Answered:
    """What is read of an answer by the fields' names, and by what stands in their metadata."""

    @classmethod
    def of(cls: type[_Read], body: Body) -> _Read:
        """Read it; raises KeyError for a field that has to be there and is not."""
        found = {}
        for each in fields(cls):
            if each.name in body or each.default is each.default_factory is MISSING:
                value, read = body[each.name], each.metadata.get("read")
                found[each.name] = read(value) if read and value is not None else value
        return cls(**found)


def read_time(text: str) -> datetime:
    """Return a time as the interface writes it, ISO 8601 with a zone."""
    # Python 3.10 does not read the Z.
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _all(kind: type[_Read]) -> Callable[[list[Body]], tuple[_Read, ...]]:
    return lambda bodies: tuple(map(kind.of, bodies))


_TIME = {"read": read_time}


@dataclass(frozen=True)
class Link(Answered):
    """A link that works without a token until `expires_at`."""

    url: str
    expires_at: datetime = field(metadata=_TIME)


_LINK = {"read": Link.of}


@dataclass(frozen=True)
class Poster(Answered):
    """Links to the files of a finished job, and the characters its lettering is without."""

    master: Link = field(metadata=_LINK)
    app_copy: Link = field(metadata=_LINK)
    thumbnail: Link = field(metadata=_LINK)
    manifest: Link = field(metadata=_LINK)
    missing_characters: tuple[str, ...] = field(default=(), metadata={"read": tuple})


@dataclass(frozen=True)
class Step(Answered):
    """One step of a job's history."""

    status: str
    attempt: int
    at: datetime = field(metadata=_TIME)


@dataclass(frozen=True)
class Failure(Answered):
    """Why there is no poster: a stable code, and a sentence for people."""

    code: str
    detail: str


@dataclass(frozen=True)
class Warned(Answered):
    """A field of the trip that was not used as it was sent, and what is assumed instead."""

    field: str
    reason: str
    assumed: str

    @classmethod
    def all_of(cls, body: Body) -> tuple[Warned, ...]:
        """Read those of an answer."""
        return tuple(map(cls.of, body.get("warnings", ())))


@dataclass(frozen=True)
class Composition(Answered):
    """How a poster is composed: its format (4:5), layout, the car's view, ground and light."""

    format: str
    layout: str
    view: str
    ground: str
    light: str


@dataclass(frozen=True, kw_only=True)
class Job(Answered):
    """A job as its driver sees it."""

    job_id: str
    status: str
    attempt: int
    style: str
    vehicle: str
    share: bool = False
    origin: str = "app"
    repaint_of: str | None = None
    waiting_for: str | None = None
    created_at: datetime = field(metadata=_TIME)
    deadline_at: datetime = field(metadata=_TIME)
    title: str | None = None
    prompt_source: str | None = None
    history: tuple[Step, ...] = field(default=(), metadata={"read": _all(Step)})
    poster: Poster | None = field(default=None, metadata={"read": Poster.of})
    failure: Failure | None = field(default=None, metadata={"read": Failure.of})
    warnings: tuple[Warned, ...] = field(default=(), metadata={"read": _all(Warned)})
    composition: Composition | None = field(default=None, metadata={"read": Composition.of})

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


@dataclass(frozen=True)
class JobPage(Answered):
    """Some of a driver's jobs, newest first; `cursor` asks for the next ones, None at the end."""

    jobs: tuple[Job, ...] = field(metadata={"read": _all(Job)})
    cursor: str | None = None


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
class Share(Answered):
    """Whether others may see a poster now."""

    job_id: str
    status: str
    share: bool


@dataclass(frozen=True)
class Cancelled(Answered):
    """A cancelled job, and what became of its GPU work."""

    job_id: str
    task: str


@dataclass(frozen=True)
class Erasure(Answered):
    """The receipt of an erasure: "running", "settling" (all is gone) or "done", and counts."""

    erasure_id: str
    status: str
    asked_at: datetime = field(metadata=_TIME)
    ended_at: datetime | None = field(default=None, metadata=_TIME)
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Style:
    """A look that a driver may choose; names in Chinese and English."""

    id: str
    title_zh: str
    title_en: str
    sample: str | None

    @classmethod
    def of(cls, body: Body) -> Style:
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
        names = ("model", "generation", "paint", "version")
        own = {name: body[name] for name in names}
        return cls(**own, title_zh=body["titles"]["zh"], title_en=body["titles"]["en"])
