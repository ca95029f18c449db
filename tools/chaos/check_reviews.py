"""What a reviewer was told is recorded is what became of the job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.jobs.record import JobStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.jobs.record import JobRecord
    from tools.chaos.account import Account, Wrong


def check(account: Account) -> Iterator[Wrong]:
    """Yield what is wrong."""
    for job_id, record in account.jobs.items():
        if record.status is JobStatus.SUCCEEDED and record.attempt in record.turned_down:
            yield job_id, f"decision: attempt {record.attempt} is shown, and was turned down"
    for (job_id, attempt), decision in account.book.decided.items():
        found = account.jobs.get(job_id)
        if found is None or found.status is JobStatus.ERASED:
            continue
        if not _is_kept(found, attempt, decision):
            stands = f"{found.status.value}({found.attempt})"
            yield job_id, f"decision: {decision} of attempt {attempt}, and it is {stands}"


def _is_kept(record: JobRecord, attempt: int, decision: str) -> bool:
    if decision == "approve":
        return (record.status, record.attempt) == (JobStatus.SUCCEEDED, attempt)
    if decision == "reject":
        return record.failure is not None and record.failure.code == "rejected"
    return attempt in record.turned_down
