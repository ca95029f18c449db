"""What comes in and goes out over POST /v1/jobs/{id}/review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from shared.errors import (
    InvalidRequestError,
    MalformedRequestError,
    PayloadTooLargeError,
    Problem,
)
from shared.trips.cleaning import cleaned

if TYPE_CHECKING:
    from typing_extensions import Self

    from shared.events import HttpRequest
    from shared.jobs.record import JobRecord

ALLOWED = {
    "decision": "approve, reject or repaint",
    "attempt": "1 to 9999: the attempt that was looked at; no other is decided on",
    "seed": "with repaint: 0 to 2147483647, of the next picture",
    "style": "with repaint: id of the style of the next picture",
    "note": "at most 200 characters, kept in the job's record",
}


class Decision(BaseModel):
    """What the reviewer decided; seed and style belong to a repaint."""

    model_config = ConfigDict(
        frozen=True, defer_build=True, extra="forbid", hide_input_in_errors=True
    )

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
    if len(request.body) > max_bytes:
        msg = f"a decision has at most {max_bytes} bytes"
        raise PayloadTooLargeError(msg)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        msg = "send Content-Type: application/json"
        raise MalformedRequestError(msg)
    try:
        return Decision.model_validate_json(request.body)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
    if any(fault["type"] == "json_invalid" for fault in faults):
        msg = "the body is not JSON in UTF-8"
        raise MalformedRequestError(msg)
    raise InvalidRequestError(problems=tuple(map(_problem, faults)))


def reviewed_body(record: JobRecord) -> dict[str, Any]:
    """Return the body of the 200."""
    return {
        "job_id": record.job_id,
        "status": record.status.value,
        "links": {"self": f"/v1/jobs/{record.job_id}"},
    }


def _problem(fault: Any) -> Problem:
    name = str(fault["loc"][0]) if fault["loc"] else ""
    if not name:
        return Problem("", "an object; seed and style belong to a repaint")
    if name not in ALLOWED:
        return Problem(f"/{_pointed(name)}", f"is not known; allowed: {', '.join(ALLOWED)}")
    return Problem(f"/{name}", f"allowed: {ALLOWED[name]}")


def _pointed(name: str) -> str:
    # An unknown name was sent by somebody: nothing of it is repeated but plain letters.
    return name if name.isascii() and name.isidentifier() and len(name) <= 40 else "?"
