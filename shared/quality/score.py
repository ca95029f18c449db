"""One figure of a poster's quality: how far its weakest measure keeps from its limit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shared.quality.binding import is_clear
from shared.quality.remedies import Measure, limit_of, measures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shared.quality.thresholds import Thresholds


def score_of(scores: Mapping[str, float], failures: Sequence[str], thresholds: Thresholds) -> int:
    """Return 0 to 100: 100 is far from every limit, 50 is at one, below 50 is beyond one.

    The measure that comes closest to its limit decides, of those that a plate or a render does
    better or worse at, on the master alone; what else failed counts as far beyond.
    """
    near = max(_nearness(scores, thresholds), default=0.0)
    unmeasured = any(name.rpartition(".")[2] not in _graded() for name in failures)
    return 0 if unmeasured else round(100 - 50 * near if near <= 1 else 50 / near)


def _graded() -> dict[str, Measure]:
    """Return the measures that say more than yes or no."""
    found = measures().items()
    return {name: each for name, each in found if each.cause != "workflow" and each.limit}


def _nearness(scores: Mapping[str, float], thresholds: Thresholds) -> Iterator[float]:
    """Yield for each measure that counts 0 far from its limit, 1 at it, more beyond it."""
    for name, measure in _graded().items():
        value = scores.get(f"master.{name}", scores.get(name))
        limit = limit_of(measure, thresholds)
        if value is None or not limit or not is_clear(name, scores, thresholds):
            continue
        larger, smaller = (value, limit) if measure.bound == "at most" else (limit, value)
        yield larger / smaller if smaller > 0 else math.inf
