"""What is tried again, how often and how far apart: from the settings, s.yaml and the code."""

from __future__ import annotations

import json
from datetime import timedelta
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from shared.adapters import deadline, oss_object_store, qwen_prompt_model, qwen_style_judge
from shared.announcements import endpoints, schedule
from shared.jobs import erasing, erasures, model_list
from shared.jobs.circuits import CircuitRules
from shared.lists import bulkhead
from tools.write_docs.marked_parts import table

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

_HEAD = ("what", "how often", "how far apart", "then")
_ROWS = Path(__file__).with_name("retries.yaml")


def retries_table(root: Path) -> str:
    """Return the table; the platform's own retries of each function stand in that of functions."""
    rows = yaml.safe_load(_ROWS.read_bytes())
    values = {**_counts(root), **_spans()}
    return table(_HEAD, [[cell.format_map(values) for cell in row] for row in rows])


def _counts(root: Path) -> dict[str, object]:
    service = json.loads((root / "eas_service.json").read_text("utf-8"))
    return {
        "storage_tries": _private(oss_object_store, "TRIES"),
        "queue_tries": _tries(deadline.repeat),
        "prompt_tries": qwen_prompt_model.QwenPromptModel.tries,
        "judge_tries": qwen_style_judge.QwenStyleJudge.tries,
        "deliveries": service["queue"]["max_delivery"],
        "keepalive": service["metadata"]["rpc"]["keepalive"] // 1000,
        "item_tries": bulkhead.MOST_TRIES,
        "list_tries": bulkhead.MOST_TRIES_OF_LISTS,
        "event_tries": bulkhead.MOST_TRIES_BY_EVENT,
        "told_jitter": round(100 * _private(schedule, "JITTER")),
        "endpoint_failures": _private(endpoints, "FAILURES"),
    }


def _spans() -> dict[str, str]:
    first, longest = (_span(_private(bulkhead, f"{n}_PAUSE")) for n in ("FIRST", "LONGEST"))
    rests = _private(model_list, "REST_SECONDS")
    spans = {
        "erasing_grace": erasing.GRACE,
        "erasure_quiet": _private(erasures, "QUIET"),
        "list_wait": _private(bulkhead, "LONGEST_WAIT"),
        "circuit_longest": CircuitRules().longest_seconds,
        "rest_gone": rests["gone"],
        "rest_shrinking": rests["shrinking"],
        "told_for": schedule.LASTS,
        "told_first": _private(schedule, "FIRST_SECONDS"),
        "told_longest": _private(schedule, "LONGEST_SECONDS"),
        "asked_longest": schedule.LONGEST_ASKED,
        "endpoint_first": _private(endpoints, "FIRST"),
        "endpoint_longest": _private(endpoints, "LONGEST"),
    }
    return {
        "apart": "0.1 s, doubling to 3 s, up to 0.2 s more by chance",
        "list_apart": f"{first}, doubling to {longest}",
        **{name: _span(span) for name, span in spans.items()},
    }


def _private(module: ModuleType, name: str) -> Any:
    return vars(module)[f"_{name}"]


def _tries(call: Callable[..., object]) -> int:
    return int(signature(call).parameters["tries"].default)


def _span(span: timedelta | float) -> str:
    """Return a span, or seconds, in the largest whole unit."""
    seconds = span.total_seconds() if isinstance(span, timedelta) else span
    for name, unit in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, rest = divmod(round(seconds), unit)
        if count and not rest:
            return f"{count} {name}{'s' * (count > 1)}"
    msg = f"no whole seconds: {span}"
    raise ValueError(msg)
