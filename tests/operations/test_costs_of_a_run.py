"""`poster cost` on a local stack: what its three jobs took, as their records and lines say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.operations.run import Run

pytestmark = pytest.mark.slow


def test_every_job_of_the_run_is_in_the_ledger(run: Run) -> None:
    total = run.cost["total"]
    assert (total["jobs"], total["posters"]) == (3, 2)
    # The first at its second try, the crashed one at once, the failed one never.
    assert total["gpu_tasks"] == 3
    assert run.cost["by"]["origin"]["app"] == total
    assert set(run.cost["by"]["style"]) == {"photoreal"}


def test_the_ledger_and_the_lines_agree(run: Run) -> None:
    closed = [line for line in run.lines if line["event"] == "job.closed"]
    total = run.cost["total"]
    assert total["pictures"] == sum(line["pictures"] for line in closed) >= 3
    assert total["tokens"] == sum(line["tokens"] for line in closed) > 0
    assert total["gpu_seconds"] == pytest.approx(
        sum(line["gpu_seconds"] for line in closed), abs=0.01
    )


def test_the_sum_is_that_of_its_parts(run: Run) -> None:
    cost = run.cost["total"]["cost"]
    parts = sum(value for name, value in cost.items() if name != "sum")
    assert cost["sum"] == pytest.approx(parts, abs=1e-5)
    assert cost["pictures"] == pytest.approx(run.cost["total"]["pictures"] * 0.2)
    assert json.dumps(run.cost)
