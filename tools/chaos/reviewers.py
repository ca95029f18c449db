"""Reviewers: whatever waits for a decision gets one, the same again until it is answered."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.stack import STATE_BUCKET
from shared.jobs.record import JobRecord, JobStatus
from tools.chaos.files import entries
from tools.chaos.working import failures

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tools.chaos.book import Book
    from tools.chaos.door import Door
    from tools.chaos.rules import ChaosRules

_AT_ONCE = 2
# Painted anew so often at most; then it is let pass.
_MOST_REPAINTS = 2
_DRAWN = ("repaint", "repaint", "repaint", "approve", "approve", "reject")
# Somebody else was first: the review's deadline, or an erasure.
_TOO_LATE = (404, 409, 410)


@dataclass
class Reviewers:
    """They see in the bucket what waits, and decide over HTTP."""

    rules: ChaosRules
    door: Door
    book: Book
    _begun: dict[str, Future[None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="reviewer")

    def tend(self) -> None:
        """Take up what has come to wait since."""
        for record in self._waiting():
            if record.task_id not in self._begun:
                self._begun[record.task_id] = self._pool.submit(self._decide, record)

    def failures(self) -> list[str]:
        """Return what has gone wrong here itself."""
        return failures(self._begun.values())

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
        if answer is None or answer.status_code in _TOO_LATE:
            return
        if answer.status_code != 200:
            self.book.wrong.append(f"review: {answer.status_code} {answer.text[:200]}")
            return
        self.book.decided[record.job_id, record.attempt] = decision
