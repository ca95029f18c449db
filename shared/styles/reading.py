"""Read one style file, or say file, line and reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from shared.styles.faults import Fault, StyleFileError, faults_of, line_of
from shared.styles.model import Style
from shared.styles.positions import Positions

_T = TypeVar("_T")


def read_style(path: Path) -> Style:
    """Return the style of a file; StyleFileError names every mistake with its line."""
    file, text = path.name, _text(path)
    if _has_a_key_twice(file, text):
        raise StyleFileError(
            Fault(file, line, f"{'.'.join(map(str, place))}: this key stands here twice")
            for place, line in _positions(file, text).twice
        )
    try:
        found = Style.model_validate_json(text)
    except ValidationError as error:
        raise StyleFileError(faults_of(file, error, _positions(file, text).lines)) from None
    if found.id != path.stem:
        reason = f"id: is {found.id!r}, must be the file's name, {path.stem!r}"
        line = line_of(_positions(file, text).lines, ("id",))
        raise StyleFileError([Fault(file, line, reason)])
    return found


def lines_of(path: Path) -> Positions:
    """Return where the values of a style file stand; StyleFileError when it is no JSON."""
    return _positions(path.name, _text(path))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise StyleFileError([Fault(path.name, 0, "the file is not UTF-8")]) from None
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror}"
        raise StyleFileError([Fault(path.name, 0, reason)]) from None


def _has_a_key_twice(file: str, text: str) -> bool:
    twice = False

    def members(found: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal twice
        told = dict(found)
        twice = twice or len(told) < len(found)
        return told

    _decoded(file, lambda: json.loads(text, object_pairs_hook=members))
    return twice


def _positions(file: str, text: str) -> Positions:
    """Return the lines of the values; finding them costs more than reading the file."""

    def found() -> Positions:
        json.loads(text)
        return Positions(text)

    return _decoded(file, found)


def _decoded(file: str, read: Callable[[], _T]) -> _T:
    try:
        return read()
    except json.JSONDecodeError as error:
        reason = f"this is no JSON: {error.msg} (column {error.colno})"
        raise StyleFileError([Fault(file, error.lineno, reason)]) from None
    except RecursionError:
        raise StyleFileError([Fault(file, 0, "is nested too deeply")]) from None
