"""What comes in over POST /v1/jobs/{id}/review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from typing_extensions import Self

from shared.core.limits import LARGEST_SEED
from shared.core.models import Strict
from shared.edge.http_fields import json_body
from shared.jobs.claims import moment
from shared.trips.cleaning import cleaned

if TYPE_CHECKING:
    from shared.edge.events.http_request import HttpRequest
    from shared.jobs.claims import Claim

_SLUG = r"^[a-z][a-z0-9_]{0,31}$"
_WHOLE = "an object; seed, style, view and layout belong to a repaint"
_OF_A_REPAINT = ("seed", "style", "view", "layout")
ALLOWED = {
    "decision": "approve, reject or repaint; take_back undoes the last one",
    "attempt": "1 to 9999: the attempt that was looked at; no other is decided on",
    "seed": f"with repaint: 0 to {LARGEST_SEED}, of the next picture",
    "style": "with repaint: id of the style of the next picture",
    "view": "with repaint: from where the car is seen, one of its set",
    "layout": "with repaint: id of a layout that takes the view in the poster's format",
    "note": "at most 200 characters, kept in the job's record",
}


class Decision(Strict):
    """What the reviewer decided; what the next picture is to be like belongs to a repaint."""

    decision: Literal["approve", "reject", "repaint", "take_back"]
    attempt: Annotated[int, Field(ge=1, le=9999, strict=True)] | None = None
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED, strict=True)] | None = None
    style: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{1,31}$")] | None = None
    view: Annotated[str, Field(pattern=_SLUG)] | None = None
    layout: Annotated[str, Field(pattern=_SLUG)] | None = None
    note: Annotated[str, Field(max_length=200), BeforeValidator(cleaned)] = ""

    @model_validator(mode="after")
    def _the_next_picture_is_of_a_repaint(self) -> Self:
        given = any(getattr(self, name) is not None for name in _OF_A_REPAINT)
        if self.decision != "repaint" and given:
            raise ValueError(_WHOLE)
        return self


def claim_body(claim: Claim) -> dict[str, Any]:
    """Return the body of the 200: until when the claim holds, and whose it is, as people say."""
    return {"until": moment(claim.until), "by": claim.name or "you"}


def parse_decision(request: HttpRequest, *, max_bytes: int) -> Decision:
    """Return the decision of a JSON body; every refusal names field and rule."""
    return json_body(request, Decision, ALLOWED, max_bytes=max_bytes, whole=_WHOLE)
