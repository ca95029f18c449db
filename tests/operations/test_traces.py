"""One trace id, the app's, finds every line of a job, and stands in whatever is kept of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.operations.run import LATER, TRACE

if TYPE_CHECKING:
    from tests.operations.run import Run

pytestmark = pytest.mark.slow

# Functions of many jobs have lines about each of them, and a last one about all.
_OF_ONE_JOB = {"submit_trip", "read_job", "paint_trip", "paint_scene", "store_result"}


def _about(run: Run, job_id: str) -> list[dict[str, Any]]:
    """Return all lines in which the job or one of its tasks is named."""
    return [line for line in run.lines if job_id in json.dumps(line, default=str)]


def _function(line: dict[str, Any]) -> str:
    return str(line["function"]).removeprefix("trip-poster-")


def test_every_line_of_a_job_bears_the_trace_id_of_the_request_that_began_it(run: Run) -> None:
    lines = _about(run, run.jobs["first"]["job_id"])
    assert {line.get("trace_id") for line in lines} == {TRACE}
    assert {line["job_id"] for line in lines} == {run.jobs["first"]["job_id"]}
    assert run.jobs["first"]["status"] == "succeeded"


def test_the_trace_id_finds_every_function_that_worked_on_the_job(run: Run) -> None:
    found = [line for line in run.lines if line.get("trace_id") == TRACE]
    ended = {_function(line) for line in found if line["event"] == "invocation.ended"}
    assert ended >= {"submit_trip", "paint_trip", "paint_scene", "store_result", "read_job"}
    events = {line["event"] for line in found}
    assert events >= {"job.accepted", "task.queued", "task.ended", "result.refused", "job.closed"}
    assert found == [line for line in run.lines if line in _about(run, found[0]["job_id"])]


def test_each_invocation_has_one_last_line(run: Run) -> None:
    last = {"invocation.ended", "invocation.failed", "invocation.crashed"}
    ids = [line["request_id"] for line in run.lines if line["event"] in last]
    # An invocation that the platform tries again keeps its id.
    again = sum(line["event"] != "invocation.ended" for line in run.lines if line["event"] in last)
    assert len(ids) - len(set(ids)) <= again
    assert {line["request_id"] for line in run.lines if line.get("function")} == set(ids)


def test_lines_of_one_job_alone_bear_its_trace_id_to_the_end(run: Run) -> None:
    for line in run.lines:
        if line["event"] == "invocation.ended" and _function(line) in _OF_ONE_JOB:
            assert line["trace_id"], line


def test_a_request_with_another_trace_keeps_its_own_beside_the_job_s(run: Run) -> None:
    (repeated,) = [line for line in run.lines if line["event"] == "trip.repeated"]
    assert repeated["trace_id"] == TRACE
    assert repeated["request_trace_id"] == LATER


def test_the_trace_id_travels_through_the_queue_into_record_and_manifest(run: Run) -> None:
    job_id = run.jobs["first"]["job_id"]
    tags = [each for each in run.tags if each["job_id"] == job_id]
    assert len(tags) == 2
    assert {each["trace_id"] for each in tags} == {TRACE}
    assert run.manifest["trace_id"] == TRACE
    records = [json.loads(data) for key, data in run.state.items() if f"jobs/{job_id}/" in key]
    assert {record["trace_id"] for record in records} == {TRACE}


def test_a_job_without_a_traceparent_has_a_trace_of_its_own(run: Run) -> None:
    lines = _about(run, run.jobs["failed"]["job_id"])
    (trace,) = {line.get("trace_id") for line in lines}
    assert trace not in {TRACE, LATER, None, ""}
