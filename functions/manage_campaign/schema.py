"""What comes in and goes out over /v1/campaigns."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator
from typing_extensions import Self

from shared.core.models import Strict, View
from shared.edge.http_fields import json_body
from shared.seasons.model import Rules, Status

if TYPE_CHECKING:
    from shared.edge.events.http_request import HttpRequest

ROOT = "/v1/campaigns"
ORDERED = {
    "action": "plan, start, pause, resume or stop",
    "rules": "with plan: newest (1 to 100 trips of a driver), cap (most trips), budget_cny (0 for "
    "none), shards (1 to 32)",
}
_WHOLE = "an object; rules belong to a plan"
_Whole = Annotated[int, Field(strict=True)]


class PlanRules(Strict):
    """What a plan keeps to; what is left out is as the settings say."""

    newest: Annotated[_Whole, Field(ge=1, le=100)] | None = None
    cap: Annotated[_Whole, Field(ge=0, le=10_000_000)] | None = None
    budget_cny: Annotated[float, Field(strict=True, ge=0, le=1e9)] | None = None
    shards: Annotated[_Whole, Field(ge=1, le=32)] | None = None

    def over(self, usual: Rules) -> Rules:
        """Return the rules with these in place of the usual ones."""
        return usual.model_copy(update=self.model_dump(exclude_none=True))


class CampaignOrder(Strict):
    """What is to be done with a campaign."""

    action: Literal["plan", "start", "pause", "resume", "stop"]
    rules: PlanRules | None = None

    @model_validator(mode="after")
    def _rules_are_for_a_plan(self) -> Self:
        if self.rules is not None and self.action != "plan":
            raise ValueError("rules belong to a plan")
        return self


class WindowView(View):
    """When a campaign may run, from `opens` until `closes` begins; days in Asia/Shanghai."""

    campaign: str
    occasion: str
    day: date
    opens: date
    closes: date
    status: Status | None


class WindowsView(View):
    """The windows that have not closed, and those of campaigns of the last year."""

    today: date
    windows: tuple[WindowView, ...]


class RulesView(View):
    """What a campaign keeps to."""

    newest: int
    shards: int
    cap: int
    budget_cny: float


class PlanView(View):
    """What was counted, and what painting the `allowed` ones of the trips takes."""

    drivers: int
    jobs: int
    trips: int
    left_out: dict[str, int]
    styles: dict[str, int]
    regions: dict[str, int]
    due: dict[date, int]
    allowed: int
    gpu_hours: float
    tokens: int
    pictures: int
    cny: float
    prices_of: str
    hours: float


class PlanningView(View):
    """How far planning has come, over all shards."""

    shards: int
    shards_ended: int
    drivers: int
    trips: int


class SendingView(View):
    """How far a plan is carried out; `share` of the allowed trips is accepted, 0 to 1."""

    accepted: int
    share: float
    left_out: dict[str, int]
    shards: int
    shards_ended: int
    next_due: date | None


class CampaignView(WindowView):
    """A campaign whole; `status` is null, and `rules` the usual ones, for one never planned.

    `planned_cost_of_accepted_cny` is what the accepted trips cost by the plan, not by a bill.
    """

    by: str
    planned_at: AwareDatetime | None
    reason: str
    rules: RulesView
    plan: PlanView | None
    planning: PlanningView | None
    progress: SendingView | None
    planned_cost_of_accepted_cny: float | None


def parse_order(request: HttpRequest, *, max_bytes: int) -> CampaignOrder:
    """Return the order of a JSON body; every refusal names field and rule."""
    return json_body(request, CampaignOrder, ORDERED, max_bytes=max_bytes, whole=_WHOLE)
