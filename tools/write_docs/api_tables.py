"""The tables of the interface's page: routes and refusals, from the description and s.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tools.write_docs.marked_parts import table
from tools.write_docs.openapi import openapi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PROBLEM = "application/problem+json"


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
