"""What comes in and goes out over PATCH /v1/jobs/{id}."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, StrictBool

from shared.edge.job_answers import job_body

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord

ALLOWED = {"share": "true: others may see the poster; false: they may not, or no longer"}


class ShareWish(BaseModel):
    """Whether others may see the poster."""

    model_config = ConfigDict(
        frozen=True, defer_build=True, extra="forbid", hide_input_in_errors=True
    )

    share: StrictBool


def shared_body(record: JobRecord) -> dict[str, Any]:
    """Return the body of the 200."""
    return {**job_body(record), "share": record.is_shared}
