"""The local stack's engine in a ComfyUI's place: the node pack, without samplers and weights."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local.comfyui.engine import WorkflowEngine
from local.trial.server import TrialFailedError, explained, said_by_nodes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shared.workflows.audit import Finding
    from shared.workflows.model import Workflow

_HINT = "the local stand-in has no such node: name a ComfyUI: --comfyui http://127.0.0.1:8188"


class StandIn:
    """Runs a graph as a TrialServer does, on this machine."""

    def ready(self, _: Workflow, body: bytes) -> tuple[bytes, list[Finding], list[str]]:
        """Return the graph as it is: the engine judges it when it runs."""
        return body, [], []

    def run(self, body: bytes, folder: Path, *, seen: Callable[[str], None]) -> list[str]:
        """Run the graph; inputs are taken from, and outputs put below, `folder`.

        Return what its nodes said.
        """
        seen("painting")
        status, answer = WorkflowEngine(folder).run_task(body, {"task_id": "the trial"})
        if status != 200:
            words = list(explained(status, answer, json.loads(body)))
            raise TrialFailedError(
                "\n".join([*words, _HINT] if b"missing_node" in answer else words)
            )
        return said_by_nodes(answer)
