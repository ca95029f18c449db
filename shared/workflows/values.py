"""Judge one value against what a workflow's schema allows."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from shared.workflows.model import InputSpec, Value


def check_value(spec: InputSpec, value: Value) -> Iterator[str]:
    """Yield what is wrong with a value; the value itself is never repeated, it may be private."""
    if spec.type in {"int", "float"}:
        yield from _number_faults(spec, value)
    elif not isinstance(value, str):
        yield f"'{spec.name}' must be text"
    elif spec.type == "choice":
        if value not in spec.choices:
            yield f"'{spec.name}' must be one of {', '.join(spec.choices)}"
    else:
        yield from _text_faults(spec, value)


def _number_faults(spec: InputSpec, value: Value) -> Iterator[str]:
    allowed = int if spec.type == "int" else (int, float)
    # ComfyUI would turn "64" and True into numbers without a word.
    if isinstance(value, bool | str) or not isinstance(value, allowed) or not math.isfinite(value):
        kind = "a whole number" if spec.type == "int" else "a number"
        yield f"'{spec.name}' must be {kind}"
        return
    if spec.minimum is not None and value < spec.minimum:
        yield f"'{spec.name}' must be at least {spec.minimum:g}"
    if spec.maximum is not None and value > spec.maximum:
        yield f"'{spec.name}' must be at most {spec.maximum:g}"


def _text_faults(spec: InputSpec, value: str) -> Iterator[str]:
    if len(value) > spec.max_length:
        yield f"'{spec.name}' must be at most {spec.max_length} characters long"
    if spec.pattern is not None and not re.fullmatch(spec.pattern, value):
        yield f"'{spec.name}' must match {spec.pattern}"
