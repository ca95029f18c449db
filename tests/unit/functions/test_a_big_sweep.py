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

MIXES = ("all", "going on", "ending")
# Requests to the bucket beyond four, and why: the private words of a job that ends must go.
_MORE = {
    "ended, caption and team are left": 1,
    "out of time with its caption": 2,
}


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
def test_a_due_job_takes_at_most_four_requests_to_the_bucket(
    swept: dict[str, Any], case: Any
) -> None:
    most = swept["all"]["most"][case.name]
    assert 0 < most["bucket"] <= 4 + _MORE.get(case.name, 0)
    # To tell others of its end; to ask the queue or to start a function.
    assert most.get("telling", 0) <= (3 if case.ends else 0)
    assert most.get("other", 0) <= 2


def test_those_that_go_on_take_at_most_four_of_any_kind_but_where_a_task_ended_unnoticed(
    swept: dict[str, Any],
) -> None:
    most = swept["all"]["most"]
    beyond = {case.name for case in CASES if not case.ends and sum(most[case.name].values()) > 4}
    assert beyond == {
        "the post arrived and has ended",
        "the post was lost",
        "the task has ended unnoticed",
        "the task is gone",
    }


@pytest.mark.parametrize("mix", MIXES)
def test_four_requests_a_due_job_are_enough(swept: dict[str, Any], mix: str) -> None:
    assert swept[mix]["bucket"] <= 4 * DUE + (100 if mix == "ending" else 0)
    # What is under control/, the probe, the bucket's time, the count; what failed before; and two
    # for each fifty jobs, which are written down before they are looked at.
    assert swept[mix]["apart"] <= 7 + 1 + 2 * DUE / 50


def test_a_sweep_stays_under_128_mb(swept: dict[str, Any]) -> None:
    assert swept["all"]["memory_mb"] < 128
    assert max(swept[mix]["traced_mb"] for mix in MIXES) < 16
