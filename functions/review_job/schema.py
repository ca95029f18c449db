"""What comes in over POST /v1/jobs/{id}/review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator
from typing_extensions import Self

from shared.core.models import Strict
from shared.edge.http_fields import json_body
from shared.trips.cleaning import cleaned

if TYPE_CHECKING:
    from shared.edge.events.http_request import HttpRequest


_WHOLE = "an object; seed and style belong to a repaint"
ALLOWED = {
    "decision": "approve, reject or repaint",
    "attempt": "1 to 9999: the attempt that was looked at; no other is decided on",
    "seed": "with repaint: 0 to 2147483647, of the next picture",
    "style": "with repaint: id of the style of the next picture",
    "note": "at most 200 characters, kept in the job's record",
}


class Decision(Strict):
    """What the reviewer decided; seed and style belong to a repaint."""

    decision: Literal["approve", "reject", "repaint"]
    attempt: Annotated[int, Field(ge=1, le=9999, strict=True)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)] | None = None
    style: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{1,31}$")] | None = None
    note: Annotated[str, Field(max_length=200), BeforeValidator(cleaned)] = ""

    @model_validator(mode="after")
    def _seed_and_style_are_for_a_repaint(self) -> Self:
        if self.decision != "repaint" and (self.seed is not None or self.style is not None):
            msg = "seed and style belong to a repaint"
            raise ValueError(msg)
        return self


def parse_decision(request: HttpRequest, *, max_bytes: int) -> Decision:
    """Return the decision of a JSON body; every refusal names field and rule."""
    return json_body(request, Decision, ALLOWED, max_bytes=max_bytes, whole=_WHOLE)
