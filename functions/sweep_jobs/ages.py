"""How old the jobs are that a sweep leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.jobs.record import JobRecord, JobStatus


@dataclass
class Ages:
    """Seconds since the oldest was accepted, and by which one has passed its deadline.

    Those a reviewer has are left out: they have days, and an end of their own.
    """

    oldest_seconds: float = 0.0
    overdue_seconds: float = 0.0

    def note(self, record: JobRecord, now: datetime) -> None:
        """Count a job that stays open."""
        if record.status is JobStatus.NEEDS_REVIEW or record.status.is_closed:
            return
        age, over = (now - record.created_at), (now - record.ends_at)
        self.oldest_seconds = max(self.oldest_seconds, age.total_seconds())
        self.overdue_seconds = max(self.overdue_seconds, over.total_seconds())
