"""How a message of the result queue reads: did the task end well, and if not, why."""

from __future__ import annotations

import json
import re
from typing import Any

from shared.jobs.record import TaskEnd
from shared.ports import SinkMessage

_REASON_LENGTH = 120
# Whoever wrote the name may have put anything into it; half a surrogate pair cannot be stored.
_FOREIGN = re.compile(r"[^\w -]")


def task_end(message: SinkMessage) -> TaskEnd:
    """Return the end a message tells of; anything but a map of outputs is a failure.

    The API edition's body is a JSON array: `executed` events, then last a map from node id to
    outputs; a fully cached run has no events. A code other than 200 comes with an error body.
    """
    if message.code != 200:
        return _failed(f"service answered {message.code}: {_error_type(message.body)}")
    outputs = _outputs(message.body)
    if not outputs:
        return _failed("the answer names no output")
    return TaskEnd(outcome="done", source="sink")


def _failed(reason: str) -> TaskEnd:
    return TaskEnd(outcome="failed", source="sink", reason=reason[:_REASON_LENGTH])


def _outputs(body: bytes) -> dict[str, Any] | None:
    parsed = _json(body)
    items = parsed if isinstance(parsed, list) else [parsed]
    maps = [item for item in items if isinstance(item, dict) and "type" not in item]
    return maps[-1] if maps else None


def _error_type(body: bytes) -> str:
    """Return the error's type; its text may quote the workflow and is not kept."""
    parsed = _json(body)
    if not isinstance(parsed, dict):
        return "unreadable"
    data, error = parsed.get("data"), parsed.get("error")
    if isinstance(data, dict):
        kind, node = data.get("exception_type", "error"), data.get("node_type", "?")
        return f"{_last_part(kind)} in {_last_part(node)}"
    return _last_part(error.get("type", "error")) if isinstance(error, dict) else "error"


def _last_part(name: object) -> str:
    """Return a type's own name: what stands before its last dot is where it was installed."""
    return _FOREIGN.sub("?", str(name).rpartition(".")[2]) or "error"


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
