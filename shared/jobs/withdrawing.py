"""A poster is taken back from others, by its driver or by an operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.jobs.shares import set_share

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord
    from shared.ports import Clock, JobStore


def withdraw(job_id: str, *, jobs: JobStore, clock: Clock) -> JobRecord:
    """Take a poster back from others; its address leads nowhere from the record on.

    Safe to repeat. A job that is still open is never announced then; one that nobody was told
    of needs no announcement.
    """
    return set_share(job_id, share=False, announce="automatic", jobs=jobs, clock=clock)
