"""The table of the functions, as s.yaml declares them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.cloud.fc.spec import load_stack
from tools.write_docs.marked_parts import table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.cloud.fc.spec import FunctionSpec, Stack

# The write after which a run's work is done for good, and before which it may be repeated whole.
COMMIT_POINTS = {
    "submit_trip": "record 1, `jobs/{job_id}/000001.json`",
    "read_job": "none: it only reads",
    "paint_trip": "record `prompted`",
    "paint_scene": "record `sending(n)`, before the POST to the queue",
    "record_output": "record `rendered(n)`",
    "drain_queue": "record `rendered(n)`, before its message is deleted",
    "sweep_jobs": "the next record, before anything is invoked",
    "cancel_job": "closing record, `cancelled`",
    "task_callback": "record `rendered(n)`",
    "store_result": "closing record, `succeeded` or `failed`",
    "intake_vehicle": "the version's entry in the register, after files and report",
    "list_vehicles": "none: it only reads",
    "show_poster": "none: it only reads",
    "list_styles": "none: it only reads",
    "review_job": "the record with the review",
    "send_announcements": "the mark `announced/{message_id}`",
    "ingest_upload": "the cursor's next version, `uploads/{upload_id}/cursor/{version:06d}.json`",
    "list_jobs": "none: it only reads",
    "change_share": "the record with the change of mind",
    "repaint_job": "record 1 of the new job",
    "erase_job": "`erasing/{erasure_id}`, then record `erased`",
    "erase_driver": "`erasing/{erasure_id}`",
    "export_driver": "none: it only reads",
    "read_erasure": "none: it only reads",
    "run_erasure": "record `erased` of each job; `erasures/{erasure_id}.json` at the end",
    "regenerate_season": "record 1 of each new job; the step that counts it",
    "receive_failure": "`dead/invocations/{digest}.json`",
}
_HEAD = ("function", "started by", "seconds", "MB", "cap", "retries", "commit point")


def functions_table(root: Path) -> str:
    """Return the table, one row a function, in the order of s.yaml."""
    stack = load_stack(root / "s.yaml", {})
    return table(_HEAD, (_row(stack, function) for function in stack.functions.values()))


def _row(stack: Stack, function: FunctionSpec) -> tuple[str, ...]:
    name = function.handler.removesuffix(".handler")
    cap = function.reserved_concurrency
    return (
        f"`{name}`",
        "; ".join(_triggers(stack, function)),
        f"{function.timeout_s:g}",
        str(function.memory_mb),
        "–" if cap is None else str(cap),
        str(function.async_config.retries),
        COMMIT_POINTS[name],
    )


def _triggers(stack: Stack, function: FunctionSpec) -> Iterator[str]:
    yield from _routes(stack, function)
    # One prefix may have a trigger for each suffix.
    for prefix, suffixes in _objects(function).items():
        yield f"`{prefix}…{', '.join(map(_ending, suffixes))}` on the mount"
    for timer in function.timer_triggers:
        yield f"timer `{timer.cron}`"
    if function.async_config.task_mode:
        yield "our functions"
    if any(other.async_config.on_failure == function.name for other in stack.functions.values()):
        yield "the platform, with what it gave up on"


def _objects(function: FunctionSpec) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for oss in function.oss_triggers:
        found.setdefault(oss.prefix, []).append(oss.suffix)
    return found


def _ending(suffix: str) -> str:
    """Return how a key ends: with a file's name, or with that of its kind."""
    return f"/{suffix}" if suffix and suffix[0] not in "./" else suffix


def _routes(stack: Stack, function: FunctionSpec) -> Iterator[str]:
    for route in stack.routes:
        if route.function == function.name:
            yield f"`{' '.join(route.methods)} {route.path}`"
