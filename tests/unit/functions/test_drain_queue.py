"""The drain: every message is recorded, discarded, buried or left waiting, and none is lost."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from functions.drain_queue.schema import task_end
from shared.core import ids
from shared.core.errors import UpstreamUnavailableError
from shared.jobs.closing import fail
from shared.jobs.control import read_control
from shared.jobs.erasing import erase_record
from shared.jobs.record import Failure, JobName, JobStatus
from shared.ports import SinkMessage
from tests.fakes.jobs import JOB_ID
from tests.fakes.workflow_queue import FakeWorkflowQueue
from tests.unit.functions.world import GRACE_SECONDS, World

if TYPE_CHECKING:
    from structlog.typing import EventDict

OUTPUTS = b'[{"9": {"images": []}}]'


def test_an_idle_system_is_left_alone_after_a_look(world: World) -> None:
    world.queue.fail("depth", AssertionError("asked although nothing is open"))

    assert set(world.drain().summary().values()) == {0}
    assert read_control(world.state).queues is None


def test_an_empty_sink_with_work_in_flight_still_reports_lengths(world: World) -> None:
    world.queued()
    drained = world.drain()

    assert drained.depth is not None
    assert drained.depth.waiting == 1
    reported = read_control(world.state).queues
    assert reported is not None
    assert (reported.waiting, reported.results) == (1, 0)


def test_a_cached_run_without_events_is_a_good_end(world: World) -> None:
    record = world.queued()
    world.mount.put(ids.output_key(record.task_id, "task.json"), b"{}")
    world.queue.finish(record.task_id, OUTPUTS)

    assert world.drain().recorded == 1
    assert _ended(world, record.job_id) == "done"


def test_a_message_again_changes_nothing_and_is_taken_away(world: World) -> None:
    record = world.queued()
    world.render(record.task_id)
    again = world.queue.sink[0]
    assert world.drain().summary() == {
        "recorded": 1,
        "discarded": 0,
        "dead": 0,
        "late": 0,
        "left": 0,
        "queue_waiting": 0,
        "queue_results": 1,
        "queue_results_limit": 1000,
        "queue_payload_limit": 0,
    }
    before = world.record(record.job_id)
    world.queue.sink.append(again)
    world.mount.fail("head", AssertionError("a request more"))

    assert world.drain().recorded == 1
    assert world.queue.sink == []
    assert world.record(record.job_id) == before


def test_an_output_that_is_named_and_not_there_yet_is_waited_for(world: World) -> None:
    record = world.queued()
    world.queue.finish(record.task_id, OUTPUTS)
    assert world.drain().late == 1
    world.clock.advance(GRACE_SECONDS - 1)
    assert world.drain().late == 1
    assert len(world.queue.sink) == 1
    world.mount.put(ids.output_key(record.task_id, "task.json"), b"{}")

    assert world.drain().recorded == 1
    assert world.queue.sink == []
    assert world.state.keys("late/") == []
    assert _ended(world, record.job_id) == "done"


def test_an_output_that_never_appears_fails_the_task_and_says_so(world: World) -> None:
    record = world.queued()
    world.queue.finish(record.task_id, OUTPUTS)
    world.drain()
    world.clock.advance(GRACE_SECONDS)

    assert world.drain().recorded == 1
    ended = world.record(record.job_id).ended
    assert ended is not None
    assert (ended.outcome, ended.reason) == ("failed", "output never appeared")
    assert world.state.keys("late/") == []


def test_a_message_in_its_grace_keeps_none_behind_it_waiting(world: World) -> None:
    late = world.queued()
    for number in range(25):
        world.queue.add_result(late.task_id if not number else f"stranger-{number}", OUTPUTS)
    done = world.submit(key="other").job_id
    world.paint(done)
    task = world.scene(done).task_id
    world.mount.put(ids.output_key(task, "task.json"), b"{}")
    world.queue.finish(task, OUTPUTS)

    drained = world.drain()

    assert (drained.late, drained.dead, drained.recorded) == (1, 24, 1)
    assert [message.task_id for message in world.queue.sink] == [late.task_id]


def test_a_failure_of_a_task_that_has_written_everything_counts_as_done(world: World) -> None:
    record = world.queued()
    world.mount.put(ids.output_key(record.task_id, "task.json"), b"{}")
    world.queue.finish(record.task_id, b"killed", code=500)
    world.drain()

    assert _ended(world, record.job_id) == "done"


@pytest.mark.parametrize(
    ("task_id", "body"),
    [
        ("", b"\xff\xfe not text"),
        ("txt2img_0", OUTPUTS),
        (f"{JOB_ID}-1", OUTPUTS),
        ("../../etc/passwd", b"{}"),
        ("\ud800", b"{}"),
    ],
)
def test_what_is_nobodys_is_buried_with_bytes_and_reason(
    world: World, task_id: str, body: bytes
) -> None:
    world.queue.add_result(task_id, body)
    (message,) = world.queue.sink

    assert world.drain().dead == 1
    buried, why = world.state.keys("dead/sink/")
    assert re.fullmatch(rf"dead/sink/{message.index:012d}-[0-9a-f]{{16}}/body", buried)
    assert world.state.objects[buried].data == body
    reason = "there is no job" if JOB_ID in task_id else "the task id is not one of ours"
    note = json.loads(world.state.objects[why].data)
    assert note.pop("reason").startswith(reason)
    assert note == {"task_id": task_id, "code": 200}
    assert world.queue.sink == []
    world.queue.sink.append(message)
    assert world.drain().dead == 1
    assert world.state.keys("dead/") == [buried, why]


def test_an_attempt_that_was_never_begun_is_nobodys(world: World) -> None:
    record = world.queued()
    world.queue.add_result(ids.task_id(record.job_id, 2), OUTPUTS)

    assert world.drain().dead == 1


def test_of_an_erased_job_no_message_is_kept(world: World) -> None:
    record = world.queued()
    erase_record(JobName.of(record), now=world.clock.now(), jobs=world.jobs)
    for attempt in (1, 2):
        world.queue.add_result(ids.task_id(record.job_id, attempt), OUTPUTS)

    assert world.drain().discarded == 2
    assert world.state.keys("dead/") == []


def test_what_an_end_is_appended_to_is_not_read_twice(world: World) -> None:
    record = world.queued()
    world.render(record.task_id)
    following = ids.record_key(record.job_id, record.version + 1)
    world.state.fail("get", AssertionError("a request more"), key=following)

    assert world.drain().recorded == 1


def test_a_message_that_nothing_can_be_done_about_is_kept_for_an_operator(world: World) -> None:
    task = world.queued().task_id
    world.render(task)
    (message,) = world.queue.sink
    world.invoker.fail(RuntimeError("a bug"), times=99)
    # Tried, then at rest.
    assert [world.drain().left, world.drain().left] == [1, 1]
    drained = []
    for _ in range(12):
        world.clock.advance(1800)
        drained.append(world.drain())

    assert [each.dead for each in drained].count(1) == 1
    assert world.queue.sink == []
    assert world.state.objects[f"dead/results/{task}.body"].data == message.body
    note = json.loads(world.state.objects[f"dead/results/{task}.json"].data)
    assert note["task_id"] == task


def test_nothing_is_deleted_before_it_is_buried(world: World) -> None:
    world.queue.add_result("stranger", b"{}")
    world.state.fail("put", UpstreamUnavailableError("down"), key="dead/")

    assert world.drain().left == 1
    assert len(world.queue.sink) == 1


def test_a_message_that_cannot_be_recorded_now_is_left_and_others_are_not(world: World) -> None:
    first = world.queued()
    world.render(first.task_id)
    world.queue.add_result("stranger", b"{}")
    world.invoker.fail(UpstreamUnavailableError("busy"), function="store_result")

    drained = world.drain()

    assert (drained.left, drained.dead) == (1, 1)
    world.clock.advance(60)
    assert world.drain().recorded == 1
    assert [each.function for each in world.invoker.started].count("store_result") == 1


def test_a_job_whose_record_cannot_be_read_does_not_block_the_sink(world: World) -> None:
    record = world.queued()
    world.render(record.task_id)
    world.state.put(ids.record_key(record.job_id, record.version + 1), b"{}")

    assert world.drain().dead == 1
    assert world.queue.sink == []
    why = world.state.keys("dead/sink/")[1]
    assert json.loads(world.state.objects[why].data)["reason"] == "UnreadableRecordError"


def test_results_of_closed_jobs_are_discarded_and_counted(world: World) -> None:
    record = world.queued()
    fail(record.job_id, Failure(code="x", detail="y"), jobs=world.jobs, clock=world.clock)
    world.render(record.task_id)

    drained = world.drain()

    assert (drained.discarded, drained.recorded) == (1, 0)
    assert world.record(record.job_id).status is JobStatus.FAILED


@pytest.mark.parametrize(
    ("count", "limit", "event"),
    [
        (4, 10, ""),
        (5, 10, "sink.filling"),
        (7, 10, "sink.filling"),
        (8, 10, "sink.nearly_full"),
        (8, 0, ""),
    ],
)
def test_a_filling_sink_is_told_long_before_it_is_full(
    world: World, count: int, limit: int, event: str, log_lines: list[EventDict]
) -> None:
    world.queue = FakeWorkflowQueue(results_limit=limit)
    for number in range(count):
        world.queue.add_result(f"stranger-{number}", b"{}")
    world.drain()

    told = [line for line in log_lines if line["event"] in {"sink.filling", "sink.nearly_full"}]
    assert [line["event"] for line in told] == [event] * bool(event)
    assert [(line["results"], line["limit"]) for line in told] == [(count, limit)] * bool(event)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>502</html>", "service answered 500: unreadable"),
        (b"[" * 100_000, "service answered 500: unreadable"),
        (b'{"error": {"type": "prompt_outputs_failed_validation"}}', "failed_validation"),
        (b'{"data": {"exception_type": "a.b.OutOfMemory", "node_type": "K"}}', "OutOfMemory in K"),
        (b'{"data": {"exception_type": "\\ud800", "node_type": ["K"]}}', "? in "),
    ],
)
def test_an_error_is_told_by_its_type_alone(body: bytes, reason: str) -> None:
    end = task_end(SinkMessage(1, "t", body, code=500))

    assert end.outcome == "failed"
    assert reason in end.reason
    assert end.model_dump_json()


def _ended(world: World, job_id: str) -> str:
    ended = world.record(job_id).ended
    return ended.outcome if ended else ""
