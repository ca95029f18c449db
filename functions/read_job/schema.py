"""What goes out over GET /v1/jobs/{id}."""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StepView(_View):
    """One step of the job's history."""

    status: str
    attempt: int
    at: AwareDatetime


class LinkView(_View):
    """A link that works without a token until `expires_at`."""

    url: str
    expires_at: AwareDatetime


class PosterView(_View):
    """Links to the files of a finished job."""

    master: LinkView
    app_copy: LinkView
    thumbnail: LinkView
    manifest: LinkView


class FailureView(_View):
    """Why there is no poster."""

    code: str
    detail: str


class JobView(_View):
    """A job as its driver sees it."""

    job_id: str
    status: str
    waiting_for: str | None = None
    attempt: int
    style: str
    vehicle: str
    created_at: AwareDatetime
    deadline_at: AwareDatetime
    title: str | None
    prompt_source: str | None
    history: tuple[StepView, ...]
    poster: PosterView | None
    failure: FailureView | None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return self.model_dump(mode="json")
