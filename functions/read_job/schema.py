"""What goes out over GET /v1/jobs/{id}: to staff a poster's inspection besides the job."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime

from shared.core.models import View
from shared.edge.job_view import JobView, LinkView


class FactsView(View):
    """What of the trip the poster is painted by; `occasion` names a season or a festival."""

    city: str
    month: int
    season: str
    weather: str
    time_of_day: str
    occasion: str | None


class PromptView(View):
    """The text that the plate is painted by, and who wrote it."""

    source: str
    model: str
    text: str


class ReadingView(View):
    """What was read from a plate, and how far it is believed, 0 to 1."""

    value: float | str
    confidence: float


class RunnerUpView(View):
    """The member of the set that would have been next."""

    view: str
    lit: str
    cost: float


class ChoiceView(View):
    """Which member of a set was set in, and why; the least cost wins."""

    view: str
    lit: str
    layout: str
    cost: float
    runner_up: RunnerUpView | None
    reasons: tuple[str, ...]
    measured: dict[str, ReadingView]


class LightView(View):
    """A light: degrees clockwise from the view direction, 180 behind the eye, and of height.

    `source` says how it is known: the render's sidecar states it, the plate was asked for it, or
    its side was measured on the plate.
    """

    azimuth_deg: float
    elevation_deg: float | None
    source: Literal["stated", "asked", "measured"]


class LightsView(View):
    """The light that the car was rendered in, and that of the plate; null where none is known."""

    car: LightView | None
    plate: LightView | None


class ScoreView(View):
    """One measure of the gate; `value` is null where it could not be measured.

    `limit` is null where its mere presence is the fault. `unbound` says why the limit does not
    bind, null where it does: the app copy has loss, the plate is not clear enough (`confidence`),
    view and light were not asked of it, or a setting says so.
    """

    measure: str
    value: float | None
    limit: float | None
    wanted: Literal["at_least", "at_most"]
    outcome: Literal["passed", "failed", "doubted"]
    meaning: str
    confidence: float | None = None
    unbound: Literal["lossy", "unclear", "unasked", "switched_off"] | None = None


class ReviewView(View):
    """A reviewer's decision; `by` tells reviewers apart and names none."""

    decision: str
    attempt: int
    by: str
    at: AwareDatetime
    note: str
    seed: int | None
    style: str | None
    view: str | None
    layout: str | None


class RetriesView(View):
    """How often was begun, how many tasks a GPU had, how many plates of the attempt failed."""

    attempts: int
    gpu_tasks: int
    scene_failures: int


class CostView(View):
    """What the job has cost at list prices, CNY, and its parts."""

    total_cny: float
    parts: dict[str, float]


class EvidenceView(View):
    """Links to pictures of the poster's size, and the badge's box in its pixels.

    `plate` is the scene without the car; `protected` and `seams` lie over the poster; `difference`
    shows the badge's box alone: how far the master is off the render, times 32.
    """

    plate: LinkView
    protected: LinkView
    difference: LinkView
    seams: LinkView
    badge_box: tuple[int, int, int, int]
    size: tuple[int, int]


class InspectionView(View):
    """What staff judges a poster by: facts and pictures; no address, caption or name."""

    facts: FactsView
    prompt: PromptView | None
    choice: ChoiceView | None
    lights: LightsView
    scores: tuple[ScoreView, ...]
    remedies: tuple[str, ...]
    reviews: tuple[ReviewView, ...]
    retries: RetriesView
    cost: CostView
    evidence: EvidenceView | None


class InspectedJobView(JobView):
    """A job as staff sees it."""

    inspection: InspectionView
