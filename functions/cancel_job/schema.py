"""What goes out over POST /v1/jobs/{id}/cancel."""

from __future__ import annotations

from typing import Literal

from shared.core.models import View

TaskFate = Literal[
    "removed",
    "running, its result will be discarded",
    "unknown, a result will be discarded",
    "none",
]


class CancelledView(View):
    """A cancelled job, and what became of its GPU work; "none" where no GPU has or will have it."""

    job_id: str
    status: Literal["cancelled"]
    task: TaskFate
