"""Tables of the reference: each from what the code or the deployed files say."""

import csv
import inspect
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from cli.retention import Kept, kept
from local.cloud.fc.spec import load_stack
from shared.adapters import deadline, oss_object_store, qwen_prompt_model, qwen_style_judge
from shared.announcements import endpoints, schedule
from shared.jobs import erasing, erasures, model_list
from shared.jobs.circuits import CircuitRules
from shared.lists import bulkhead
from shared.quality.remedies import measures
from shared.settings.every import GROUPS
from tools.write_docs.marked_parts import replaced, table
from tools.write_docs.openapi import openapi

_VALUES = Path(__file__).with_name("values.yaml")
_PROBLEM = "application/problem+json"
# Behind the name of a setting that s.yaml sets, from the shell that deploys or from itself.
_DEPLOYED = " \\*"


def routes_table(root: Path) -> str:
    rows = (
        (f"`{method.upper()} {path}`", each["summary"].removesuffix("."), _good(each))
        for path, operations in openapi(root)["paths"].items()
        for method, each in operations.items()
    )
    return table(("call", "what it does", "answers"), rows)


def _good(operation: dict[str, Any]) -> str:
    return ", ".join(status for status in operation["responses"] if status < "400")


def refusals_table(root: Path) -> str:
    """Return the codes of each status, with how their sentences end; equal ones share a row."""
    found: dict[tuple[str, str], str] = {}
    for body in _bodies(root):
        named = (str(body["status"]), f"`{body['code']}`")
        found.setdefault(named, _advice(body.get("detail", "")))
    same: dict[tuple[str, str], list[str]] = {}
    for (status, code), advice in sorted(found.items()):
        same.setdefault((status, advice or "–"), []).append(code)
    rows = ((status, ", ".join(codes), advice) for (status, advice), codes in same.items())
    return table(("status", "`code`", "`detail` ends"), rows)


def _bodies(root: Path) -> Iterator[dict[str, Any]]:
    for operations in openapi(root)["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                examples = answer.get("content", {}).get(_PROBLEM, {}).get("examples", {})
                yield from (each["value"] for each in examples.values())


def _advice(detail: str) -> str:
    """Return what a detail says behind what is wrong, "" for nothing or that of a single field."""
    _, _, text = detail.partition("; ")
    return "" if detail.startswith("/") or not text else f"“{text}”"


def metrics_table(root: Path) -> str:
    metrics = _deployed(root, "metrics")
    watched: dict[str, list[str]] = {}
    for alert in _deployed(root, "alerts"):
        watched.setdefault(alert["metric"], []).append(alert["entry"])
    rows = (
        (f"`{name}`", each["means"], "; ".join(map(_entry, watched.get(name, []))) or "–")
        for name, each in metrics.items()
    )
    return table(("metric", "what it counts", "when somebody is told"), rows)


def _deployed(root: Path, name: str) -> Any:
    return yaml.safe_load((root / "deploy" / f"{name}.yaml").read_bytes())[name]


def _entry(entry: str) -> str:
    return f"[{entry}](../how-to/runbook.md#{entry.lower().replace(' ', '-')})"


def remedies_table() -> str:
    """Return a row for each thing to be changed, with the measures and faults that ask for it."""
    asking: dict[tuple[str, str, bool], dict[str, str]] = {}
    for name, measure in measures().items():
        fault, _, change = measure.change.rpartition(": ")
        asking.setdefault((measure.cause, change, bool(fault)), {})[f"`{name}`"] = fault
    rows = (
        (", ".join(faults), cause, ": ".join(filter(None, ["; ".join(_once(faults)), change])))
        for (cause, change, _), faults in asking.items()
    )
    return table(("measures", "comes from", "what to change"), rows)


def _once(faults: dict[str, str]) -> list[str]:
    return list(dict.fromkeys(filter(None, faults.values())))


def retention_table() -> str:
    head = ("bucket", "prefix", "holds", "kept for")
    return table(head, map(_kept_row, kept()))


def _kept_row(each: Kept) -> tuple[str, ...]:
    if each.days is None:
        return each.bucket, f"`{each.prefix}`", each.holds, "while needed"
    by = f" (`{each.setting}`)" if each.setting else ""
    days = "1 day" if each.days == 1 else f"{each.days} days"
    return each.bucket, f"`{each.prefix}`", each.holds, f"{days}{by}"


def secrets_table(root: Path) -> str:
    """Return the table, one row a secret."""
    functions = load_stack(root / "s.yaml", {}).functions.values()
    held = {f.handler.removesuffix(".handler"): set(f.environment) for f in functions}
    secrets = [each for each in _secrets() if any(each in names for names in held.values())]
    rows = [(f"`{each}`", _functions(n for n in held if each in held[n])) for each in secrets]
    return table(("secret", "functions that are given it"), rows)


def _secrets() -> Iterator[str]:
    for group in GROUPS:
        for field in group.model_fields.values():
            if field.annotation is SecretStr:
                yield str(field.alias)


def _functions(names: Iterator[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def settings_tables(root: Path) -> str:
    """Return a heading and a table for each group."""
    stack = load_stack(root / "s.yaml", {})
    deployed = {name for function in stack.functions.values() for name in function.environment}
    return "\n\n".join(_section(group, deployed) for group in GROUPS)


def _section(group: type[BaseModel], deployed: set[str]) -> str:
    heading = (inspect.getdoc(group) or group.__name__).removesuffix(".")
    same: dict[str, list[tuple[str, str]]] = {}
    for field in group.model_fields.values():
        name, default, meaning = _setting(field, deployed)
        same.setdefault(meaning, []).append((name, default))
    rows = ((*map(", ".join, zip(*each, strict=True)), meaning) for meaning, each in same.items())
    return f"## {heading}\n\n{table(('setting', 'default', 'meaning'), rows)}"


def _setting(field: FieldInfo, deployed: set[str]) -> tuple[str, str, str]:
    """Return its name, its default and what it means; those that mean the same share a row."""
    secret = "**Secret.** " if field.annotation is SecretStr else ""
    return (
        f"`{field.alias}`{_DEPLOYED if field.alias in deployed else ''}",
        "**required**" if field.is_required() else _default(field.default),
        f"{secret}{field.description}",
    )


def _default(default: Any) -> str:
    plain = default.get_secret_value() if isinstance(default, SecretStr) else default
    text = " ".join(plain) if isinstance(plain, tuple) else str(plain)
    return f"`{text}`" if text else "empty"


def with_values(text: str, root: Path) -> str:
    """Return the page with the examples of each file of values at the marks of its name."""
    for name, shown in yaml.safe_load(_VALUES.read_bytes()).items():
        text = replaced(text, name, _examples(root / "tests" / "values" / f"{name}.csv", shown))
    return text


def _examples(path: Path, shown: list[str]) -> str:
    """Return a line for each example; KeyError where the file has none of that kind."""
    with path.open(encoding="utf-8", newline="") as file:
        readings = {row["input"]: row["reading"] for row in csv.DictReader(file)}
    # The spaces inside keep a value from being taken for a setting.
    return table(("written", "read as"), [(f"`` {value} ``", readings[value]) for value in shown])


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
    raise ValueError(f"no whole seconds: {span}")
