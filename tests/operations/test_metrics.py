"""The documented queries, asked of lines that functions really wrote, and what they answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.operations import sls
from tests.operations.rare_lines import rare_lines

if TYPE_CHECKING:
    from pathlib import Path

    from tests.operations.run import Run

pytestmark = pytest.mark.slow

QUERIES = sls.documented()


@pytest.fixture(scope="module")
def lines(run: Run, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder: Path = tmp_path_factory.mktemp("rare")
    return [*run.lines, *rare_lines(folder)]


def _value(name: str, run: Run) -> Any:
    return sls.value(QUERIES[name], run.lines)


def test_every_metric_has_a_meaning_and_stands_on_the_page() -> None:
    page = sls.PAGE.read_text("utf-8")
    assert len(QUERIES) >= 20
    assert [name for name in QUERIES if f"\n`{name}`| " not in page] == []


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_names_only_events_and_fields_that_lines_have(
    name: str, lines: list[dict[str, Any]]
) -> None:
    query = QUERIES[name]
    written = [line for line in lines if line["event"] in sls.events_of(query)]
    assert {line["event"] for line in written} == sls.events_of(query)
    assert sls.fields_of(query) <= {key for line in written for key in line}
    answer = sls.ask(query, lines)
    assert answer
    assert answer[0]["value"] is not None


def test_the_page_s_trace_query_finds_the_job(run: Run) -> None:
    text = sls.PAGE.read_text("utf-8")
    (query,) = re.findall(r"^(message.trace_id: .+)$", text, re.MULTILINE)
    # LogCapture has no time stamps; SLS has one for every line.
    timed = [{**line, "timestamp": str(n)} for n, line in enumerate(run.lines)]
    found = [row["event"] for row in sls.ask(query, timed)]
    assert found[0] != found[-1]
    assert {"job.accepted", "job.closed"} <= set(found)


def test_the_numbers_are_those_of_the_run(run: Run) -> None:
    assert _value("accepted", run) == 3
    assert _value("closed", run) == 3
    assert _value("duplicates_refused", run) == 1
    assert _value("not_admitted", run) == 1
    assert _value("failed_share", run) == pytest.approx(1 / 3)
    assert _value("retries", run) == 1
    assert _value("gate_rejections", run) == 1
    assert _value("crashes", run) == 1
    assert sls.ask(QUERIES["failed_by_reason"], run.lines) == [
        {"reason": run.jobs["failed"]["failure"]["code"], "value": 1}
    ]


def test_times_lie_between_what_each_job_took(run: Run) -> None:
    seconds = sorted(
        line["seconds"]
        for line in run.lines
        if line["event"] == "job.closed" and line["status"] == "succeeded"
    )
    assert len(seconds) == 2
    assert _value("time_to_poster_p50", run) in seconds
    assert _value("time_to_poster_p95", run) == seconds[-1]
    assert 0 < _value("gpu_seconds", run) < 2 * sum(seconds)


def test_the_lettering_of_each_style_s_posters_is_told(run: Run) -> None:
    styles = {each["style"] for each in run.lines if each["event"] == "job.closed"}
    told = sls.ask(QUERIES["lettering_unreadability_p90"], run.lines)
    assert {row["style"] for row in told} <= styles
    assert told
    assert all(0 <= row["value"] < 0.1 for row in told)


def test_timers_report_ages_and_lengths(run: Run) -> None:
    assert _value("sweeps", run) >= 1
    assert _value("drains", run) >= 1
    assert 0 <= _value("oldest_open_seconds", run) < 600
    assert _value("overdue_seconds", run) == 0
    assert _value("open_jobs", run) <= 3
    assert 0 <= _value("waiting_tasks", run) <= 3
    assert 0 <= _value("results_share", run) < 0.1


def test_a_field_that_no_line_has_is_found_out(run: Run) -> None:
    with pytest.raises(LookupError, match="secnds"):
        sls.ask('message.event: "job.closed" | SELECT max("message.secnds") FROM log', run.lines)
