"""The parts of a job's record: status, steps, prompt, scene, ends, results, decisions, shares."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Literal

from pydantic import AwareDatetime, Field

from shared.core.choice import Choice
from shared.core.formats import Format
from shared.core.models import Stored
from shared.prompts.model import PaintingPrompt, PromptSource


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


class Step(Stored):
    """One entry of the job's history."""

    status: JobStatus
    attempt: int = 0
    at: AwareDatetime


class WrittenPrompt(Stored):
    """The painting prompt and who wrote it."""

    prompt: PaintingPrompt
    source: PromptSource
    model: str = ""
    tokens: int = 0


class Composition(Stored):
    """How the poster is composed, and what its plate is asked for.

    `light` is the name of the light asked for, "" where the car's one render has none. The sun's
    azimuth is clockwise from the view direction, 180 = behind the eye, 270 = from the left; both
    are None where no sun shines. `members` are the renders, as references, that the plate may
    choose from: all lights of the view, named in `lights`.
    """

    format: Format
    layout: str
    view: str
    ground: Literal["road", "open"]
    light: str
    sun_azimuth_deg: float | None = None
    sun_elevation_deg: float | None = None
    members: tuple[str, ...] = ()
    lights: tuple[str, ...] = ()


class Scene(Stored):
    """The plate of one attempt: claimed first, then ordered (ticket), then stored (plate_key)."""

    attempt: int
    claimed_at: AwareDatetime
    model: str = ""
    ticket: str = ""
    plate_key: str = ""


class TaskEnd(Stored):
    """How a task ended, as the first notice of it said."""

    outcome: Literal["done", "failed"]
    source: Literal["sink", "oss_event", "callback", "sweep"]
    reason: str = ""


class EvidenceKept(Stored):
    """What the pictures beside a poster show: its size, and where its badge is, in its pixels.

    `badge_box` is left, top, right, bottom. `car_light`: azimuth and height of the light that the
    render was made in, degrees, as its sidecar says.
    """

    size: tuple[int, int]
    badge_box: tuple[int, int, int, int]
    car_light: tuple[float, float] | None = None


class StoredResult(Stored):
    """Where the record says the poster is, what was measured on it, and what failed the gate.

    `vehicle` is the render that was set in, `choice` why it was that one of its set.
    `doubts`: reasons to look at a poster that failed nothing. `remedies`: of each failure and doubt
    the value, the limit and what to change. `missing_characters`: those of title and place that
    the font lacks, left out of the lettering. `judge_model`: which model looked. `evidence`: of
    pictures for reviewers in the folder, None where there are none. `score`: how far the poster
    keeps from its limits (shared/quality/score.py), None of an earlier release.
    """

    folder: str
    manifest_sha256: str
    protected_pixels: int
    protected_pixels_changed: int
    app_copy: str = "poster.jpg"
    vehicle: str = ""
    choice: Choice | None = None
    scores: dict[str, float] = Field(default_factory=dict)
    failures: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    missing_characters: tuple[str, ...] = ()
    judge_model: str = ""
    evidence: EvidenceKept | None = None
    score: int | None = None


class Failure(Stored):
    """Why a job ended without a poster: a stable code and a sentence for people."""

    code: str
    detail: str


class Review(Stored):
    """What a reviewer decided on an attempt's poster; the reviewer appears as an HMAC only.

    `take_back` undoes the decision before it; `withdrawn` is then the turn of the message that
    takes the poster back from others, 0 where others were not to see it.
    """

    decision: Literal["approve", "reject", "repaint", "take_back"]
    attempt: int
    reviewer: str
    at: AwareDatetime
    seed: int | None = None
    style: str | None = None
    view: str | None = None
    layout: str | None = None
    note: str = ""
    withdrawn: int = 0


def withdrawals(reviews: Iterable[Review]) -> int:
    """Return how often a decision was taken back whose poster others may have seen."""
    return sum(review.withdrawn > 0 for review in reviews)


def last_withdrawal(reviews: Iterable[Review]) -> int:
    """Return the turn of the newest withdrawal by a decision taken back, 0 without one."""
    return max((review.withdrawn for review in reviews), default=0)


class Painting(Stored):
    """How a poster is to be painted, as far as a reviewer's repaint changes it."""

    style_override: str | None = None
    composition: Composition | None = None
    seed_override: int | None = None
    seed_attempt: int = 0
    scene: Scene | None = None
    scene_failures: int = 0


class ShareChange(Stored):
    """The driver lets others see the poster, or no longer; `told`: others hear of this change."""

    share: bool
    at: AwareDatetime
    told: bool


class Erasure(Stored):
    """What is left to do for an erased job, and nothing that says what it was.

    `tasks`: how many of its tasks may still wait for a GPU. `withdrawn`: the turn of the message
    that takes the poster back from others, 0 where others were told of none. `created_at` is where
    its entry on the wall lay, None where there was none.
    """

    at: AwareDatetime
    tasks: int = 0
    withdrawn: int = 0
    created_at: AwareDatetime | None = None
