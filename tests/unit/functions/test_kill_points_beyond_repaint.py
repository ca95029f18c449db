"""Kill points of a poster that no new plate could cure: one task, one review, whatever dies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from shared.jobs.record import JobStatus
from tests.unit.functions.dying import keep_posters, wrong_after_deaths

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.functions.killable import KillableWorld


@pytest.fixture(autouse=True)
def _each_poster_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_posters(monkeypatch)


def no_plate_cures_it(world: KillableWorld) -> str:
    """Take a job to its end whose car stands too badly for the limit; nobody reviews it."""
    world.thresholds = replace(world.thresholds, contact_high=0.01)
    return world.past_review("badly")


JOURNEYS = (no_plate_cures_it,)


def _check(world: KillableWorld, job_id: str) -> None:
    record = world.record(job_id)
    assert record.result is not None
    assert set(record.result.failures) == {"master.contact_high", "app.contact_high"}
    assert len(record.result.remedies) == 1
    assert record.turned_down == ()
    assert [step.status for step in record.history].count(JobStatus.NEEDS_REVIEW) == 1
    assert record.status is JobStatus.FAILED
    assert world.state.keys("open/") == []


@pytest.mark.slow
def test_a_process_that_dies_at_any_effect_leaves_one_review(tmp_path: Path) -> None:
    assert wrong_after_deaths(no_plate_cures_it, _check, tmp_path) == []
