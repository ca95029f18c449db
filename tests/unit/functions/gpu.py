"""Support: the GPU of all worlds; the same task over the same files is worked once."""

from __future__ import annotations

import functools
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from local.comfyui.engine import WorkflowEngine

Files: TypeAlias = "tuple[tuple[str, bytes], ...]"


@dataclass(frozen=True)
class Worked:
    """What a task left: its answer, and (key, bytes, type) of its files in the order written."""

    code: int
    body: bytes
    files: tuple[tuple[str, bytes, str], ...]


@functools.lru_cache(64)
def worked(task_id: str, workflow: bytes, inputs: Files, custom_nodes: Path) -> Worked:
    """Run the workflow with the engine over these files and no others."""
    written: list[tuple[str, bytes, str]] = []
    with tempfile.TemporaryDirectory(prefix="gpu-") as folder:
        for key, data in inputs:
            path = Path(folder) / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        engine = WorkflowEngine(
            Path(folder), lambda *file: written.append(file), custom_nodes=custom_nodes
        )
        code, body = engine.run_task(workflow, {"task_id": task_id})
    return Worked(code, body, tuple(written))
