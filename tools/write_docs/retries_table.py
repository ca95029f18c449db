"""What is tried again, how often and how far apart: from the settings, s.yaml and the code."""

from __future__ import annotations

import json
from datetime import timedelta
from inspect import signature
from typing import TYPE_CHECKING, Any

from shared.adapters import deadline, oss_object_store, qwen_prompt_model, qwen_style_judge
from shared.announcements import endpoints, schedule
from shared.jobs import erasing, erasures, model_list
from shared.jobs.circuits import CircuitRules
from shared.lists import bulkhead
from tools.write_docs.marked_parts import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

_HEAD = ("what", "how often", "how far apart", "then")
Row = tuple[str, str, str, str]


def retries_table(root: Path) -> str:
    """Return the table; the platform's own retries of each function stand in that of functions."""
    return table(_HEAD, [*_calls(), *_steps(root), *_lists(), *_services(), *_messages()])


def _calls() -> Iterator[Row]:
    apart = "0.1 s, doubling to 3 s, up to 0.2 s more by chance"
    yield (
        "a request to object storage",
        _times(vars(oss_object_store)["_TRIES"], "`OSS_DEADLINE_SECONDS`"),
        apart,
        "the function fails and is run again",
    )
    yield (
        "a request to the GPU queue that changes nothing or may be repeated",
        _times(_default(deadline.repeat, "tries"), "`EAS_DEADLINE_SECONDS`"),
        apart,
        "counts for the service's circuit",
    )
    yield (
        "a post to the GPU queue that may have arrived",
        "never",
        "–",
        "the sweeper looks for the task",
    )
    yield (
        "a question to the text model",
        _times(_default(qwen_prompt_model.QwenPromptModel, "tries"), "`PROMPT_DEADLINE_SECONDS`"),
        apart,
        "asked without the caption, then the template writes",
    )
    yield (
        "a question to the style judge",
        _times(
            _default(qwen_style_judge.QwenStyleJudge, "tries"), "`STYLE_JUDGE_DEADLINE_SECONDS`"
        ),
        apart,
        "no opinion; the poster goes its way",
    )
    yield (
        "an order of a plate that may have arrived",
        "never",
        "–",
        "another order, if no ticket was recorded",
    )


def _steps(root: Path) -> Iterator[Row]:
    service = json.loads((root / "eas_service.json").read_text("utf-8"))
    yield (
        "a plate that the picture model fails",
        "`MAX_ATTEMPTS` times",
        "at once",
        "`failed` with `scene_failed`",
    )
    yield (
        "a GPU task that fails, or whose picture fails the gate by its plate",
        "`MAX_ATTEMPTS` tasks a job",
        "at once",
        "`failed` with `render_failed`, or `needs_review`",
    )
    yield (
        "a task whose GPU died",
        f"delivered {service['queue']['max_delivery']} times",
        f"when its instance is gone, or after {service['metadata']['rpc']['keepalive'] // 1000} s",
        "the sweeper ends it as failed",
    )
    yield (
        "an invocation of which nothing was recorded",
        "until the deadline",
        "`QUIET_SECONDS`, doubling with each run",
        "`failed` with `deadline_passed`",
    )
    yield (
        "an asynchronous run that fails",
        "by [function](functions.md), column retries",
        "the platform's",
        "a note under `dead/`, and the sweeper looks at the job at once",
    )
    yield (
        "a removal of what was erased",
        "once more",
        f"{_span(erasing.GRACE)} after the last sign of life",
        "the receipt says `done`",
    )
    yield (
        "an erasure that nobody goes on with",
        "until it is done",
        _span(vars(erasures)["_QUIET"]),
        "–",
    )


def _lists() -> Iterator[Row]:
    first, longest = vars(bulkhead)["_FIRST_PAUSE"], vars(bulkhead)["_LONGEST_PAUSE"]
    apart = f"{_span(first)}, doubling to {_span(longest)}"
    yield (
        "an item of a list (job, message, result, line, erasure)",
        f"{bulkhead.MOST_TRIES} times",
        apart,
        "set aside under `dead/`, and told of",
    )
    yield "a file of trips, a campaign", f"{bulkhead.MOST_TRIES_OF_LISTS} times", apart, "the same"
    yield (
        "a vehicle's render",
        f"{bulkhead.MOST_TRIES_BY_EVENT} runs",
        "the platform's",
        "the same",
    )
    yield (
        "any of these while a service cannot answer",
        f"for {_span(vars(bulkhead)['_LONGEST_WAIT'])}",
        apart,
        "the same",
    )


def _services() -> Iterator[Row]:
    rest = {why: _span(_seconds(each)) for why, each in vars(model_list)["_REST_SECONDS"].items()}
    yield (
        "a service out of order (`CIRCUIT_FAILURES` failures in a row, or our account refused)",
        "until it answers",
        f"`CIRCUIT_SECONDS`, doubling to {_span(_seconds(CircuitRules().longest_seconds))}",
        "jobs wait and use up no attempt",
    )
    yield (
        "a model that the service no longer offers",
        "until it is back",
        f"{rest['gone']}; {rest['shrinking']} where its quota shrinks",
        "the next model of the setting works meanwhile",
    )


def _messages() -> Iterator[Row]:
    told: dict[str, Any] = vars(schedule)
    share = round(100 * told["_JITTER"])
    first, longest = (
        _span(_seconds(told[each])) for each in ("_FIRST_SECONDS", "_LONGEST_SECONDS")
    )
    asked = f"or `Retry-After`, {_span(schedule.LONGEST_ASKED)} at most"
    yield (
        "an announcement that nobody took",
        f"for {_span(schedule.LASTS)}",
        f"{first}, doubling to {longest}, {share} % more or less; {asked}",
        "kept under `dead/`; `poster dead revive` or `poster webhooks replay`",
    )
    first, longest, failures = _named(endpoints, "_FIRST", "_LONGEST", "_FAILURES")
    yield (
        f"an endpoint after {failures} failures in a row",
        "one message tries it",
        f"{_span(first)}, doubling to {_span(longest)}",
        "–",
    )


def _named(module: ModuleType, *names: str) -> tuple[Any, ...]:
    return tuple(vars(module)[name] for name in names)


def _default(call: Callable[..., object], name: str) -> int:
    return int(signature(call).parameters[name].default)


def _times(count: int, within: str) -> str:
    return f"{count} times within {within}"


def _seconds(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def _span(span: timedelta) -> str:
    """Return a span in its largest whole unit."""
    for name, unit in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, rest = divmod(round(span.total_seconds()), unit)
        if count and not rest:
            return f"{count} {name}{'s' * (count > 1)}"
    msg = f"no whole seconds: {span}"
    raise ValueError(msg)
