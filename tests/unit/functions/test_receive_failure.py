"""What the platform gave up on: kept for the operator, and its job looked at soon."""

from __future__ import annotations

import json

from functions.receive_failure.use_case import receive_failure
from shared.core import ids
from shared.edge.events.failures import FailedInvocation
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
