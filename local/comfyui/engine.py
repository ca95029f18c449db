"""Run the tasks of the local queue: one posted workflow in, one sink message out."""

import json
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.comfyui.core_nodes import CORE_NODES
from local.comfyui.execution import Executor
from local.comfyui.folders import Folders, offered
from local.comfyui.packs import load_packs
from local.comfyui.validation import validate

Publish = Callable[[str, bytes, str], None]

CUSTOM_NODES = Path(__file__).parents[2] / "comfyui" / "custom_nodes"
_SERVER_FAULT = b"500 Internal Server Error\n\nServer got itself in trouble"
CONTENT_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".json": "application/json",
}


class WorkflowEngine:
    """Stands in for a ComfyUI whose data folder is `data_dir` (input/, output/).

    With `publish` nothing is written below output/ here: each file goes to
    publish(key, data, content_type) in the order written, as a mounted bucket would see it.
    """

    def __init__(
        self, data_dir: Path, publish: Publish | None = None, *, custom_nodes: Path = CUSTOM_NODES
    ) -> None:
        self._data_dir = data_dir
        self._publish = publish
        self._classes = {**load_packs(custom_nodes), **CORE_NODES}
        self._executor = Executor(self._classes, self._publish_written)
        self._one_task = threading.Lock()
        self._interrupted = threading.Event()
        self._scratch: Path | None = None

    def run_task(self, body: bytes, tags: Mapping[str, str]) -> tuple[int, bytes]:
        """Run a workflow in API format; return status and body as the sink would carry them.

        200: `executed` events, then the map of outputs; 400: the validation envelope;
        500: the execution error, or that it was interrupted.
        """
        prompt = _parsed(body)
        if prompt is None:
            return 500, _SERVER_FAULT
        interrupted = self._interrupted.is_set
        with self._one_task, self._folders() as folders, offered(folders, interrupted):
            self._interrupted.clear()
            verdict = validate(prompt, self._classes)
            if verdict.error:
                return 400, _json(verdict.envelope())
            named = tags.get("task_id")
            prompt_id = uuid.uuid5(uuid.NAMESPACE_URL, named) if named else uuid.uuid4()
            run = self._executor.run(prompt, verdict.outputs, str(prompt_id))
        if run.error is not None:
            return 500, _json(run.error)
        return 200, _json([*run.events, run.outputs])

    def interrupt(self) -> None:
        """End the running graph at the next moment a node allows it."""
        self._interrupted.set()

    def free(self) -> None:
        """Drop all cached results, as a ComfyUI that is short of memory does."""
        self._executor.free()

    @contextmanager
    def _folders(self) -> Iterator[Folders]:
        """Offer the real output folder, or a scratch one whose files are published."""
        source, target = self._data_dir / "input", self._data_dir / "output"
        if self._publish is None:
            target.mkdir(parents=True, exist_ok=True)
            yield Folders(source, target, target)
            return
        with tempfile.TemporaryDirectory(prefix="comfyui-output-") as scratch:
            self._scratch = Path(scratch)
            try:
                yield Folders(source, self._scratch, target)
            finally:
                self._scratch = None

    def _publish_written(self) -> None:
        if self._publish is None or self._scratch is None:
            return
        for path in sorted(self._scratch.rglob("*"), key=_written):
            if path.is_file():
                key = f"output/{path.relative_to(self._scratch).as_posix()}"
                kind = CONTENT_TYPES.get(path.suffix, "application/octet-stream")
                self._publish(key, path.read_bytes(), kind)
                path.unlink()


def _written(path: Path) -> tuple[bool, int, str]:
    # The clock of a file system is coarse, and the announcing file must come last.
    return (path.name == "task.json", path.stat().st_mtime_ns, path.name)


def _parsed(body: bytes) -> dict[str, Any] | None:
    """Return the graph; None for what makes ComfyUI itself fail."""
    try:
        prompt = json.loads(body)
    except ValueError:
        return None
    sound = isinstance(prompt, dict) and all(isinstance(node, dict) for node in prompt.values())
    return prompt if sound else None


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
