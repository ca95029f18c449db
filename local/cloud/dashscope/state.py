"""Everything the stand-in knows, apart from HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from local.cloud.dashscope.answers import Answers
from local.cloud.dashscope.behaviour import DashScopeBehaviour
from local.cloud.dashscope.calls import CallLog
from local.cloud.dashscope.models import Model, Models
from local.cloud.dashscope.painting import Paint, PaintWorker
from local.cloud.dashscope.task import Fate, PictureOrder, PictureTask, TaskStore

ONE_DAY_SECONDS = 86400.0


class DashScopeState:
    """Tasks, pictures and the listed models' fates under one folder, switches and counts in memory.

    Tasks that a restart interrupted are painted again. `life_seconds` is how long a task can
    be asked for after its submission and a result link followed after the task's end.
    """

    def __init__(
        self,
        root: Path,
        listed: Iterable[Model],
        *,
        paint: Paint,
        answers: Answers | None = None,
        clock: Callable[[], float] = time.time,
        life_seconds: float = ONE_DAY_SECONDS,
    ) -> None:
        self.answers = answers or Answers()
        self.behaviour = DashScopeBehaviour(self.answers.modes)
        self.calls = CallLog()
        self.clock = clock
        self.life_seconds = life_seconds
        self.tasks = TaskStore(root / "tasks", clock=clock)
        self.models = Models(root / "models.json", listed, clock=clock)
        self.worker = PaintWorker(
            self.tasks, root / "results", paint=paint, gone=self.models.fails_tasks
        )
        for task in self.tasks.unfinished():
            self.worker.add(task.task_id)

    def submit(self, order: PictureOrder, *, fate: Fate, code: str) -> PictureTask:
        """Accept an order; every call makes a new, paid task."""
        task = self.tasks.create(order, fate=fate, code=code)
        self.worker.add(task.task_id)
        return task

    def find_task(self, task_id: str) -> PictureTask | None:
        """Return a task that is not forgotten yet."""
        task = self.tasks.find(task_id)
        if task is None or self.clock() > task.submitted_at + self.life_seconds:
            return None
        return task

    def close(self) -> None:
        """Stop painting."""
        self.worker.close()
