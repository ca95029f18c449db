"""Paint the tasks one after the other in a thread."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path

from local.cloud.dashscope.replies import MODERATED_OUTPUT
from local.cloud.dashscope.task import PictureTask, TaskStore

Paint = Callable[[str, int, int, int], bytes]

_log = logging.getLogger(__name__)
_STOP_SECONDS = 5.0


class PaintWorker:
    """`paint(prompt, width, height, seed)` returns the bytes of a PNG.

    A task is failed whose model is `gone`, before it is painted or after.
    """

    def __init__(
        self, tasks: TaskStore, root: Path, *, paint: Paint, gone: Callable[[str], bool]
    ) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._tasks = tasks
        self._root = root
        self._paint = paint
        self._gone = gone
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="paint-worker", daemon=True)
        self._thread.start()

    def add(self, task_id: str) -> None:
        """Paint this task after those before it."""
        self._waiting.put(task_id)

    def close(self) -> None:
        """End after the task in hand."""
        self._waiting.put(None)
        self._thread.join(_STOP_SECONDS)

    def picture(self, task_id: str, number: int) -> Path:
        """Return where a task's picture lies."""
        return self._root / f"{task_id}-{number}.png"

    def _work(self) -> None:
        while (task_id := self._waiting.get()) is not None:
            task = self._tasks.begin(task_id)
            if task is not None:
                self._settle(task)

    def _settle(self, task: PictureTask) -> None:
        if task.fate == "never_finish":
            return
        if self._gone(task.order.model):
            self._fail_for_its_model(task)
        elif task.fate == "fail_task":
            self._tasks.fail(task.task_id, code=task.code, message="The task failed as told.")
        elif task.fate == "moderate_output":
            self._tasks.fail(
                task.task_id, code=MODERATED_OUTPUT.code, message=MODERATED_OUTPUT.message
            )
        else:
            self._paint_all(task)

    def _paint_all(self, task: PictureTask) -> None:
        order = task.order
        try:
            for number in range(order.count):
                png = self._paint(order.prompt, order.width, order.height, order.seed + number)
                self.picture(task.task_id, number).write_bytes(png)
        except Exception:  # noqa: BLE001 - the painter is the caller's; its failure fails the task
            _log.warning("dashscope.paint_failed", exc_info=True, extra={"task_id": task.task_id})
            self._tasks.fail(task.task_id, code="InternalError.Algo", message="The painter failed.")
            return
        if self._gone(order.model):
            self._fail_for_its_model(task)
        else:
            self._tasks.succeed(task.task_id)

    def _fail_for_its_model(self, task: PictureTask) -> None:
        message = f"The model `{task.order.model}` does not exist."
        self._tasks.fail(task.task_id, code="ModelNotFound", message=message)
