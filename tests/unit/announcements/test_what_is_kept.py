"""What is sent, kept and remembered of a message, to the byte and to the minute."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from structlog.contextvars import get_contextvars
from structlog.testing import capture_logs

from local.cloud.ram.guard import read_guard
from local.cloud.ram.policy import Request
from shared.announcements import outbox, schedule
from shared.announcements.endpoints import EndpointState, read_endpoint, write_endpoint
from shared.announcements.events import Event, Notice
from shared.core.errors import UpstreamUnavailableError
from shared.jobs.record import JobStatus
from shared.jobs.shares import withdraw
from shared.observability import log
from shared.ports import Receipt
from tests.architecture.source_files import ROOT
from tests.fakes.announcer import FakeAnnouncer
from tests.fakes.jobs import JOB_ID
from tests.unit.announcements.desk import MINUTE, Desk

if TYPE_CHECKING:
    from collections.abc import Callable

NOTICE = Notice(Event.READY, JOB_ID, 1)
READY = NOTICE.message_id
DEAD = f"dead/announcements/{READY}.json"
GONE = "the endpoint has said it is gone"


def mark(desk: Desk) -> outbox.Mark:
    found = outbox.mark_of(NOTICE, state=desk.state)
    assert found is not None
    return found


def kept(desk: Desk) -> dict[str, Any]:
    """Return the note for the operator, whose form is part of the runbook."""
    stored = desk.state.objects[DEAD]
    note: dict[str, Any] = json.loads(stored.data)
    assert stored.content_type == "application/json"
    assert stored.data == json.dumps(note, ensure_ascii=False, sort_keys=True).encode()
    return note


def test_what_is_sent_are_the_bytes_that_are_remembered(desk: Desk) -> None:
    desk.close()
    desk.announce()

    (sent,) = desk.announcer.tries
    assert json.loads(sent.body)["type"] == "poster.ready"
    assert sent.body == mark(desk).body.encode()
    assert (mark(desk).state, mark(desk).tries) == ("delivered", 1)
    assert desk.state.keys("outbox/") == []


@pytest.mark.parametrize(
    ("status", "failures"),
    [
        *((status, 0) for status in (200, 201, 299)),
        *((status, 2) for status in (199, 300, 301, 404, 418, 499)),
        *((status, 3) for status in (0, 408, 425, 429, 500, 501, 599)),
    ],
)
def test_an_answer_says_of_the_endpoint_what_it_should(
    desk: Desk, status: int, failures: int
) -> None:
    write_endpoint("community", EndpointState(failures=2), state=desk.state)
    desk.announcer.answer(Receipt(status))
    desk.close()

    assert desk.announce() == {"delivered" if failures == 0 else "refused": 1}
    assert read_endpoint("community", state=desk.state).failures == failures


@pytest.mark.parametrize("asked", [None, 20 * MINUTE])
def test_each_next_try_is_where_the_schedule_has_it(desk: Desk, asked: int | None) -> None:
    """Also where the endpoint as such is not at rest: a 404 is about this message."""
    pause = None if asked is None else timedelta(seconds=asked)
    desk.close()
    for number in (1, 2, 3):
        desk.clock.advance(8 * 3600)
        desk.announcer.answer(Receipt(404, pause))
        assert desk.announce() == {"refused": 1}
        due = schedule.next_try(
            READY,
            number,
            entered_at=mark(desk).entered_at,
            now=desk.clock.now(),
            retry_after=pause,
        )
        assert due is not None
        (key,) = desk.state.keys("outbox/")
        assert key == outbox.Entry(outbox.minute_after(due), NOTICE, number).key == mark(desk).next
        assert (desk.state.objects[key].data, desk.state.objects[key].content_type) == (
            b"",
            "text/plain",
        )
        assert mark(desk).tries == number


def test_of_an_endpoint_that_is_gone_each_message_is_kept_whole(desk: Desk) -> None:
    desk.announcer.answer(Receipt(410))
    desk.close()
    desk.announce()

    assert kept(desk) == {
        "reason": GONE,
        "tries": 1,
        "at": mark(desk).at.isoformat(),
        "body": mark(desk).body,
    }
    assert (mark(desk).state, mark(desk).reason) == ("dead", GONE)
    assert desk.state.keys("outbox/") == []


def test_a_message_to_an_endpoint_that_has_gone_before_says_so(desk: Desk) -> None:
    write_endpoint("community", EndpointState(disabled=True), state=desk.state)
    desk.close()

    assert desk.announce() == {"dead": 1}
    assert (kept(desk)["reason"], kept(desk)["tries"], kept(desk)["body"]) == (GONE, 0, "")


def test_a_message_waits_for_an_endpoint_at_rest_for_three_days_and_not_a_second_more(
    desk: Desk,
) -> None:
    desk.close()
    resting = EndpointState(failures=9, blocked_until=desk.clock.now() + 9 * schedule.LASTS)
    write_endpoint("community", resting, state=desk.state)
    entry = outbox.entry_of(desk.state.keys("outbox/")[0])
    assert entry is not None
    left = entry.due + schedule.LASTS - desk.clock.now()
    desk.clock.advance(left.total_seconds() - 1)
    assert desk.announce() == {"put_off": 1}
    desk.clock.advance(1)

    assert desk.announce() == {"dead": 1}
    assert kept(desk)["reason"] == "the endpoint was not there for three days"


def test_a_message_that_cannot_be_dealt_with_is_kept_and_leaves_the_outbox(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.close()
    loads: list[str] = []

    def broken(job_id: str) -> None:
        loads.append(job_id)
        msg = "a bug"
        raise UpstreamUnavailableError(msg) if len(loads) == 1 else RuntimeError(msg)

    monkeypatch.setattr(desk.jobs, "load", broken)
    outcomes = []
    while desk.state.keys("outbox/"):
        desk.clock.advance(10 * MINUTE)
        outcomes.append(dict(desk.announce()))
        assert len(outcomes) < 50

    assert outcomes[-1] == {"set_aside": 1}
    assert kept(desk)["reason"] == "RuntimeError"
    assert kept(desk)["tries"] == mark(desk).tries == len(loads) > 1
    assert mark(desk).state == "dead"
    assert desk.state.keys("dead/") == [DEAD]
    assert desk.state.keys("tries/") == []


def test_an_endpoint_that_may_not_be_called_counts_as_one_that_does_not_answer(desk: Desk) -> None:
    desk.announcer = FakeAnnouncer(endpoints=("backend",))
    desk.close()

    assert desk.announce() == {"refused": 1}
    assert read_endpoint("community", state=desk.state).failures == 1


@pytest.mark.parametrize(("status", "event"), [(204, "delivered"), (503, "refused")])
def test_the_line_of_a_try_names_message_status_and_number(
    desk: Desk, status: int, event: str
) -> None:
    desk.announcer.answer(Receipt(status))
    desk.close()
    with capture_logs() as lines:
        desk.announce()

    (line,) = [each for each in lines if each["event"] == f"announcement.{event}"]
    told = {"message_id": READY, "status": status, "tries": 1}
    assert {name: line[name] for name in told} == told


def test_a_message_whose_job_is_not_there_is_dropped(desk: Desk) -> None:
    desk.close()
    for key in desk.state.keys(f"jobs/{JOB_ID}/"):
        desk.state.delete(key)

    assert desk.announce() == {"dropped": 1}
    assert mark(desk).state == "dropped"
    assert desk.state.keys("outbox/") == []


def test_a_message_that_is_no_longer_true_is_dropped_and_remembered(desk: Desk) -> None:
    desk.close()
    withdraw(JOB_ID, jobs=desk.jobs, clock=desk.clock)

    assert desk.announce()["dropped"] == 1
    assert mark(desk).state == "dropped"


def test_the_message_of_an_erased_job_is_dropped_and_forgotten(desk: Desk) -> None:
    job = desk.close()
    desk.record(job.erased(now=desk.clock.now()))

    assert desk.announce() == {"dropped": 1}
    assert outbox.mark_of(NOTICE, state=desk.state) is None


def test_the_role_may_delete_all_that_is_forgotten_of_an_erased_job(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, deleted, plain = desk.close(), list[str](), desk.state.delete
    desk.record(job.erased(now=desk.clock.now()))

    def delete(key: str) -> None:
        deleted.append(key)
        plain(key)

    monkeypatch.setattr(desk.state, "delete", delete)
    desk.announce()

    assert {READY, f"{READY}.json"} <= {key.rpartition("/")[2] for key in deleted}
    guard = read_guard(ROOT / "deploy" / "ram")
    for key in deleted:
        request = Request("oss:DeleteObject", f"acs:oss:*:*:trip-poster-state/{key}")
        assert guard("local-key-of-send_announcements", request), key


@pytest.mark.parametrize("there", [True, False])
def test_the_lines_about_a_message_bear_its_job_and_trace(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    seen: list[dict[str, Any]] = []

    def watched(call: Callable[..., Any]) -> Callable[..., Any]:
        def watching(*arguments: Any, **named: Any) -> Any:
            seen.append({k: v for k, v in get_contextvars().items() if k != "function"})
            return call(*arguments, **named)

        return watching

    job = desk.bring(JobStatus.SUCCEEDED, trace_id="c0ffee" * 5 + "aa")
    outbox.enter(NOTICE, at=desk.clock.now(), state=desk.state)
    if not there:
        for key in desk.state.keys(f"jobs/{JOB_ID}/"):
            desk.state.delete(key)
    log.begin()
    monkeypatch.setattr(desk.announcer, "announce", watched(desk.announcer.announce))
    monkeypatch.setattr(outbox, "remember", watched(outbox.remember))
    desk.announce()

    told = {"job_id": JOB_ID, "trace_id": job.trace_id} if there else {"job_id": JOB_ID}
    assert seen
    assert [line for line in seen if line != told] == []
