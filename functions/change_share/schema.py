"""What comes in and goes out over PATCH /v1/jobs/{id}."""

from __future__ import annotations

from typing import Any

from pydantic import StrictBool

from shared.core.models import Strict
from shared.edge.job_answers import job_body
from shared.jobs.record import JobRecord

ALLOWED = {"share": "true: others may see the poster; false: they may not, or no longer"}


class ShareWish(Strict):
    """Whether others may see the poster."""

    share: StrictBool


def shared_body(record: JobRecord) -> dict[str, Any]:
    """Return the body of the 200."""
    return {**job_body(record), "share": record.is_shared}
