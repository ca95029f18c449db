"""What goes out over GET /v1/jobs."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.edge.job_view import JobView


class JobList(BaseModel):
    """A page of a driver's jobs, newest first; `cursor` asks for the next page, null at the end."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    jobs: tuple[JobView, ...]
    cursor: str | None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return self.model_dump(mode="json")
