"""The outbox and its timer: told once, in the end, whatever the endpoint does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from shared.announcements import outbox
from shared.announcements.endpoints import EndpointState, endpoint_key, write_endpoint
from shared.announcements.events import Event, Notice
from shared.core.errors import UpstreamUnavailableError
from shared.jobs.closing import finish
from shared.jobs.record import JobStatus
from shared.jobs.shares import withdraw
from shared.ports import Receipt
from tests.fakes.jobs import JOB_ID
from tests.unit.announcements.desk import MINUTE, Desk
from tests.unit.functions.killable import Killed
from tests.unit.functions.world import twice_at_once

if TYPE_CHECKING:
    from collections.abc import Callable

READY = f"{JOB_ID}-1-ready"
FAILING = Receipt(500)


def job_id(number: int) -> str:
    return "j" + f"{number:b}".replace("0", "a").replace("1", "b").rjust(31, "c")


def test_a_shared_poster_is_told_to_the_community_once(desk: Desk) -> None:
    desk.close()

    assert desk.announce() == {"delivered": 1}
    desk.run_for(5)

    assert [(m.endpoint, m.message_id) for m in desk.announcer.tries] == [("community", READY)]
    assert desk.state.keys("outbox/") == []


@pytest.mark.parametrize("status", [JobStatus.SUCCEEDED, JobStatus.CANCELLED])
def test_a_job_that_concerns_nobody_is_told_to_nobody(desk: Desk, status: JobStatus) -> None:
    desk.close(status, share=status is JobStatus.CANCELLED)

    assert desk.announce() == {}
    assert desk.state.keys("outbox/") + desk.state.keys("announced/") == []


@pytest.mark.parametrize("share", [True, False])
def test_a_failed_job_is_told_to_the_backend_alone(desk: Desk, share: bool) -> None:
    desk.close(JobStatus.FAILED, share=share)
    desk.announce()

    assert [m.endpoint for m in desk.announcer.taken] == ["backend"]


def test_the_entry_is_there_before_the_open_marker_goes(desk: Desk) -> None:
    desk.state.fail("delete", UpstreamUnavailableError("killed"), key="open/")
    with pytest.raises(UpstreamUnavailableError):
        desk.close()

    assert len(desk.state.keys("outbox/")) == 1
    assert desk.state.keys("open/") == [f"open/{JOB_ID}"]


@pytest.mark.parametrize("operation", ["head", "put"])
@pytest.mark.parametrize("after", [True, False])
def test_a_close_that_died_anywhere_is_made_good_by_the_next_finish(
    desk: Desk, operation: str, after: bool
) -> None:
    key = "announced/" if operation == "head" else "outbox/"
    desk.state.fail(operation, UpstreamUnavailableError("killed"), key=key, after=after)
    with pytest.raises(UpstreamUnavailableError):
        desk.close()
    finish(desk.jobs.load(JOB_ID), jobs=desk.jobs)  # type: ignore[arg-type]

    desk.run_for(10)

    assert [m.message_id for m in desk.announcer.taken] == [READY]


def test_a_finish_after_the_delivery_tells_nobody_again(desk: Desk) -> None:
    job = desk.close()
    desk.announce()
    finish(job, jobs=desk.jobs)

    desk.run_for(3)

    assert len(desk.announcer.tries) == 1


def test_two_finishes_at_once_make_one_entry(desk: Desk) -> None:
    job = desk.bring(JobStatus.SUCCEEDED)
    twice_at_once(lambda: finish(job, jobs=desk.jobs))

    assert len(desk.state.keys("outbox/")) == 1


def test_every_try_has_the_same_id_and_the_same_bytes(desk: Desk) -> None:
    desk.announcer.answer(FAILING, FAILING, Receipt(0))
    desk.close()
    desk.announce()
    desk.run_for(20)

    assert len(desk.announcer.tries) == 4
    assert len(set(desk.announcer.tries)) == 1
    assert len(desk.announcer.taken) == 1


def test_a_deployment_between_two_tries_changes_no_bytes(desk: Desk) -> None:
    desk.announcer.answer(FAILING)
    desk.close()
    desk.announce()
    desk.base_url = "https://elsewhere.example.com"
    desk.run_for(4)

    assert len(desk.announcer.tries) == 2
    assert len(set(desk.announcer.tries)) == 1


def test_a_timer_between_an_entry_and_its_mark_sends_what_is_sent_ever_after(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.clock.advance(24)
    early = [True]

    def timer_first(write: Callable[..., Any]) -> Callable[..., Any]:
        def written(key: str, data: bytes, **options: str) -> Any:
            if key.startswith(outbox.REMEMBERED) and early and early.pop():
                assert desk.announce() == {"delivered": 1}
            return write(key, data, **options)

        return written

    for name in ("create", "put"):
        monkeypatch.setattr(desk.state, name, timer_first(getattr(desk.state, name)))
    record = desk.close()
    desk.run_for(3)
    (mark,) = (m for _, m in outbox.remembered_since(record.created_at, state=desk.state))
    assert mark.state == "delivered"

    desk.state.delete(outbox.REMEMBERED + READY)
    finish(record, jobs=desk.jobs)
    desk.run_for(1)
    first, again = desk.announcer.taken
    assert (again.message_id, again.body) == (first.message_id, first.body)


def test_an_entry_that_the_mark_does_not_name_is_removed_unsent(desk: Desk) -> None:
    desk.announcer.answer(FAILING)
    desk.close()
    desk.announce()
    left_over = outbox.Entry(desk.clock.now(), Notice(Event.READY, JOB_ID, 1), 1)
    desk.state.put(left_over.key, b"")

    assert desk.announce() == {"stale": 1}
    assert left_over.key not in desk.state.objects
    desk.run_for(4)
    assert len(desk.announcer.taken) == 1


def test_a_message_that_was_not_taken_waits_for_its_minute(desk: Desk) -> None:
    desk.announcer.answer(FAILING)
    desk.close()
    assert desk.announce() == {"refused": 1}

    assert desk.announce() == {}
    desk.run_for(3)

    assert len(desk.announcer.taken) == 1


def test_a_retry_after_is_waited_for(desk: Desk) -> None:
    desk.announcer.answer(Receipt(429, timedelta(minutes=20)))
    desk.close()
    desk.announce()

    desk.run_for(19)
    assert len(desk.announcer.tries) == 1
    desk.run_for(3)
    assert len(desk.announcer.taken) == 1


def test_an_endpoint_that_asks_for_rest_gets_nothing_else_either(desk: Desk) -> None:
    desk.announcer.answer(Receipt(503, timedelta(minutes=10)))
    desk.close()
    desk.close(job_id=job_id(1))

    assert desk.announce() == {"refused": 1, "put_off": 1}


def test_five_failures_give_the_endpoint_a_rest_and_the_other_one_none(desk: Desk) -> None:
    desk.announcer.answer(*[Receipt(0)] * 5)
    for number in range(8):
        desk.close(job_id=job_id(number))
    desk.close(JobStatus.FAILED, job_id="j" + "z" * 31)

    assert desk.announce() == {"refused": 5, "put_off": 3, "delivered": 1}
    assert desk.announcer.taken[0].endpoint == "backend"


def test_a_refusal_of_some_messages_gives_the_endpoint_no_rest(desk: Desk) -> None:
    desk.announcer.answer(*[Receipt(400)] * 6)
    for number in range(8):
        desk.close(job_id=job_id(number))

    assert desk.announce() == {"refused": 6, "delivered": 2}


@pytest.mark.parametrize("status", [0, 301, 400, 401, 404, 408, 409, 425, 500, 502, 503])
def test_every_answer_but_success_and_gone_is_tried_again(desk: Desk, status: int) -> None:
    desk.announcer.answer(Receipt(status))
    desk.close()
    desk.announce()
    desk.run_for(3)

    assert len(desk.announcer.taken) == 1


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_every_2xx_is_success(desk: Desk, status: int) -> None:
    desk.announcer.answer(Receipt(status))
    desk.close()

    assert desk.announce() == {"delivered": 1}


def test_an_endpoint_that_is_gone_is_told_nothing_more_and_the_messages_are_kept(
    desk: Desk,
) -> None:
    desk.announcer.answer(Receipt(410))
    desk.close()
    desk.close(job_id=job_id(1))

    assert desk.announce() == {"dead": 2}
    assert len(desk.announcer.tries) == 1
    assert len(desk.state.keys("dead/announcements/")) == 2
    assert desk.state.keys(endpoint_key("community")) == ["control/endpoints/community.json"]


def test_a_message_that_nobody_takes_for_three_days_is_kept_with_its_reason(desk: Desk) -> None:
    desk.announcer.answer(*[Receipt(418)] * 100)
    desk.close()
    desk.announce()
    desk.run_for(3 * 24 * 60 + 600)

    (key,) = desk.state.keys("dead/announcements/")
    kept = json.loads(desk.state.objects[key].data)
    assert 14 <= kept["tries"] == len(desk.announcer.tries) <= 24
    assert "418" in kept["reason"]
    assert json.loads(kept["body"])["type"] == "poster.ready"
    assert desk.state.keys("outbox/") == []


def test_messages_behind_an_open_breaker_do_not_wait_for_ever(desk: Desk) -> None:
    desk.close()
    resting = EndpointState(failures=9, blocked_until=desk.clock.now() + timedelta(days=9))
    write_endpoint("community", resting, state=desk.state)
    assert desk.announce() == {"put_off": 1}
    desk.clock.advance(3 * 24 * 3600 + 60)

    assert desk.announce() == {"dead": 1}


def test_a_timer_that_was_off_for_days_still_tries(desk: Desk) -> None:
    desk.close()
    desk.clock.advance(10 * 24 * 3600)

    assert desk.announce() == {"delivered": 1}


def test_without_an_address_the_message_is_dropped_and_nobody_is_called(desk: Desk) -> None:
    desk.close()

    assert desk.announce(configured=frozenset({"backend"})) == {"dropped": 1}
    assert desk.announcer.tries == []


def test_a_poster_withdrawn_before_it_was_told_of_is_not_told_of(desk: Desk) -> None:
    desk.announcer.answer(FAILING)
    desk.close()
    desk.announce()
    withdraw(JOB_ID, jobs=desk.jobs, clock=desk.clock)
    desk.run_for(5)

    assert [m.message_id for m in desk.announcer.taken] == [f"{JOB_ID}-1-withdrawn"]


def test_a_withdrawal_is_told_once_however_often_it_is_made(desk: Desk) -> None:
    desk.close()
    desk.announce()
    twice_at_once(lambda: withdraw(JOB_ID, jobs=desk.jobs, clock=desk.clock))
    withdraw(JOB_ID, jobs=desk.jobs, clock=desk.clock)
    desk.run_for(5)

    told = [m.message_id for m in desk.announcer.taken]
    assert told == [READY, f"{JOB_ID}-1-withdrawn"]


def test_a_withdrawal_that_died_half_way_is_made_good_by_the_next(desk: Desk) -> None:
    desk.close()
    desk.announce()
    desk.state.fail("head", UpstreamUnavailableError("killed"), key="withdrawn")
    with pytest.raises(UpstreamUnavailableError):
        withdraw(JOB_ID, jobs=desk.jobs, clock=desk.clock)
    withdraw(JOB_ID, jobs=desk.jobs, clock=desk.clock)
    desk.announce()

    assert desk.announcer.taken[-1].message_id == f"{JOB_ID}-1-withdrawn"


def test_a_poster_that_was_never_shared_is_not_withdrawn(desk: Desk) -> None:
    desk.close(share=False)

    assert withdraw(JOB_ID, jobs=desk.jobs, clock=desk.clock).shares == ()
    assert desk.announce() == {}


def test_a_job_withdrawn_while_open_is_never_announced(desk: Desk) -> None:
    desk.bring()
    record = withdraw(JOB_ID, jobs=desk.jobs, clock=desk.clock)
    closed = record.to(JobStatus.SUCCEEDED, now=desk.clock.now(), attempt=1)
    desk.record(closed)
    finish(closed, jobs=desk.jobs)

    assert desk.announce() == {}


@pytest.mark.parametrize("operation", ["put", "delete", "get", "page"])
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("answers", [[], [FAILING]])
def test_a_run_that_dies_at_any_effect_loses_nothing_and_changes_no_bytes(
    desk: Desk, operation: str, after: bool, answers: list[Receipt]
) -> None:
    desk.announcer.answer(*answers)
    desk.close()
    desk.state.fail(operation, Killed(), after=after)
    with pytest.raises(Killed):
        desk.announce()
    desk.run_for(10)

    assert len(set(desk.announcer.tries)) == 1
    assert 1 <= len(desk.announcer.taken) <= 2
    assert desk.state.keys("outbox/") == []


def test_a_message_of_an_erased_job_that_comes_late_leaves_no_trace(desk: Desk) -> None:
    job = desk.close()
    key = outbox.REMEMBERED + Notice(Event.READY, JOB_ID, 1).message_id
    desk.state.delete(key)
    desk.record(job.erased(now=desk.clock.now()))

    desk.announce()

    assert desk.announcer.tries == []
    assert desk.state.keys("outbox/") == desk.state.keys("announced/") == []


def test_two_timers_at_once_leave_one_memory_and_no_entry(desk: Desk) -> None:
    desk.close()
    twice_at_once(desk.announce)
    desk.run_for(5)

    assert len(set(desk.announcer.tries)) == 1
    mark = outbox.mark_of(Notice(Event.READY, JOB_ID, 1), state=desk.state)
    assert mark is not None
    assert mark.state == "delivered"
    assert desk.state.keys("outbox/") == []


def test_two_timers_at_once_with_a_failing_endpoint_leave_one_way_on(desk: Desk) -> None:
    desk.announcer.answer(*[FAILING] * 2)
    desk.close()
    twice_at_once(desk.announce)
    desk.run_for(10)

    assert desk.state.keys("outbox/") == []
    assert len(desk.announcer.taken) <= 2
    assert desk.announcer.taken


@pytest.mark.parametrize("answer", [Receipt(204), FAILING])
def test_a_refusal_that_comes_after_another_run_has_gone_on_changes_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: Receipt
) -> None:
    ready = Notice(Event.READY, JOB_ID, 1)
    send = desk.announcer.announce
    left: list[object] = []

    def slowly(endpoint: str, message_id: str, body: bytes) -> Receipt:
        if not left:
            left.append(None)
            desk.announcer.answer(answer)
            desk.announce()
            left[0] = (desk.state.keys("outbox/"), outbox.mark_of(ready, state=desk.state))
            # This answer is so late that the next minute of its own would be another one.
            desk.clock.advance(10 * MINUTE)
            desk.announcer.answer(FAILING)
        return send(endpoint, message_id, body)

    monkeypatch.setattr(desk.announcer, "announce", slowly)
    desk.close()

    assert desk.announce() == {"stale": 1}
    assert (desk.state.keys("outbox/"), outbox.mark_of(ready, state=desk.state)) == left[0]
    desk.run_for(5)
    assert [m.message_id for m in desk.announcer.taken] == [READY]


def test_a_run_stops_when_its_time_is_over_and_the_next_goes_on(desk: Desk) -> None:
    for number in range(3):
        desk.close(job_id=job_id(number))

    assert desk.announce(seconds=0) == {}
    assert desk.announce() == {"delivered": 3}


def test_nothing_due_costs_one_request(desk: Desk) -> None:
    desk.state.fail("get", AssertionError("read"))
    desk.state.fail("head", AssertionError("read"))

    assert desk.announce() == {}


def test_what_lies_in_the_outbox_and_is_no_entry_is_passed_over(desk: Desk) -> None:
    desk.state.put("outbox/notes.txt", b"?")
    desk.state.put("outbox/20200101T0000Z/../x", b"?")
    desk.close()

    assert desk.announce() == {"delivered": 1}


def test_a_replay_sends_the_same_bytes_to_those_since_a_time(desk: Desk) -> None:
    desk.close(job_id=job_id(1))
    desk.announce()
    desk.clock.advance(3600)
    since = desk.clock.now()
    desk.close(job_id=job_id(2))
    desk.announce()
    desk.clock.advance(3600)

    found = list(outbox.remembered_since(since, state=desk.state))
    for notice, mark in found:
        outbox.enter_again(notice, mark, now=desk.clock.now(), state=desk.state)
    desk.announce()

    assert [notice.job_id for notice, _ in found] == [job_id(2)]
    assert desk.announcer.tries[-1] == desk.announcer.tries[-2]
    assert len(desk.announcer.tries) == 3


def test_a_replay_of_the_dead_empties_their_folder(desk: Desk) -> None:
    desk.announcer.answer(Receipt(410))
    desk.close()
    desk.announce()
    write_endpoint("community", EndpointState(), state=desk.state)

    for notice, mark in outbox.remembered_since(desk.clock.now(), state=desk.state):
        outbox.enter_again(notice, mark, now=desk.clock.now(), state=desk.state)

    assert desk.state.keys("dead/") == []
    assert desk.announce() == {"delivered": 1}
