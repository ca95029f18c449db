"""What goes out over GET /v1/me/export."""

from __future__ import annotations

from pydantic import AwareDatetime

from shared.core.models import View
from shared.edge.job_view import JobView
from shared.prompts.model import PaintingPrompt
from shared.trips.model import Trip

MOST = 100


class ShareStep(View):
    """When the driver let others see the poster, or took it back."""

    share: bool
    at: AwareDatetime


class ReviewStep(View):
    """What somebody decided on the poster, and when; who it was is not the driver's data."""

    decision: str
    at: AwareDatetime
    note: str


class ExportedJob(View):
    """All that is stored of one job, in the words of the interface."""

    job: JobView
    trip: Trip
    prompt: PaintingPrompt | None
    shares: tuple[ShareStep, ...]
    reviews: tuple[ReviewStep, ...]


class Export(View):
    """A driver's jobs, newest first; `cursor` asks for the next file, null in the last one."""

    exported_at: AwareDatetime
    jobs: tuple[ExportedJob, ...]
    cursor: str | None

    def headers(self) -> dict[str, str]:
        """Return what makes it a file."""
        name = f"trip-posters-{self.exported_at:%Y%m%dT%H%M%SZ}.json"
        return {"Content-Disposition": f'attachment; filename="{name}"'}
