"""What intake has found, in words for the people who made the render."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

# fault: cannot be used. proposal: guessed, a person has to look. repair: put right. note: to know.
Kind = Literal["fault", "proposal", "repair", "note"]
Value = float | int | str


@dataclass(frozen=True)
class Finding:
    """One thing found: a stable code, a sentence that says what to do, and what was measured."""

    kind: Kind
    code: str
    text: str
    measured: dict[str, Value] = field(default_factory=dict)


def fault(code: str, text: str, **measured: Value) -> Finding:
    """Return what keeps the render from being used."""
    return Finding("fault", code, text, measured)


def proposal(code: str, text: str, **measured: Value) -> Finding:
    """Return what was guessed, because it was not given."""
    return Finding("proposal", code, text, measured)


def repair(code: str, text: str, **measured: Value) -> Finding:
    """Return what was put right."""
    return Finding("repair", code, text, measured)


def note(code: str, text: str, **measured: Value) -> Finding:
    """Return what is good to know."""
    return Finding("note", code, text, measured)
