"""What intake has found, in words for the people who made the render."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
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


def _finding(kind: Kind, code: str, text: str, **measured: Value) -> Finding:
    return Finding(kind, code, text, measured)


fault = partial(_finding, "fault")
proposal = partial(_finding, "proposal")
repair = partial(_finding, "repair")
note = partial(_finding, "note")
