"""What goes out over POST /v1/jobs/{id}/cancel."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

TaskFate = Literal[
    "removed",
    "running, its result will be discarded",
    "unknown, a result will be discarded",
    "none",
]


class CancelledView(BaseModel):
    """A cancelled job, and what became of its GPU work; "none" where no GPU has or will have it."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    job_id: str
    status: Literal["cancelled"]
    task: TaskFate

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return self.model_dump(mode="json")
