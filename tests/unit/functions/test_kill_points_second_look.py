"""Kill points of a poster that a model doubts: its opinion decides once, whatever dies."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from shared import ports
from shared.jobs.record import JobStatus
from shared.quality.second_look import SecondLook
from tests.fakes.style_judge import FakeStyleJudge, marks
from tests.unit.functions.dying import keep_posters, wrong_after_deaths
from tests.unit.functions.killable import Watched

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.functions.killable import KillableWorld


@pytest.fixture(autouse=True)
def _each_poster_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_posters(monkeypatch)


def doubted(world: KillableWorld) -> str:
    """Take a job to its end; the model doubts at first and never again."""
    judge = Watched(FakeStyleJudge(marks(season=1), marks()), ports.StyleJudge, world.fuse)
    world.second_look = SecondLook(cast("ports.StyleJudge", judge), least=4, deadline_seconds=5)
    return world.past_review("doubted")


JOURNEYS = (doubted,)


def _check(world: KillableWorld, job_id: str) -> None:
    record = world.record(job_id)
    assert record.result is not None
    assert record.result.failures == ()
    # What the closing record says is what was decided: doubted and overdue, or delivered.
    overdue = record.result.doubts == ("style_judge",)
    assert record.status is (JobStatus.FAILED if overdue else JobStatus.SUCCEEDED)
    assert (record.result.scores["judge.season"] == 1) is overdue
    assert world.state.keys("open/") == []


@pytest.mark.slow
def test_a_process_that_dies_at_any_effect_leaves_one_opinion_in_force(tmp_path: Path) -> None:
    assert wrong_after_deaths(doubted, _check, tmp_path) == []
