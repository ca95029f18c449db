"""The short answer about a job: where it stands, and where and when to ask for it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from shared.jobs.record import JobRecord

RETRY_AFTER_SECONDS = 5


def job_body(record: JobRecord) -> dict[str, Any]:
    """Return the body: the job's id, its status, its path, and what was assumed of its trip."""
    return {
        "job_id": record.job_id,
        "status": record.status.value,
        "links": {"self": _path(record)},
        "warnings": [asdict(each) for each in record.warnings],
    }


def accepted_headers(record: JobRecord) -> dict[str, str]:
    """Return the headers of a 202: the job's path, and when to ask for it (seconds)."""
    return {"Location": _path(record), "Retry-After": str(RETRY_AFTER_SECONDS)}


def _path(record: JobRecord) -> str:
    return f"/v1/jobs/{record.job_id}"
