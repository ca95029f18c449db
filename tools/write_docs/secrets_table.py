"""The table of secrets: which functions are given each, as s.yaml has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import SecretStr

from local.cloud.fc.spec import load_stack
from shared.settings.every import GROUPS
from tools.write_docs.marked_parts import table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HEAD = ("secret", "functions that are given it")


def secrets_table(root: Path) -> str:
    """Return the table, one row a secret; the last row has the functions that hold none."""
    functions = load_stack(root / "s.yaml", {}).functions.values()
    held = {f.handler.removesuffix(".handler"): set(f.environment) for f in functions}
    secrets = [each for each in _secrets() if any(each in names for names in held.values())]
    rows = [(f"`{each}`", _told(n for n in held if each in held[n])) for each in secrets]
    none = _told(name for name in held if held[name].isdisjoint(secrets))
    return table(_HEAD, [*rows, ("none of them", none)])


def _secrets() -> Iterator[str]:
    for group in GROUPS:
        for field in group.model_fields.values():
            if field.annotation is SecretStr:
                yield str(field.alias)


def _told(names: Iterator[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
