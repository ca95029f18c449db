"""Bind values to a workflow by node title: what is posted to the queue."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from shared.core.errors import WorkflowError, suggestion
from shared.workflows.check import by_title
from shared.workflows.model import InputSpec, Value, Workflow
from shared.workflows.values import check_value

MAX_BODY_BYTES = 8192


class WorkflowTooLargeError(WorkflowError):
    """The bound workflow is larger than the queue takes."""


def bind(workflow: Workflow, values: Mapping[str, Value]) -> bytes:
    """Return the graph with the values set: minified UTF-8 JSON without titles, < 8,192 bytes.

    Raises WorkflowError naming every unknown, missing or unsuitable value, and
    WorkflowTooLargeError.
    """
    nodes = graph_with(workflow, _with_defaults(workflow, values))
    body = json.dumps(nodes, ensure_ascii=False, separators=(",", ":")).encode()
    if len(body) >= MAX_BODY_BYTES:
        msg = f"workflow {workflow.name}: {len(body)} bytes, {MAX_BODY_BYTES} are too many"
        raise WorkflowTooLargeError(msg)
    return body


def graph_with(workflow: Workflow, values: Mapping[str, Value]) -> dict[str, Any]:
    """Return the graph with values for all its inputs, unjudged, in the form that is posted."""
    titles = by_title(workflow.nodes)
    settings: dict[str, dict[str, Value]] = {key: {} for key in workflow.nodes}
    for spec in workflow.inputs:
        for target in spec.targets:
            settings[titles[target.title]][target.input] = values[spec.name]
    return {
        key: {"class_type": node.class_type, "inputs": {**node.inputs, **settings[key]}}
        for key, node in workflow.nodes.items()
    }


def _with_defaults(workflow: Workflow, values: Mapping[str, Value]) -> dict[str, Value]:
    faults = list(_faults(workflow.inputs, values))
    if faults:
        raise WorkflowError(f"workflow {workflow.name}: {'; '.join(faults)}")
    defaults = {spec.name: spec.default for spec in workflow.inputs if spec.default is not None}
    chosen = {**defaults, **values}
    floats = {spec.name for spec in workflow.inputs if spec.type == "float"}
    return {name: float(v) if name in floats else v for name, v in chosen.items()}


def _faults(inputs: tuple[InputSpec, ...], values: Mapping[str, Value]) -> Iterator[str]:
    known = [spec.name for spec in inputs]
    for name in values:
        if name not in known:
            yield f"there is no input '{name}'{suggestion(name, known)}"
    for spec in inputs:
        if spec.name in values:
            yield from check_value(spec, values[spec.name])
        elif spec.required:
            yield f"'{spec.name}' is missing"
