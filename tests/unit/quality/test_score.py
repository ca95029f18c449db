"""One figure of a poster: its weakest measure decides, and 50 is at the limit."""

from __future__ import annotations

import pytest

from shared.quality.score import score_of
from shared.quality.thresholds import Thresholds

LIMITS = Thresholds()


@pytest.mark.parametrize(
    ("scores", "score"),
    [
        ({}, 100),
        ({"master.contact_high": 0.0}, 100),
        ({"master.contact_high": 0.275}, 75),
        ({"master.contact_high": 0.55}, 50),
        ({"master.contact_high": 1.1}, 25),
        ({"master.contact_low": 0.2}, 75),
        ({"master.contact_low": 0.05}, 25),
        ({"master.contact_low": 0.0}, 0),
        ({"master.contact_low": -0.1}, 0),
        ({"master.contact_high": 0.275, "light_gap": 28.0}, 60),
        ({"light_side": 0.4, "light_side_confidence": 0.4}, 100),
        ({"light_side": 0.4, "light_side_confidence": 0.6}, 50),
        # The app's copy and what says yes or no alone tell nothing of how good a poster is.
        ({"app.contact_high": 0.55, "master.label_present": 1.0, "master.halo_dark": 0.3}, 100),
    ],
)
def test_the_measure_that_is_nearest_to_its_limit_decides(
    scores: dict[str, float], score: int
) -> None:
    assert score_of(scores, (), LIMITS) == score


@pytest.mark.parametrize("failure", ["bare_missing", "master.protected_changed", "style.sky"])
def test_a_failure_without_degrees_leaves_nothing(failure: str) -> None:
    assert score_of({"master.contact_high": 0.1}, (failure,), LIMITS) == 0


def test_a_failure_with_degrees_counts_by_them() -> None:
    failed = ("master.contact_high", "app.contact_high")
    assert score_of({"master.contact_high": 1.1}, failed, LIMITS) == 25
