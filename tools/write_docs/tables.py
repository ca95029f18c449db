"""Tables of the reference: each from what the code or the deployed files say."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import SecretStr

from cli.retention import kept
from local.cloud.fc.spec import load_stack
from shared.quality.remedies import measures
from shared.settings.every import GROUPS
from tools.write_docs.marked_parts import table
from tools.write_docs.openapi import openapi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

    from cli.retention import Kept

_PROBLEM = "application/problem+json"
# Behind the name of a setting that s.yaml sets, from the shell that deploys or from itself.
_DEPLOYED = " \\*"


def routes_table(root: Path) -> str:
    """Return a row for each operation."""
    rows = (
        (f"`{method.upper()} {path}`", each["summary"].removesuffix("."), _good(each))
        for path, operations in openapi(root)["paths"].items()
        for method, each in operations.items()
    )
    return table(("call", "what it does", "answers"), rows)


def _good(operation: dict[str, Any]) -> str:
    return ", ".join(status for status in operation["responses"] if status < "400")


def refusals_table(root: Path) -> str:
    """Return a row for each status, with what it says in each case."""
    found: dict[str, dict[str, str]] = {}
    for body in _bodies(root):
        found.setdefault(str(body["status"]), {})[body.get("detail", "")] = body["title"]
    rows = (
        (status, next(iter(details.values())), ", ".join(filter(None, map(_shown, details))) or "–")
        for status, details in sorted(found.items())
    )
    return table(("status", "title", "`detail`, for example"), rows)


def _bodies(root: Path) -> Iterator[dict[str, Any]]:
    for operations in openapi(root)["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                examples = answer.get("content", {}).get(_PROBLEM, {}).get("examples", {})
                yield from (each["value"] for each in examples.values())


def _shown(detail: str) -> str:
    """Return how a detail begins, "" if with what would do; answers have the rest."""
    text = detail.partition("; ")[0].partition(" allowed: ")[0]
    if not text or text.endswith(":"):
        return ""
    return f"“{text.replace('<', '`<').replace('>', '>`')}”"


def metrics_table(root: Path) -> str:
    """Return a row for each metric."""
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
    """Return a row for each thing to be changed, with the measures that ask for it."""
    asking: dict[tuple[str, str], list[str]] = {}
    for name, measure in measures().items():
        asking.setdefault((measure.cause, measure.change), []).append(f"`{name}`")
    rows = ((", ".join(names), cause, change) for (cause, change), names in asking.items())
    return table(("measures", "comes from", "what to change"), rows)


def retention_table() -> str:
    """Return the table for people."""
    head = ("bucket", "prefix", "holds", "kept for")
    return table(head, map(_kept_row, kept()))


def _kept_row(each: Kept) -> tuple[str, ...]:
    if each.days is None:
        return each.bucket, f"`{each.prefix}`", each.holds, "as long as it is needed"
    by = f" (`{each.setting}`)" if each.setting else ""
    days = "1 day" if each.days == 1 else f"{each.days} days"
    return each.bucket, f"`{each.prefix}`", each.holds, f"{days}{by}"


def secrets_table(root: Path) -> str:
    """Return the table, one row a secret; the last row has the functions that hold none."""
    functions = load_stack(root / "s.yaml", {}).functions.values()
    held = {f.handler.removesuffix(".handler"): set(f.environment) for f in functions}
    secrets = [each for each in _secrets() if any(each in names for names in held.values())]
    rows = [(f"`{each}`", _functions(n for n in held if each in held[n])) for each in secrets]
    none = _functions(name for name in held if held[name].isdisjoint(secrets))
    return table(("secret", "functions that are given it"), [*rows, ("none of them", none)])


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
    rows = (_setting_row(field, deployed) for field in group.model_fields.values())
    return f"## {heading}\n\n{table(('setting', 'default', 'meaning'), rows)}"


def _setting_row(field: FieldInfo, deployed: set[str]) -> tuple[str, ...]:
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
