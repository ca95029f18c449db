"""Picture tasks and their files."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from local.cloud.files import read_json, replace_json

TaskStatus = Literal["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED"]
_OPEN: tuple[TaskStatus, ...] = ("PENDING", "RUNNING")
Fate = Literal["normal", "fail_task", "moderate_output", "never_finish"]


@dataclass(frozen=True)
class PictureOrder:
    """What is to be painted; `protocol` is the one that the answer is written in."""

    model: str
    prompt: str
    negative_prompt: str
    width: int
    height: int
    count: int
    seed: int
    protocol: str = "image-synthesis"


@dataclass(frozen=True)
class PictureTask:
    """A task as it stands; `fate` was decided when it was submitted, times are epoch seconds."""

    task_id: str
    order: PictureOrder
    fate: Fate
    status: TaskStatus
    submitted_at: float
    started_at: float | None = None
    ended_at: float | None = None
    code: str = ""
    message: str = ""
    link_key: str = ""


class TaskStore:
    """Tasks as files under one folder, open ones in memory too; every method is thread-safe."""

    def __init__(self, root: Path, *, clock: Callable[[], float]) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._root = root
        self._clock = clock
        self._lock = threading.Lock()
        self._open = {task.task_id: task for task in self.all() if task.status in _OPEN}

    def create(self, order: PictureOrder, *, fate: Fate, code: str) -> PictureTask:
        """Record a new task."""
        task = PictureTask(
            task_id=str(uuid.uuid4()),
            order=order,
            fate=fate,
            status="PENDING",
            submitted_at=self._clock(),
            code=code,
            link_key=uuid.uuid4().hex,
        )
        with self._lock:
            return self._save(task)

    def find(self, task_id: str) -> PictureTask | None:
        """Return a task, or None."""
        path = self._root / f"{task_id}.json"
        with self._lock:
            return self._open.get(task_id) or (_load(path) if path.is_file() else None)

    def all(self) -> list[PictureTask]:
        """Return every task ever accepted, oldest first."""
        with self._lock:
            found = [_load(path) for path in self._root.glob("*.json")]
        return sorted(found, key=lambda task: task.submitted_at)

    def unfinished(self) -> list[PictureTask]:
        """Return the tasks that are not closed, oldest first."""
        with self._lock:
            return sorted(self._open.values(), key=lambda task: task.submitted_at)

    def begin(self, task_id: str) -> PictureTask | None:
        """Set a task running; None when there is nothing left to do for it."""
        return self._move(task_id, _OPEN, status="RUNNING", started_at=self._clock())

    def succeed(self, task_id: str) -> None:
        """Close a task whose pictures are written."""
        self._move(task_id, ("RUNNING",), status="SUCCEEDED", ended_at=self._clock(), code="")

    def fail(self, task_id: str, *, code: str, message: str) -> None:
        """Close a task without pictures."""
        self._move(
            task_id,
            ("RUNNING",),
            status="FAILED",
            ended_at=self._clock(),
            code=code,
            message=message,
        )

    def cancel(self, task_id: str) -> bool:
        """Cancel a waiting task; tell whether it was one."""
        moved = self._move(task_id, ("PENDING",), status="CANCELED", ended_at=self._clock())
        return moved is not None

    def _move(
        self, task_id: str, allowed: Iterable[TaskStatus], **changes: Any
    ) -> PictureTask | None:
        with self._lock:
            task = self._open.get(task_id)
            if task is None or task.status not in allowed:
                return None
            return self._save(replace(task, **changes))

    def _save(self, task: PictureTask) -> PictureTask:
        replace_json(self._root / f"{task.task_id}.json", asdict(task))
        if task.status in _OPEN:
            self._open[task.task_id] = task
        else:
            self._open.pop(task.task_id, None)
        return task


def _load(path: Path) -> PictureTask:
    fields = read_json(path)
    return PictureTask(order=PictureOrder(**fields.pop("order")), **fields)
