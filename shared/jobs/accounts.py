"""What a job has taken, as its record says: for the line that closes it, and for the ledger."""

from __future__ import annotations

from typing import Any

from shared.jobs.record import JobRecord, JobStatus
from shared.observability import log

_CALM = ("lettering_occlusion", "lettering_unreadability")
_BEGUN = frozenset({JobStatus.SENDING, JobStatus.QUEUED})


def task_seconds(record: JobRecord) -> list[float]:
    """Return for each task the seconds from the queue to its end, its wait for a GPU included.

    A task whose end nobody learnt of is left out.
    """
    begun: dict[int, Any] = {}
    found: list[float] = []
    for step in record.history:
        if step.status in _BEGUN:
            begun[step.attempt] = step.at
        elif step.status is JobStatus.RENDERED and step.attempt in begun:
            found.append((step.at - begun.pop(step.attempt)).total_seconds())
    return found


def gpu_seconds(record: JobRecord, *, longest: float = float("inf")) -> float:
    """Return an upper bound of the job's GPU seconds; no task counts for more than `longest`."""
    return sum(max(0.0, min(seconds, longest)) for seconds in task_seconds(record))


def note_closed(record: JobRecord) -> None:
    """Write the line from which what is delivered, how fast and for how much can be told.

    How calm the ground of a poster's lettering is stands in it where a poster was stored.
    """
    scores = record.result.scores if record.result else {}
    calm = {name: scores[f"master.{name}"] for name in _CALM if f"master.{name}" in scores}
    log.logger().info(
        "job.closed",
        job_id=record.job_id,
        status=record.status.value,
        failure=record.failure.code if record.failure else "",
        style=record.painted_style,
        origin=record.origin,
        campaign=record.campaign,
        priority=record.priority,
        seconds=round((record.history[-1].at - record.created_at).total_seconds(), 3),
        gpu_tasks=record.gpu_tasks,
        gpu_seconds=round(gpu_seconds(record), 3),
        pictures=record.pictures_ordered,
        tokens=record.prompt.tokens if record.prompt else 0,
        reviews=len(record.reviews),
        **calm,
    )
