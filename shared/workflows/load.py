"""Load a workflow of the bundle: comfyui/workflows/<name>/."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from shared.core.errors import WorkflowError, suggestion
from shared.core.models import first_fault
from shared.workflows.check import check_workflow
from shared.workflows.model import GraphNode, InputSchema, Workflow

WORKFLOWS = Path(__file__).parents[2] / "comfyui" / "workflows"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")

T = TypeVar("T")


@functools.cache
def load_workflow(name: str, folder: Path = WORKFLOWS) -> Workflow:
    """Read and check a workflow; WorkflowError says what is wrong with it."""
    place = folder / name
    if not _NAME.fullmatch(name) or not place.is_dir():
        known = sorted(path.name for path in folder.iterdir() if path.is_dir())
        raise WorkflowError(f"there is no workflow '{name}'{suggestion(name, known)}")
    graph, schema = _read(place / "workflow_api.json"), _read(place / "inputs.json")
    nodes = _parsed(f"{name}/workflow_api.json", _graph_parser().validate_json, graph)
    inputs = _parsed(f"{name}/inputs.json", InputSchema.model_validate_json, schema).inputs
    digest = hashlib.sha256(graph + b"\0" + schema).hexdigest()
    workflow = Workflow(name=name, nodes=nodes, inputs=inputs, digest=digest)
    check_workflow(workflow)
    return workflow


@functools.cache
def _graph_parser() -> TypeAdapter[dict[str, GraphNode]]:
    return TypeAdapter(dict[str, GraphNode])


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WorkflowError(f"{path.parent.name}/{path.name} is missing") from error


def _parsed(label: str, parse: Callable[[bytes], T], data: bytes) -> T:
    try:
        return parse(data)
    except ValidationError as error:
        raise WorkflowError(f"{label}: {first_fault(error, 'the file')}") from error
