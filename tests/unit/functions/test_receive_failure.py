"""What the platform gave up on: kept for the operator, and its job looked at soon."""

from __future__ import annotations

import json
import re

import pytest

from functions.receive_failure.use_case import receive_failure
from shared.core import ids
from shared.core.errors import UpstreamUnavailableError
from shared.edge.events.failures import FailedInvocation
from shared.jobs.erasing import erase_record
from shared.jobs.record import JobName
from tests.fakes.jobs import JOB_ID
from tests.unit.functions.world import World


def given_up(world: World, payload: str, *, request_id: str = "1") -> str:
    context = {"functionArn": "acs:fc:r:1:functions/x", "requestId": request_id}
    failed = FailedInvocation.model_validate({"requestContext": context, "requestPayload": payload})
    return receive_failure(failed, jobs=world.jobs, dead=world.state)


def test_the_job_is_due_at_once_and_otherwise_untouched(world: World) -> None:
    record = world.submit()
    payload = json.dumps({"job_id": record.job_id})
    key = given_up(world, payload)

    assert record.job_id.encode() in world.state.objects[key].data
    assert world.record(record.job_id).version == record.version
    assert world.sweep().done == {"painted_again": 1}


def test_a_task_names_its_job(world: World) -> None:
    record = world.rendered()
    given_up(world, json.dumps({"task_id": record.task_id}))

    assert world.sweep().done == {"stored_again": 1}


def test_the_same_failure_again_does_not_make_the_job_due_again(world: World) -> None:
    record = world.submit()
    payload = json.dumps({"job_id": record.job_id})
    given_up(world, payload)
    world.sweep()
    given_up(world, payload)

    assert world.sweep().done == {}


def test_a_closed_jobs_failure_has_its_leftovers_removed(world: World) -> None:
    record = world.rendered()
    world.store(record.task_id)
    given_up(world, json.dumps({"task_id": record.task_id}))

    assert world.sweep().done == {"finished": 1}
    assert world.state.keys("open/") == []


def test_a_payload_about_nothing_of_ours_marks_nothing(world: World) -> None:
    given_up(world, '{"body": "a whole trip", "job_id": "j' + "z" * 31 + '"}')

    assert world.state.keys("open/") == []
    assert len(world.state.keys("dead/invocations/")) == 1


def test_of_an_erased_job_nothing_is_kept_and_what_is_left_of_it_is_looked_for(
    world: World,
) -> None:
    record = world.rendered()
    world.jobs.append(world.record(record.job_id).erased(now=world.clock.now()))
    world.jobs.unmark_open(record.job_id)

    assert given_up(world, json.dumps({"task_id": record.task_id})) == ""

    assert world.state.keys("dead/") == []
    assert world.state.keys("open/") == [ids.open_key(record.job_id)]


def test_what_is_kept_says_what_was_given_up_and_about_which_task(world: World) -> None:
    task = world.queued().task_id
    key = given_up(world, json.dumps({"task_id": task, "trip": {"caption": "暗号"}}))

    kept = world.state.objects[key]
    assert json.loads(kept.data) == {
        "function": "x",
        "condition": "",
        "request_id": "1",
        "subject": task,
    }
    assert kept.content_type == "application/json"
    assert re.fullmatch(r"dead/invocations/[0-9a-f]{32}\.json", key)
    assert given_up(world, json.dumps({"task_id": task})) == key
    assert given_up(world, json.dumps({"task_id": task}), request_id="2") != key


def test_a_job_is_due_before_its_failure_is_kept(world: World) -> None:
    record = world.submit()
    payload = json.dumps({"job_id": record.job_id})
    world.state.fail("put", UpstreamUnavailableError("down"), key="dead/")
    with pytest.raises(UpstreamUnavailableError):
        given_up(world, payload)
    assert [marker.is_due for marker in world.jobs.open_page().markers] == [True]

    given_up(world, payload)
    assert len(world.state.keys("dead/invocations/")) == 1


def test_of_an_erased_job_nothing_is_kept(world: World) -> None:
    record = world.submit()
    erase_record(JobName.of(record), now=world.clock.now(), jobs=world.jobs)

    assert given_up(world, json.dumps({"job_id": record.job_id})) == ""
    assert world.state.keys("dead/") == []


def test_an_unknown_job_is_not_marked(world: World) -> None:
    assert given_up(world, json.dumps({"job_id": JOB_ID}))
    assert world.state.keys("open/") == []
