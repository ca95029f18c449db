"""The command: plan and see what it would take, start, pause, resume, stop, look, scaling."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from shared.seasons.model import Rules
from tests.fakes.poster import poster, poster_json
from tests.unit.seasons.season_world import WINTER, SeasonWorld, later


class Desk:
    """An operator at a world."""

    def __init__(self, world: SeasonWorld) -> None:
        self.world = world

    def __call__(self, *arguments: str) -> tuple[int, str]:
        """Run a command; return the exit status and what was printed."""
        return poster("season", *arguments, given=self.world.season())

    def json(self, *arguments: str) -> dict[str, Any]:
        """Run a command; return the JSON it printed."""
        found: dict[str, Any] = poster_json("season", *arguments, given=self.world.season())
        return found


@pytest.fixture
def desk() -> Desk:
    world = SeasonWorld(Rules(shards=2), seconds=math.inf)
    for driver in range(9):
        world.painted(f"d{driver}", f"{driver}/0", share=driver != 4)
    return Desk(world)


def test_a_plan_is_printed_as_a_table_and_paints_nothing(desk: Desk) -> None:
    code, text = desk("plan", WINTER)

    assert code == 0
    for words in ("trips planned", "GPU hours", "tokens", "cost in CNY", "not_shared 1", "north 8"):
        assert words in text
    assert desk.world.season_jobs() == []
    assert desk.world.invoker.started == []


def test_a_plan_as_json_has_the_sums(desk: Desk) -> None:
    found = desk.json("plan", WINTER, "--cap", "5")

    assert (found["status"], found["trips planned"], found["trips allowed"]) == ("planned", 8, 5)
    assert found["rules"]["cap"] == 5
    assert found["hours"] > 0


def test_a_budget_of_the_command_limits_the_trips(desk: Desk) -> None:
    found = desk.json("plan", WINTER, "--budget", "0.7")

    assert 0 < found["trips allowed"] < 8


def test_planned_started_paused_resumed_and_done(desk: Desk) -> None:
    desk.world.open_jobs = 2
    desk("plan", WINTER)
    assert desk.json("start", WINTER)["status"] == "running"
    desk.world.minutes(1)
    assert desk.json("pause", WINTER)["status"] == "paused"
    before = len(desk.world.season_jobs())
    desk.world.minutes(4)
    assert len(desk.world.season_jobs()) == before < 8
    desk("resume", WINTER)
    desk.world.minutes(20)
    found = desk.json("status", WINTER)

    assert (found["status"], found["accepted"]) == ("done", 8)
    assert found["shards ended"] == "2 of 2"


def test_a_stopped_campaign_says_by_whom(desk: Desk) -> None:
    desk("plan", WINTER)
    code, text = desk("stop", WINTER, "--by", "li")

    assert code == 0
    assert "stopped by li" in text


def test_status_lists_every_campaign(desk: Desk) -> None:
    desk("plan", WINTER)
    desk("plan", "spring-2027")
    code, text = desk("status")

    assert code == 0
    assert WINTER in text
    assert "spring-2027" in text


@pytest.mark.parametrize(
    ("line", "words", "then", "ends"),
    [
        ("plan winter-2040", "2026 to 2030", "calendar", 1),
        ("plan lent-2027", "spring_festival", "calendar", 1),
        ("plan summer-2026", "closed on", "calendar", 1),
        ("plan winter", "is no campaign", "calendar", 2),
        ("status winter", "is no campaign", "calendar", 2),
        (f"start {WINTER}", "has not been planned", f"plan {WINTER}", 1),
        (f"pause {WINTER}", "has not been planned", f"plan {WINTER}", 1),
        (f"stop {WINTER}", "has not been planned", f"plan {WINTER}", 1),
        ("scaling --gpus 4", "three whole numbers", "scaling --help", 2),
        (f"plan {WINTER} --budget nan", "greater than or equal to 0", "plan --help", 2),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_to_do(
    desk: Desk, line: str, words: str, then: str, ends: int
) -> None:
    code, text = desk(*line.split())

    assert code == ends
    assert words in text
    assert text.endswith(f": poster season {then}\n")


def test_the_calendar_lists_what_is_to_come(desk: Desk) -> None:
    _, text = desk("calendar")

    assert "winter-2026" in text
    assert "summer-2026" not in text
    assert "ends with" not in text


def test_a_calendar_that_runs_out_is_told_with_every_command(desk: Desk) -> None:
    desk.world.clock.advance(later(365 * 3.9))
    _, text = desk("calendar")

    assert "the season calendar ends with 2030" in text


def test_scaling_is_json_for_the_deployment(desk: Desk) -> None:
    code, text = desk("scaling", "--gpus", "1,9,3")
    found = json.loads(text)

    assert code == 0
    assert {job["TargetSize"] for job in found["eas"]["ScaleJobs"]} == {1, 3, 9}
    assert "submit_trip" in found["fc"]
