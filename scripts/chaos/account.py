"""What a run has left behind, read from the files themselves, and what is wrong with it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.eas.queue import DurableQueue
from local.stack import STATE_BUCKET
from shared.jobs.record import JobRecord, JobStatus

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass
class Account:
    """Jobs as they stand in the bucket; `violations` are (job or "", what is wrong)."""

    data: Path
    accepted: frozenset[str]
    messages_wait: bool
    jobs: dict[str, JobRecord] = field(default_factory=dict)
    violations: list[tuple[str, str]] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    faults: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    gpu_runs: Counter[str] = field(default_factory=Counter)
    messages: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    taken: frozenset[str] = frozenset()

    @property
    def bucket(self) -> Path:
        """The folder with the objects of the state bucket."""
        return self.data / "oss" / STATE_BUCKET

    def draw_up(self) -> Account:
        """Read everything and find what is wrong."""
        self._read()
        self._check_jobs()
        self._check_results()
        self._check_messages()
        return self

    def count(self, status: JobStatus) -> int:
        """Return how many jobs ended so."""
        return sum(record.status is status for record in self.jobs.values())

    def codes(self) -> Counter[str]:
        """Return how often each failure was stated."""
        return Counter(r.failure.code for r in self.jobs.values() if r.failure)

    def runs_of_jobs(self) -> list[int]:
        """Return the GPU runs of each job that was accepted."""
        runs: Counter[str] = Counter()
        for task, count in self.gpu_runs.items():
            runs[task.rpartition("-")[0]] += count
        return [runs[job_id] for job_id in self.jobs]

    def orders(self) -> int:
        """Return how many pictures were ordered of the picture model, each of them paid for."""
        return len(_entries(self.data / "dashscope" / "tasks"))

    def seconds_to_close(self) -> list[float]:
        """Return how long each job took, by the clocks of its records."""
        closed = [record for record in self.jobs.values() if record.status.is_closed]
        return [(r.history[-1].at - r.created_at).total_seconds() for r in closed]

    def of_kind(self, kind: str) -> int:
        """Return how many violations are of a kind: the words before the colon."""
        return sum(what.startswith(kind) for _, what in self.violations)

    def _read(self) -> None:
        for folder in _entries(self.bucket / "jobs"):
            newest = max(_entries(folder))
            self.jobs[folder.name] = JobRecord.model_validate_json(newest.read_bytes())
        for line in _lines(self.data / "requests.jsonl"):
            self._note(json.loads(line))
        self.gpu_runs.update(_lines(self.data / "gpu.txt"))
        hooks = _entries(self.data / "community")
        self.taken = frozenset(path.stem for hook in hooks for path in _entries(hook))

    def _note(self, line: dict[str, Any]) -> None:
        if "message" in line:
            self.messages[line["message"]].add(line["sha256"])
            return
        self.requests[line["service"]] += 1
        if line["fault"]:
            self.faults[line["service"]][line["fault"]] += 1

    def _check_jobs(self) -> None:
        for job_id in sorted(self.accepted - self.jobs.keys()):
            self._wrong(job_id, "lost job: accepted, and there is no record")
        for job_id in sorted(self.jobs.keys() - self.accepted):
            self._wrong(job_id, "unknown job: nobody was told of it")
        for job_id, record in self.jobs.items():
            if not record.status.is_closed:
                self._wrong(job_id, f"stuck job: {record.status.value}")
            endings = [step for step in record.history if step.status.is_closed]
            if len(endings) > 1:
                self._wrong(job_id, "two endings: the history has more than one")
        for marker in _entries(self.bucket / "open"):
            self._wrong(marker.name, "orphan: the open marker is still there")

    def _check_results(self) -> None:
        for job_id, record in self.jobs.items():
            folder = self.bucket / "results" / job_id
            found = {
                f"results/{job_id}/{each.name}/" for each in _entries(folder) if any(each.iterdir())
            }
            named = {record.result.folder} if record.result else set()
            for extra in sorted(found - named):
                self._wrong(job_id, f"orphan: {extra} is named by nobody")
            if record.status is JobStatus.SUCCEEDED and found & named != named:
                self._wrong(job_id, "lost result: the closing record names no stored one")
            if record.status is JobStatus.SUCCEEDED and not named:
                self._wrong(job_id, "lost result: succeeded without one")

    def _check_messages(self) -> None:
        for message, digests in self.messages.items():
            if len(digests) > 1:
                self._wrong(message[:32], f"two contents: {message} was sent with other bytes")
        waiting = {
            path.name.rpartition("-")[0]
            for minute in _entries(self.bucket / "outbox")
            for path in _entries(minute)
        }
        due = {_message_id(record) for record in self.jobs.values()} - {""}
        for message in sorted(due - self.taken - waiting):
            self._wrong(message[:32], f"lost message: {message} was never taken")
        for message in sorted(() if self.messages_wait else waiting):
            self._wrong(message[:32], f"stuck message: {message} still waits")
        for message in sorted(self.taken - due):
            self._wrong(message[:32], f"false message: {message} does not tell how the job ended")
        for queue in ("input", "sink"):
            left = DurableQueue(self.data / "eas" / queue).count()
            if left:
                self._wrong("", f"stuck message: {left} in the {queue} queue")

    def _wrong(self, job_id: str, what: str) -> None:
        self.violations.append((job_id, what))


def _message_id(record: JobRecord) -> str:
    if record.status is JobStatus.FAILED:
        return f"{record.job_id}-{record.attempt}-failed"
    if record.status is JobStatus.SUCCEEDED and record.is_shared:
        return f"{record.job_id}-{record.attempt}-ready"
    return ""


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _lines(path: Path) -> Iterable[str]:
    return path.read_text("utf-8").splitlines() if path.exists() else []
