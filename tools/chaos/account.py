"""What a run has left behind, read from the files themselves."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.stack import MOUNT_BUCKET, STATE_BUCKET
from shared.jobs.record import JobRecord, JobStatus
from tools.chaos import instance_kills
from tools.chaos.bad_items import NAMES
from tools.chaos.book import Book
from tools.chaos.files import entries, lines

# A job's id or "", and what is wrong.
Wrong = tuple[str, str]


@dataclass
class Account:
    """Jobs as they stand in the bucket, and what is wrong."""

    data: Path
    book: Book
    messages_wait: bool
    jobs: dict[str, JobRecord] = field(default_factory=dict)
    violations: list[Wrong] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    faults: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    gpu_runs: Counter[str] = field(default_factory=Counter)
    messages: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    arrived: list[str] = field(default_factory=list)
    taken: frozenset[str] = frozenset()

    @property
    def bucket(self) -> Path:
        """The folder with the objects of the state bucket."""
        return self.data / "oss" / STATE_BUCKET

    @property
    def mount(self) -> Path:
        """The folder with the objects of the mount bucket."""
        return self.data / "oss" / MOUNT_BUCKET

    def count(self, status: JobStatus) -> int:
        return sum(record.status is status for record in self.jobs.values())

    def of_origin(self, origin: str) -> int:
        """Return how many jobs came so; of an erased one nobody knows."""
        known = [r for r in self.jobs.values() if r.status is not JobStatus.ERASED]
        return sum(record.origin == origin for record in known)

    def codes(self) -> Counter[str]:
        return Counter(r.failure.code for r in self.jobs.values() if r.failure)

    def runs_of_jobs(self) -> list[int]:
        runs: Counter[str] = Counter()
        for task, count in self.gpu_runs.items():
            runs[task.rpartition("-")[0]] += count
        return [runs[job_id] for job_id in self.jobs]

    @property
    def instance_kills(self) -> int:
        """How many instances of functions were killed, each at an event."""
        return len([*lines(self.data / instance_kills.FILE)])

    def orders(self) -> int:
        """Return how many pictures were ordered of the picture model, each of them paid for."""
        return len(entries(self.data / "dashscope" / "tasks"))

    def seconds_to_close(self) -> list[float]:
        """Return how long each job took, by the clocks of its records."""
        told = [record for record in self.jobs.values() if record.status is not JobStatus.ERASED]
        closed = [record for record in told if record.status.is_closed]
        return [(r.history[-1].at - r.created_at).total_seconds() for r in closed]

    def of_kind(self, kind: str) -> int:
        """Return how many violations are of a kind: the words before the colon."""
        return sum(what.startswith(kind) for _, what in self.violations)

    def read(self) -> None:
        """Read everything that the run has left behind."""
        for folder in entries(self.bucket / "jobs"):
            if folder.name in NAMES:
                continue
            newest = max(entries(folder))
            self.jobs[folder.name] = JobRecord.model_validate_json(newest.read_bytes())
        for line in lines(self.data / "requests.jsonl"):
            self._note(json.loads(line))
        self.gpu_runs.update(lines(self.data / "gpu.txt"))
        hooks = entries(self.data / "community")
        self.taken = frozenset(path.stem for hook in hooks for path in entries(hook))

    def _note(self, line: dict[str, Any]) -> None:
        if "message" in line:
            self.messages[line["message"]].add(line["sha256"])
            self.arrived.append(line["message"])
            return
        self.requests[line["service"]] += 1
        if line["fault"]:
            self.faults[line["service"]][line["fault"]] += 1
