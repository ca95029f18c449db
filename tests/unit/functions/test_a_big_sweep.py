"""What a sweep costs: pages, requests, memory, with 10,000 jobs open and 500 due."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from local.stack import ROOT
from tests.unit.functions.big_sweep import DUE, OPEN


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.unit.functions.big_sweep"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return answer


def test_all_markers_are_seen_and_the_due_ones_looked_at(found: dict[str, Any]) -> None:
    assert found["markers"] == OPEN
    assert sum(found["done"].values()) == DUE
    assert "failed" not in found["done"]
    assert len(found["done"]) >= 6


def test_the_markers_take_at_most_eleven_pages(found: dict[str, Any]) -> None:
    assert found["requests"]["pages of open/"] <= 11


def test_a_due_job_takes_at_most_four_requests(found: dict[str, Any]) -> None:
    apart = {"pages of open/", "announcing"}
    looks = sum(n for kind, n in found["requests"].items() if kind not in apart)
    # Besides the jobs: what is under control/, the probe and the bucket's time.
    assert looks <= 4 * DUE + 5


def test_a_closed_job_takes_three_more_where_somebody_is_to_be_told(found: dict[str, Any]) -> None:
    closed = found["done"]["finished"] + found["done"]["expired"]
    assert 0 < found["requests"]["announcing"] <= 3 * closed


def test_a_sweep_stays_under_128_mb(found: dict[str, Any]) -> None:
    assert found["memory_mb"] < 128
