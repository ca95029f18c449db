"""What goes out over GET /v1/jobs."""

from __future__ import annotations

from shared.core.models import View
from shared.edge.job_view import JobView


class JobList(View):
    """A page of a driver's jobs, newest first; `cursor` asks for the next page, null at the end."""

    jobs: tuple[JobView, ...]
    cursor: str | None
