"""The table of the functions, as s.yaml declares them."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from local.cloud.fc.spec import FunctionSpec, Stack, load_stack
from tools.write_docs.marked_parts import table

_HEAD = ("function", "started by", "seconds", "MB", "cap", "retries", "commit point")
_COMMITS = Path(__file__).with_name("commit_points.yaml")


def functions_table(root: Path) -> str:
    """Return the table, one row a function, in the order of s.yaml."""
    stack = load_stack(root / "s.yaml", {})
    commits = commit_points()
    return table(_HEAD, (_row(stack, each, commits) for each in stack.functions.values()))


def commit_points() -> dict[str, str]:
    """Return by function the write after which a run's work is done for good."""
    found: dict[str, str] = yaml.safe_load(_COMMITS.read_bytes())
    return found


def _row(stack: Stack, function: FunctionSpec, commits: dict[str, str]) -> tuple[str, ...]:
    name = function.handler.removesuffix(".handler")
    cap = function.reserved_concurrency
    return (
        f"`{name}`",
        "; ".join(_triggers(stack, function)),
        f"{function.timeout_s:g}",
        str(function.memory_mb),
        "–" if cap is None else str(cap),
        str(function.async_config.retries),
        commits[name],
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
