"""What the descriptions of all operations have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.core import naming
from tools.write_docs import examples, examples_own

if TYPE_CHECKING:
    from pathlib import Path

Node = dict[str, Any]
# Status → (what it means, names of its examples).
Answers = dict[str, tuple[str, tuple[str, ...]]]
SHARED_ANSWERS: Answers = {
    "401": ("No token, or one that is not accepted.", ("no_token",)),
    "500": ("A fault on our side; nothing of it is told.", ("internal",)),
    "502": ("A service in the background refused its part.", ("failed_behind",)),
    "503": ("A service in the background is not there; the same request may work later.",
            ("unavailable",)),
}  # fmt: skip
TEXT = {"type": "string"}
JOB_ID = {"name": "job_id", "in": "path", "required": True, "schema": {"type": "string"}}
RETRY_AFTER = {"description": "seconds to wait", "schema": {"type": "integer"}}
_HEADERS: dict[str, Node] = {
    "401": {"WWW-Authenticate": {"schema": {"type": "string", "const": "Bearer"}}},
    "429": {"Retry-After": RETRY_AFTER},
    "503": {"Retry-After": RETRY_AFTER},
}


def problems(answers: Answers, root: Path) -> Node:
    """Return the refusals, each with its examples."""
    bodies = {**examples.problems(root), **examples_own.problems()}
    return {
        status: {
            "description": meaning,
            **({"headers": _HEADERS[status]} if status in _HEADERS else {}),
            "content": {
                "application/problem+json": {
                    "schema": ref("Problem"),
                    "examples": {name: {"value": bodies[name]} for name in names},
                }
            },
        }
        for status, (meaning, names) in sorted(answers.items())
    }


def header(name: str, description: str, longest: int | None, *, least: int = 1) -> Node:
    """Return a header that a request may carry."""
    limits = {"minLength": least} if longest is None else {"minLength": least, "maxLength": longest}
    schema = {"type": "string", **limits}
    return {"name": name, "in": "header", "description": description, "schema": schema}


_NAMED = f"{naming.RULE}; what is not plain ASCII as its UTF-8, percent-encoded behind UTF-8''"
IDEMPOTENCY_KEY = header("Idempotency-Key", f"names this request; {_NAMED}", None)
FOR_DRIVER = header("X-Driver-Id", f"with the scope service: whom it acts for; {_NAMED}", None)


def ref(name: str) -> Node:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}
