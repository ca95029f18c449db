"""The gate's measures by what makes them fail, and what is to be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.write_docs.marked_parts import table
from shared.quality.remedies import MEASURES, limit_of
from shared.quality.thresholds import Thresholds

if TYPE_CHECKING:
    from collections.abc import Container

    from shared.quality.remedies import Measure

_ALL = frozenset({"vehicle", "workflow", "plate"})


def remedies_table(causes: Container[str] = _ALL) -> str:
    """Return a row for each measure that fails by one of the causes."""
    rows = (
        (f"`{name}`", _limit(measure), measure.cause, measure.change)
        for name, measure in MEASURES.items()
        if measure.cause in causes
    )
    return table(("measure", "limit", "comes from", "what to change"), rows)


def _limit(measure: Measure) -> str:
    limit = limit_of(measure, Thresholds())
    return "" if limit is None else f"{measure.bound} {limit:g}"
