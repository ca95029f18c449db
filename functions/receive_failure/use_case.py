"""The platform has given up on an invocation: keep what it was about, and have its job looked at.

Nothing of the job itself is changed here: what is missing, the sweeper finds out.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from shared.jobs.record import JobStatus
from shared.observability import log
from shared.ports import JobStore, ObjectStore

if TYPE_CHECKING:
    from shared.edge.events.failures import FailedInvocation


_SUBJECT = re.compile(r"\b(j[a-z2-7]{31})(-[1-9][0-9]{0,3})?\b")


def receive_failure(failed: FailedInvocation, *, jobs: JobStore, dead: ObjectStore) -> str:
    """Write `dead/invocations/…` and return its key; the same failure has the same key.

    Of an erased job nothing is kept: "".
    """
    function = failed.context.function_arn.rpartition("/")[2]
    log.logger().error("invocation.given_up", failed=function, condition=failed.context.condition)
    # Only an id of ours: the payload of an HTTP function would carry a whole trip and a token.
    subject = _SUBJECT.search(failed.payload)
    note = {
        "function": function,
        "condition": failed.context.condition,
        "request_id": failed.context.request_id,
        "subject": subject.group(0) if subject else "",
    }
    data = json.dumps(note, sort_keys=True).encode()
    key = f"dead/invocations/{hashlib.sha256(data).hexdigest()[:32]}.json"
    # The same failure again says nothing new of the job.
    if subject and dead.head(key) is None:
        status = _have_looked_at(subject.group(1), jobs)
        if status is JobStatus.ERASED:
            return ""
    dead.put(key, data, content_type="application/json")
    return key


def _have_looked_at(job_id: str, jobs: JobStore) -> JobStatus | None:
    record = jobs.peek(job_id)
    if record is None:
        return None
    log.follow(job_id, record.trace_id)
    jobs.mark_due(job_id)
    return record.status
