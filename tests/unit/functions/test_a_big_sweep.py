"""What a sweep costs: pages, requests, memory, with 10,000 jobs open and 500 due."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from local.stack import ROOT
from tests.unit.functions.big_sweep import DUE, OPEN
from tests.unit.functions.due_jobs import CASES

pytestmark = pytest.mark.slow

MIXES = ("all", "going on", "ending")
# Requests to the bucket beyond four, and why: the private words of a job that ends must go, and
# of one that may have none yet an entry is put on the wall.
_MORE = {
    "ended, caption and team are left": 1,
    "out of time with its caption": 2,
    "paint_trip was lost": 2,
    "a reviewer has it": 4,
}
# The new entry of a job that ends, a look at its others, and the older one that goes.
_WALL = 3


@pytest.fixture(scope="module")
def swept() -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.unit.functions.big_sweep"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return answer


@pytest.mark.parametrize("mix", MIXES)
def test_all_markers_are_seen_and_the_due_ones_looked_at(swept: dict[str, Any], mix: str) -> None:
    found = swept[mix]
    cases = [case for case in CASES if mix == "all" or case.ends == (mix == "ending")]
    assert found["markers"] == OPEN
    assert sum(found["done"].values()) == DUE
    assert set(found["done"]) == {case.does for case in cases}


@pytest.mark.parametrize("mix", MIXES)
def test_the_markers_take_at_most_eleven_pages(swept: dict[str, Any], mix: str) -> None:
    assert swept[mix]["pages"] <= 11


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_due_job_takes_few_requests_to_the_bucket(swept: dict[str, Any], case: Any) -> None:
    most = swept["all"]["most"][case.name]
    assert 0 < most["bucket"] <= 4 + _MORE.get(case.name, 0) + _WALL * case.ends
    # To tell others of its end; to ask the queue or to start a function.
    assert most.get("telling", 0) <= (3 if case.ends else 0)
    assert most.get("other", 0) <= 2


def test_those_that_go_on_take_at_most_four_of_any_kind_but_where_a_task_ended_unnoticed(
    swept: dict[str, Any],
) -> None:
    most = swept["all"]["most"]
    beyond = {case.name for case in CASES if not case.ends and sum(most[case.name].values()) > 4}
    assert beyond - _MORE.keys() == {
        "the post arrived and has ended",
        "the post was lost",
        "the task has ended unnoticed",
        "the task is gone",
    }


@pytest.mark.parametrize("mix", MIXES)
def test_four_requests_a_due_job_are_enough_and_two_for_its_end(
    swept: dict[str, Any], mix: str
) -> None:
    ending = {"all": 0.5, "going on": 0.0, "ending": 1.0}[mix]
    assert swept[mix]["bucket"] <= (4.2 + 2 * ending) * DUE
    # What is under control/, the probe, the bucket's time, the count; what failed before; and two
    # for each fifty jobs, which are written down before they are looked at.
    assert swept[mix]["apart"] <= 7 + 1 + 2 * DUE / 50


def test_a_sweep_stays_under_128_mb(swept: dict[str, Any]) -> None:
    assert swept["all"]["memory_mb"] < 128
    assert max(swept[mix]["traced_mb"] for mix in MIXES) < 16
