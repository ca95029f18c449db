"""What each measure of the gate says when it fails: whose fault it is, and what to change.

A new plate cures what the plate has caused and nothing else: the same car in the same layout has
the same tyres, horizon, box and edges on every plate. docs/reference/gate.md shows them.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shared.quality.thresholds import Thresholds

Cause = Literal["plate", "vehicle", "workflow"]
Bound = Literal["at most", "at least"]
_BOUNDS: tuple[Bound, ...] = get_args(Bound)


@dataclass(frozen=True)
class Measure:
    """One measure: what causes it to fail, what to change, and where it fails.

    `limit` is a field of Thresholds (`master.` for those of a copy) or the value itself; `bound`
    says which side of it is allowed.
    """

    cause: Cause
    change: str
    limit: str | float | None = None
    bound: Bound = "at most"


_FILE = Path(__file__).with_name("measures.json")


@functools.cache
def measures() -> Mapping[str, Measure]:
    """Return every measure by name, from measures.json: what asks for the same change together."""
    return {
        name: Measure(each["cause"], each["change"], limit, bound)
        for each in json.loads(_FILE.read_bytes())
        for bound in _BOUNDS
        for name, limit in each.get(bound, {}).items()
    }


@functools.cache
def _meanings() -> Mapping[str, str]:
    found: dict[str, str] = json.loads(_FILE.with_name("meanings.json").read_bytes())
    return found


# A measure that is not in the table is tried again, as long as there are attempts.
_UNKNOWN = Measure("plate", "have another plate painted")


def measure_named(name: str) -> Measure:
    """Return the measure of a score's name, with or without the copy's before it."""
    return measures().get(_key(name), _UNKNOWN)


def meaning_of(name: str) -> str:
    """Return what is measured by a score of that name, "" for what no limit stands for."""
    return _meanings().get(_key(name), "")


def beyond_repaint(failures: Iterable[str]) -> bool:
    """Say whether something failed and a new plate can cure none of it."""
    causes = {measure_named(name).cause for name in failures}
    return bool(causes) and "plate" not in causes


def remedies(
    scores: Mapping[str, float], names: Iterable[str], thresholds: Thresholds
) -> tuple[str, ...]:
    """Return a sentence for each failed measure: its value, its limit, what to change.

    Copies that fail by the same measure have one sentence, with the value of the first.
    """
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name if _key(name) == "style" else _key(name), name)
    return tuple(
        f"{shown}{_numbers(scores.get(name), measure_named(name), thresholds)}: "
        f"{measure_named(name).change}"
        for shown, name in first.items()
    )


def limit_of(measure: Measure, thresholds: Thresholds, *, lossy: bool = False) -> float | None:
    """Return the limit; None where the score's mere presence is the fault.

    An app copy that a JPEG spoils is made anew without loss, so what fails has the master's;
    `lossy` is one that a JPEG did not spoil.
    """
    if not isinstance(measure.limit, str):
        return measure.limit
    found: object = thresholds
    for part in (measure.limit.replace("master.", "lossy.") if lossy else measure.limit).split("."):
        found = getattr(found, part)
    return float(str(found))


def _numbers(value: float | None, measure: Measure, thresholds: Thresholds) -> str:
    limit = limit_of(measure, thresholds)
    if limit is None:
        return ""
    told = "could not be measured" if value is None else f"is {value:g}"
    return f" {told} (limit: {measure.bound} {limit:g})"


def _key(name: str) -> str:
    copy, _, rest = name.partition(".")
    return copy if copy == "style" or not rest else rest
