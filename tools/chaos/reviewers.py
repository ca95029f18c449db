"""Reviewers: whatever waits for a decision gets one, the same again until it is answered."""

import random
from typing import Any

from local.stack import STATE_BUCKET
from shared.jobs.record import JobRecord, JobStatus
from tools.chaos.files import entries
from tools.chaos.working import InPool

# Painted anew so often at most; then it is let pass.
_MOST_REPAINTS = 2
_DRAWN = ("repaint", "repaint", "repaint", "approve", "approve", "reject")
# Somebody else was first: the review's deadline, or an erasure.
_TOO_LATE = (404, 409, 410)


class Reviewers(InPool):
    """They see in the bucket what waits, and decide over HTTP."""

    at_once = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        self._seen: set[str] = set()

    def tend(self) -> None:
        """Take up what has come to wait since."""
        for record in self._waiting():
            if record.task_id not in self._seen:
                self._seen.add(record.task_id)
                self.begin(self._decide, record)

    def _waiting(self) -> list[JobRecord]:
        bucket = self.rules.data / "oss" / STATE_BUCKET
        versions = [entries(bucket / "jobs" / each.name) for each in entries(bucket / "open")]
        newest = [each[-1].read_bytes() for each in versions if each]
        # Most do not wait: only those that do are worth reading whole.
        found = [JobRecord.model_validate_json(data) for data in newest if b"needs_review" in data]
        return [
            record
            for record in found
            if record.status is JobStatus.NEEDS_REVIEW and record.repaint_after != record.attempt
        ]

    def _decide(self, record: JobRecord) -> None:
        draw = random.Random(f"{self.rules.seed}/review/{record.task_id}")  # noqa: S311
        decision = draw.choice(_DRAWN)
        if decision == "repaint" and len(record.reviews) >= _MOST_REPAINTS:
            decision = "approve"
        body: dict[str, Any] = {"decision": decision, "attempt": record.attempt}
        if decision == "repaint":
            body["seed"] = draw.randrange(1000)
        path = f"/v1/jobs/{record.job_id}/review"
        answer = self.door.ask("POST", path, driver="reviewer-1", scope="reviewer", body=body)
        if self.book.expected(answer, "review", 200, excused=_TOO_LATE) is not None:
            self.book.decided[record.job_id, record.attempt] = decision
