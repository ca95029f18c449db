"""The operator's commands over fakes: what they do, what they print, what they never print."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from cli.operate.ports import Ports
from functions.drain_queue.use_case import DrainRules, drain_queue
from shared import bootstrap
from shared.announcements.endpoints import EndpointState, read_endpoint, write_endpoint
from shared.announcements.events import Event, Notice
from shared.jobs import control
from shared.jobs.circuits import CircuitRules, Circuits
from shared.jobs.model_list import ModelList
from shared.jobs.record import JobRecord, JobStatus, Review
from shared.ports import QueueDepth, Receipt
from tests.fakes.invoker import FakeInvoker
from tests.fakes.jobs import JOB_ID
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.poster import poster, poster_json
from tests.fakes.prompt_model import FakePromptModel
from tests.fakes.wired import wired
from tests.fakes.workflow_queue import FakeWorkflowQueue
from tests.unit.announcements.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path

_RULES = DrainRules(seconds=30, grace_seconds=60, warning_share=0.5)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def operate(desk: Desk, *arguments: str) -> tuple[int, str]:
    """Run a command; return its exit status and what it printed."""
    return poster(*arguments, given=Ports(desk.jobs, desk.state, desk.clock))


def reviewed(desk: Desk) -> JobRecord:
    review = Review(decision="approve", attempt=1, reviewer="r" * 32, at=desk.clock.now())
    return desk.close(reviews=(review,))


def test_a_job_is_shown_as_a_timeline(desk: Desk) -> None:
    reviewed(desk)
    desk.clock.advance(60)
    desk.announce()

    status, text = operate(desk, "job", "show", JOB_ID)

    assert status == 0
    words = ["accepted", "queued", "rendered", "succeeded", "review: approve", "poster.ready"]
    assert [word for word in words if word not in text] == []
    assert "delivered, 1 tries" in text
    assert "marker" in text


def test_a_tasks_id_shows_its_job(desk: Desk) -> None:
    desk.close()

    assert operate(desk, "job", "show", f"{JOB_ID}-1")[0] == 0


def test_nothing_private_is_printed(desk: Desk) -> None:
    job = desk.close()
    secret = job.trip.model_copy(update={"caption": "nur für mich", "team": "die Unseren"})
    desk.jobs.bucket.put(
        f"jobs/{JOB_ID}/{job.version:06d}.json",
        job.model_copy(update={"trip": secret}).model_dump_json().encode(),
    )

    text = operate(desk, "job", "show", JOB_ID)[1]

    private = ["nur für mich", "die Unseren", job.driver_key, "210.5"]
    assert [word for word in private if word in text] == []


@pytest.mark.parametrize("job", ["x", "j" + "a" * 30 + "b", "../open"])
@pytest.mark.parametrize("command", ["show", "retry"])
def test_an_unknown_job_is_a_readable_error(desk: Desk, command: str, job: str) -> None:
    status, text = operate(desk, "job", command, job)

    assert status == 1
    assert f"there is no job {job}" in text


def test_a_retried_job_is_looked_at_next(desk: Desk) -> None:
    desk.bring()

    assert operate(desk, "job", "retry", JOB_ID)[0] == 0
    (marker,) = desk.jobs.open_page().markers
    assert marker.is_due


def test_a_job_that_has_ended_is_not_retried(desk: Desk) -> None:
    desk.close()

    status, text = operate(desk, "job", "retry", JOB_ID)

    assert status == 1
    assert "succeeded" in text
    assert f"poster job repaint {JOB_ID}" in text


def test_a_closed_job_with_a_marker_is_finished_by_a_retry(desk: Desk) -> None:
    desk.bring(JobStatus.SUCCEEDED)

    assert operate(desk, "job", "retry", JOB_ID)[0] == 0
    assert desk.state.keys("open/") == []
    assert len(desk.state.keys("outbox/")) == 1


def test_a_job_that_waits_for_a_reviewer_is_not_retried(desk: Desk) -> None:
    desk.bring(JobStatus.NEEDS_REVIEW)

    status, text = operate(desk, "job", "retry", JOB_ID)

    assert status == 1
    assert f"poster job review {JOB_ID} approve" in text


def test_pause_and_resume_hold_sending_back_and_let_it_go(desk: Desk) -> None:
    assert operate(desk, "queue", "pause", "GPUs move", "--by", "anna")[0] == 0
    assert control.read_control(desk.state).waiting_for() == control.OPERATOR
    assert "by anna: GPUs move" in operate(desk, "queue", "status")[1]

    assert operate(desk, "queue", "resume")[0] == 0
    assert control.read_control(desk.state).waiting_for() == ""


def test_a_model_that_is_passed_over_is_shown_until_sending_is_resumed(desk: Desk) -> None:
    circuits = Circuits(desk.state, clock=desk.clock, rules=CircuitRules())
    names = ("wan2.6-t2i", "wan2.7-image")
    models = ModelList("picture", names, FakePromptModel, circuits=circuits)
    models.pass_over("wan2.6-t2i", "gone")

    told = operate(desk, "queue", "status")[1]

    assert "model.picture.wan2.6-t2i" in told
    assert "passed over: gone, asked again after" in told
    operate(desk, "queue", "resume")
    assert "passed over" not in operate(desk, "queue", "status")[1]


def test_accept_takes_back_what_the_sweeper_stopped(desk: Desk) -> None:
    control.stop_accepting(desk.state, reason="versioned", clock=desk.clock)
    assert "stopped" in operate(desk, "queue", "status")[1]

    assert operate(desk, "queue", "accept")[0] == 0
    assert control.read_control(desk.state).accepting


def test_the_status_tells_queues_open_jobs_and_endpoints(desk: Desk) -> None:
    control.report_queues(desk.state, QueueDepth(7, 3, 100), at=desk.clock.now())
    control.report_open(desk.state, 12, at=desk.clock.now())
    write_endpoint("community", EndpointState(disabled=True), state=desk.state)
    write_endpoint("backend", EndpointState(failures=2), state=desk.state)

    text = operate(desk, "queue", "status")[1]

    words = ["7 waiting", "3 of 100", "12 at", "disabled", "2 failures"]
    assert [word for word in words if word not in text] == []


def test_a_replay_tells_what_was_told_since_a_time_once_more(desk: Desk) -> None:
    desk.close()
    desk.close(JobStatus.FAILED, job_id="j" + "b" * 31)
    desk.announce()

    assert "0 messages" in operate(desk, "webhooks", "replay", "2026-11-23T10:01+08:00")[1]
    assert (
        "1 messages"
        in operate(desk, "webhooks", "replay", "2026-11-23T10:00+08:00", "--endpoint", "backend")[1]
    )
    assert desk.announce() == {"delivered": 1}
    assert "2 messages" in operate(desk, "webhooks", "replay", "2026-11-23T02:00Z")[1]
    assert desk.announce() == {"delivered": 2}


def test_a_replay_leaves_alone_what_still_waits(desk: Desk) -> None:
    desk.close()

    assert "0 messages" in operate(desk, "webhooks", "replay", "2026-11-01T00:00Z")[1]
    assert len(desk.state.keys("outbox/")) == 1


@pytest.mark.parametrize("since", ["yesterday", "", "25:00"])
def test_a_time_that_is_none_is_refused(desk: Desk, since: str) -> None:
    status, text = operate(desk, "webhooks", "replay", since)

    assert status == 2
    assert "is no time such as 2026-11-23T08:00:00+08:00" in text


@pytest.mark.parametrize("since", ["2026-11-23T08:00", "2026-11-23"])
def test_a_time_without_a_zone_is_refused_with_the_next_command(desk: Desk, since: str) -> None:
    status, text = operate(desk, "webhooks", "replay", since, "--endpoint", "backend")

    assert status == 2
    again = text.partition("poster webhooks replay 2026-11-23")[2].strip()
    assert re.fullmatch(r"T0[08]:00:00\+08:00 --endpoint backend", again)
    named = f"2026-11-23{again.split()[0]}"
    assert operate(desk, "webhooks", "replay", named, "--endpoint", "backend")[0] == 0


def test_an_endpoint_that_was_gone_is_told_again(desk: Desk) -> None:
    desk.announcer.answer(Receipt(410))
    desk.close()
    desk.announce()
    operate(desk, "webhooks", "enable", "community")

    status, text = operate(desk, "dead", "revive", "all")

    assert status == 0
    assert Notice(Event.READY, JOB_ID, 1).message_id in text
    assert not read_endpoint("community", state=desk.state).disabled
    assert desk.announce() == {"delivered": 1}
    assert desk.state.keys("dead/") == []


def test_the_dead_are_listed_with_their_reasons(desk: Desk) -> None:
    desk.announcer.answer(Receipt(410))
    desk.close()
    desk.announce()
    note = {"function": "store_result", "condition": "Timeout", "subject": f"{JOB_ID}-1"}
    desk.state.put("dead/invocations/1.json", json.dumps(note).encode())
    desk.state.put("dead/sink/x/why.json", b"{not json")

    text = operate(desk, "dead", "list")[1]

    words = ["it is gone", "function store_result", "condition Timeout", "unreadable"]
    assert [word for word in words if word not in text] == []
    assert "太湖" not in text


def test_with_no_dead_there_is_nothing_to_list_or_revive(desk: Desk) -> None:
    assert "nothing is dead" in operate(desk, "dead", "list")[1]
    assert operate(desk, "dead", "revive", "all") == (0, "nothing is dead\n")
    assert operate(desk, "dead", "revive", "dead/x.json")[0] == 1


def test_a_given_up_invocation_of_an_open_job_has_it_looked_at(desk: Desk) -> None:
    desk.bring()
    key = "dead/invocations/1.json"
    desk.state.put(key, json.dumps({"subject": f"{JOB_ID}-1"}).encode())

    operate(desk, "dead", "revive", key)

    assert desk.jobs.open_page().markers[0].is_due
    assert desk.state.keys("dead/") == []


def test_a_dead_sink_message_of_no_job_stays(desk: Desk) -> None:
    queue = FakeWorkflowQueue()
    queue.add_result("nobody-1", b"secret body")
    wired(drain_queue, desk)(
        rules=_RULES, queue=queue, invoker=FakeInvoker(), mount=FakeObjectStore(desk.clock)
    )
    before = desk.state.keys("dead/")

    text = operate(desk, "dead", "revive", "all")[1]

    assert "stays" in text
    assert len(before) == 2
    assert desk.state.keys("dead/") == before
    assert "secret body" not in operate(desk, "dead", "list")[1]


def test_without_a_local_stack_the_error_says_how_to_start_it(tmp_path: Path) -> None:
    status, text = poster("queue", "status", "--data", str(tmp_path))

    assert status == 1
    assert f"no local stack runs on {tmp_path}; start one: poster up --data {tmp_path}" in text


def test_without_settings_the_error_names_them_and_the_local_stack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("STATE_BUCKET", raising=False)
    # A stack that other tests run in this process has built what its settings say.
    bootstrap.reset()

    status, text = poster("job", "show", JOB_ID)
    bootstrap.reset()

    assert status == 2
    assert "STATE_BUCKET" in text
    assert f"poster job show {JOB_ID} --local" in text


def test_an_erasure_set_aside_for_one_of_its_jobs_is_brought_back(desk: Desk) -> None:
    desk.state.put("dead/erasures/e1.body", b'{"work": 1}')
    note = json.dumps({"reason": "RuntimeError", "erasure": "e1"}).encode()
    desk.state.put(f"dead/erased/{JOB_ID}.json", note)

    assert operate(desk, "dead", "revive", f"dead/erased/{JOB_ID}.json")[0] == 0
    assert desk.state.get("erasing/e1") == b'{"work": 1}'
    assert desk.state.keys("dead/erased/") == []


def test_open_jobs_are_listed_and_those_that_wait_for_review(desk: Desk) -> None:
    desk.bring(JobStatus.NEEDS_REVIEW)
    desk.bring(job_id="j" + "b" * 31)
    given = Ports(desk.jobs, desk.state, desk.clock)

    every = poster_json("job", "list", given=given)
    waiting = poster_json("job", "list", "--waiting-for-review", given=given)

    assert {row["job"] for row in every} == {JOB_ID, "j" + "b" * 31}
    assert [(row["job"], row["status"]) for row in waiting] == [(JOB_ID, "needs_review")]
    assert datetime.fromisoformat(waiting[0]["since"]).tzinfo is not None
    assert "no open job is prompted" in operate(desk, "job", "list", "--status", "prompted")[1]


def test_nothing_that_is_copied_is_cut(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    key = f"dead/invocations/{'x' * 200}.json"
    desk.state.put(key, b'{"reason": "TimeoutError"}')

    assert key in operate(desk, "dead", "list")[1]
