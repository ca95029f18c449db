"""The tables of the settings, one a group of shared.settings."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from local.cloud.fc.spec import load_stack
from shared.settings.every import GROUPS
from tools.write_docs.marked_parts import table

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

_HEAD = ("setting", "default", "meaning")
# Behind the name of a setting that s.yaml sets, from the shell that deploys or from itself.
_DEPLOYED = " \\*"


def settings_tables(root: Path) -> str:
    """Return a heading and a table for each group."""
    stack = load_stack(root / "s.yaml", {})
    deployed = {name for function in stack.functions.values() for name in function.environment}
    return "\n\n".join(_section(group, deployed) for group in GROUPS)


def _section(group: type[BaseModel], deployed: set[str]) -> str:
    heading = (inspect.getdoc(group) or group.__name__).removesuffix(".")
    rows = (_row(field, deployed) for field in group.model_fields.values())
    return f"## {heading}\n\n{table(_HEAD, rows)}"


def _row(field: FieldInfo, deployed: set[str]) -> tuple[str, ...]:
    secret = "**Secret.** " if field.annotation is SecretStr else ""
    return (
        f"`{field.alias}`{_DEPLOYED if field.alias in deployed else ''}",
        "**required**" if field.is_required() else _shown(field.default),
        f"{secret}{field.description}",
    )


def _shown(default: Any) -> str:
    plain = default.get_secret_value() if isinstance(default, SecretStr) else default
    text = " ".join(plain) if isinstance(plain, tuple) else str(plain)
    return f"`{text}`" if text else "empty"
