"""Callbacks: signed as agreed or refused, and believed in nothing but the task's id."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.task_callback import handler as callback
from functions.task_callback.use_case import task_callback
from shared import bootstrap
from shared.core import ids, webhooks
from shared.jobs.record import JobStatus
from tests.fakes.jobs import JOB_ID
from tests.fakes.wired import wired
from tests.unit.functions.world import World, twice_at_once

if TYPE_CHECKING:
    from collections.abc import Iterator

OLD, NEW = ("whsec_" + base64.b64encode(byte * 32).decode() for byte in (b"o", b"n"))
STRANGER = "whsec_" + base64.b64encode(b"s" * 32).decode()


def told(world: World, task_id: str) -> bool:
    return wired(task_callback, world)(task_id)


def test_a_task_whose_output_is_there_is_done(world: World) -> None:
    record = world.queued()
    world.render(record.task_id)

    assert told(world, record.task_id)
    ended = world.record(record.job_id).ended
    assert ended is not None
    assert (ended.outcome, ended.source) == ("done", "callback")


def test_a_task_without_an_output_is_left_to_others(world: World) -> None:
    record = world.queued()
    before = world.snapshot()

    assert not told(world, record.task_id)
    assert world.snapshot() == before


@pytest.mark.parametrize("task_id", ["", "x", "../secret", f"{JOB_ID}-1", JOB_ID, "\ud800"])
def test_a_task_that_is_not_ours_changes_nothing(world: World, task_id: str) -> None:
    world.mount.put(ids.output_key(f"{JOB_ID}-1", "task.json"), b"{}")
    before = world.snapshot()

    assert not told(world, task_id)
    assert world.snapshot() == before


def test_a_callback_again_and_two_at_once_change_nothing(world: World) -> None:
    record = world.queued()
    world.render(record.task_id)
    twice_at_once(lambda: told(world, record.task_id))
    before = world.snapshot()
    told(world, record.task_id)

    assert world.snapshot() == before
    assert [each.function for each in world.invoker.started].count("store_result") == 1


@pytest.fixture
def served(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("CALLBACK_SECRETS", f"{OLD} {NEW}")
    bootstrap.reset()
    built = {"jobs": world.jobs, "mount": world.mount, "invoker": world.invoker}
    for name, port in {**built, "clock": world.clock}.items():
        monkeypatch.setattr(bootstrap, name, lambda port=port: port)
    yield world
    monkeypatch.undo()
    bootstrap.reset()


def post(body: bytes, headers: dict[str, str]) -> int:
    event = {
        "version": "v1",
        "headers": headers,
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
        "requestContext": {"http": {"method": "POST", "path": "/v1/callbacks/tasks"}},
    }
    answer: dict[str, Any] = callback.handler(json.dumps(event).encode(), None)
    return int(answer["statusCode"])


def signed(world: World, body: bytes, *secrets: str, age: int = 0) -> dict[str, str]:
    sent_at = int(world.clock.now().timestamp()) - age
    return webhooks.signed_headers("msg_1", sent_at, body, secrets or (NEW,))


@pytest.mark.parametrize("secrets", [(OLD,), (NEW,), (STRANGER, OLD)])
def test_each_of_the_secrets_is_good_while_one_replaces_the_other(
    served: World, secrets: tuple[str, ...]
) -> None:
    record = served.queued()
    served.render(record.task_id)
    body = json.dumps({"task_id": record.task_id, "status": "failed", "url": "http://x"}).encode()

    assert post(body, signed(served, body, *secrets)) == 202
    assert served.record(record.job_id).status is JobStatus.RENDERED


@pytest.mark.parametrize("age", [-301, 301, 10**9])
def test_a_stale_message_is_refused(served: World, age: int) -> None:
    assert post(b'{"task_id": "t"}', signed(served, b'{"task_id": "t"}', age=age)) == 401


@pytest.mark.parametrize("age", [-300, 0, 300])
def test_a_message_within_five_minutes_is_not_stale(served: World, age: int) -> None:
    assert post(b'{"task_id": "t"}', signed(served, b'{"task_id": "t"}', age=age)) == 202


def test_another_body_secret_or_id_is_refused(served: World) -> None:
    body = b'{"task_id": "t"}'
    headers = signed(served, body)
    assert post(body + b" ", headers) == 401
    assert post(body, signed(served, body, STRANGER)) == 401
    assert post(body, {**headers, "webhook-id": "msg_2"}) == 401


def test_the_raw_bytes_are_signed_whatever_they_are(served: World) -> None:
    body = '{"task_id": "行程\\u0000", "x": '.encode() + b'"\xc3\xa9"}'
    assert post(body, signed(served, body)) == 202


def test_without_secrets_no_callback_is_taken(
    served: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLBACK_SECRETS", "")
    bootstrap.callback_settings.cache_clear()
    assert post(b"{}", signed(served, b"{}")) == 401


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.binary(max_size=60) | st.just(b'{"task_id": 7}') | st.just(b'{"task_id": "t"'),
    good=st.booleans(),
    header=st.sampled_from(["", "webhook-id", "webhook-timestamp", "webhook-signature"]),
    # Half a surrogate pair is no text, and no event of FC: a 400, as for every function.
    value=st.text(max_size=30, alphabet=st.characters(exclude_categories=["Cs"])),
)
def test_malformed_unsigned_and_unreadable_alike_are_401_and_never_500(
    served: World, body: bytes, good: bool, header: str, value: str
) -> None:
    headers = signed(served, body) if good else {}
    if header:
        headers[header] = value

    assert post(body, headers) == 401
