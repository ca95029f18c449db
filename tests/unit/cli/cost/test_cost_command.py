"""The command prints tables, or the same figures as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from shared.core import ids
from shared.models.prices import ROOT
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.poster import poster, poster_json
from tests.unit.cli.cost.test_ledger import a_job, put


def said(*arguments: str, state: FakeObjectStore | None = None) -> tuple[int, str]:
    return poster("cost", *arguments, given=state)


def told(*arguments: str, state: FakeObjectStore | None = None) -> Any:
    return poster_json("cost", *arguments, given=state)


@pytest.fixture
def state() -> FakeObjectStore:
    store = FakeObjectStore()
    for _ in range(2):
        put(store, a_job(job_id=ids.any_job_id()))
    return store


def test_totals_as_json_and_as_a_table(state: FakeObjectStore) -> None:
    found = told("spent", "--by", "style", state=state)
    assert found["total"]["jobs"] == 2
    assert found["total"]["cost"]["pictures"] == pytest.approx(0.8)
    assert found["by"]["style"]["photoreal"] == found["total"]
    assert found["currency"] == "CNY"
    status, text = said("spent", state=state)
    assert status == 0
    assert "by style" in text
    assert "by day" in text
    assert found["prices_of"] in text


def test_one_job(state: FakeObjectStore) -> None:
    job_id = state.keys("jobs/")[0].split("/")[1]
    found = told("spent", "--job", job_id, state=state)
    assert found["job_id"] == job_id
    assert found["total"]["gpu_seconds"] == 30


def test_an_unknown_job_is_said_to_be_unknown(state: FakeObjectStore) -> None:
    status, text = said("spent", "--job", "j" + "b" * 31, state=state)
    assert status == 1
    assert text == f"there is no job j{'b' * 31}; see: poster job list\n"


def test_idle_and_forecast_need_no_bucket() -> None:
    assert told("idle", "--gpus", "2")["idle_day"]["cost"]["gpu"] == pytest.approx(528)
    rows = told("forecast", "1000", "2000", "--task-seconds", "60")["forecast"]
    assert [row["trips_a_day"] for row in rows] == [1000, 2000]
    assert rows[0]["peak_hour"]["load"] == pytest.approx(8.25)
    status, text = said("forecast", "1000")
    assert status == 0
    assert "GPUs at peak" in text
    assert "a day without a trip" in said("idle")[1]


def test_an_assumption_that_cannot_be_is_refused() -> None:
    status, text = said("forecast", "10", "--peak-hour-share", "3")
    assert status == 2
    assert "peak_hour_share" in text


def test_the_figures_of_the_page_are_those_of_the_command() -> None:
    page = (ROOT / "docs" / "how-to" / "count-costs.md").read_text("utf-8")
    day = told("idle")["idle_day"]
    assert f"{day['cost']['gpu']:.2f} CNY" in page
    assert f"timers: {day['invocations']:,.0f} invocations" in page
    assert f"their {day['oss_writes'] + day['oss_reads']:,.0f} requests" in page
    for row in told("forecast", "1000", "10000")["forecast"]:
        peak, cost = row["peak_hour"], row["day"]["cost"]["sum"]
        line = (
            f"\n{row['trips_a_day']:,.0f} | {row['average_hour']['gpus']:,} | "
            f"{peak['trips']:,.0f} | {peak['load']:,.1f} | {peak['gpus']:,} | "
            f"{peak['mean_wait_seconds']:.1f} s | {cost:,.0f}\n"
        )
        assert line in page
