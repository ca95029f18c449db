"""One id through everything that is done for a request: W3C Trace Context, `traceparent`.

https://www.w3.org/TR/trace-context/#traceparent-header
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord

TRACE_ID = r"[0-9a-f]{32}"
_TRACEPARENT = re.compile(
    rf"(?!ff)[0-9a-f]{{2}}-(?!0{{32}})({TRACE_ID})-(?!0{{16}})[0-9a-f]{{16}}-.*"
)


def given_trace(headers: Mapping[str, str]) -> str:
    """Return the trace id that a request bears, "" for none or one that is malformed."""
    found = _TRACEPARENT.fullmatch(headers.get("traceparent", "").strip())
    return found[1] if found else ""


def new_trace() -> str:
    """Return an id for a request that bears none."""
    return secrets.token_hex(16)


def trace_for(job_id: str) -> str:
    """Return the id of a job that no request began: always the same one."""
    return hashlib.sha256(f"trace/{job_id}".encode()).hexdigest()[:32]


def job_order(record: JobRecord) -> dict[str, str]:
    """Return what a function is told that shall do something about this job."""
    return _traced({"job_id": record.job_id}, record)


def task_order(record: JobRecord, task_id: str) -> dict[str, str]:
    """Return what a function is told that shall do something about this task."""
    return _traced({"task_id": task_id}, record)


def _traced(order: dict[str, str], record: JobRecord) -> dict[str, str]:
    return {**order, "trace_id": record.trace_id} if record.trace_id else order
