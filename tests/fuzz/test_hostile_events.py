"""Whatever comes in as an event: the bundle's own errors, never a crash, nothing stored."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.fuzz.odd import (
    DEEP,
    ERASURE,
    JOB,
    UPLOAD,
    keys_behind,
    odd_json,
    odd_text,
    some,
    uploaded_event,
)
from tests.fuzz.table import EVENTS, OBJECTS, TIMERS

if TYPE_CHECKING:
    from tests.fuzz.conftest import Place

any_bytes = st.binary(max_size=200) | odd_json.map(lambda value: json.dumps(value).encode())
# What a function may write of an upload: what became of it, and that there is one to be read.
_OF_UPLOADS = ("uploads/", "open-uploads/", "driver-uploads/", "dead/")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


@pytest.mark.parametrize("name", EVENTS)
@some
@example(DEEP.encode())
@example(json.dumps({"job_id": JOB}).encode())
@example(json.dumps({"task_id": f"{JOB}-1"}).encode())
@example(json.dumps({"erasure_id": ERASURE}).encode())
@example(json.dumps({"upload_id": UPLOAD}).encode())
@example(json.dumps({"campaign": "winter-2099", "phase": "send", "shard": 0}).encode())
@example(json.dumps({"campaign": "winter-2026", "phase": "plan", "shard": 10**9}).encode())
@example(json.dumps({"triggerTime": "x", "payload": {}}).encode())
@given(event=any_bytes)
def test_an_event_of_any_bytes_is_refused_by_the_bundles_own_errors(
    place: Place, name: str, event: bytes
) -> None:
    place.quiet(EVENTS[name], event)


@some
@given(
    order=st.fixed_dictionaries(
        {"campaign": odd_text | st.just("winter-2026")},
        optional={"phase": st.sampled_from(["plan", "send"]) | odd_json, "shard": odd_json},
    )
)
def test_any_order_of_a_season_is_refused(place: Place, order: dict[str, object]) -> None:
    place.quiet(EVENTS["regenerate_season"], json.dumps(order).encode())


@pytest.mark.parametrize("name", OBJECTS)
@some
@given(data=st.data(), size=st.integers(-5, 10**30) | odd_json, bucket=odd_text | odd_json)
def test_any_key_of_an_object_is_refused_or_ignored(
    place: Place, name: str, data: st.DataObject, size: object, bucket: object
) -> None:
    handler, prefix, ending = OBJECTS[name]
    tasks = [f"output/{JOB}-{n}/task.json" for n in (0, 1, 99_999)]
    known = st.sampled_from([*keys_behind(prefix, ending), *tasks])
    event = uploaded_event(data.draw(known | odd_text | odd_json), size=size, bucket=bucket)
    # An upload whose name says no vehicle is reported on, whatever the name.
    place.quiet(handler, event, may="uploads/reports/vehicles/_misnamed/")


@pytest.mark.parametrize("name", OBJECTS)
@some
@given(
    data=st.data(),
    body=st.binary(max_size=300) | odd_text.map(lambda t: t.encode("utf-8", "replace")),
)
def test_an_object_of_any_bytes_under_any_key_does_no_harm(
    place: Place, name: str, data: st.DataObject, body: bytes
) -> None:
    """The object is there; whatever is written of it stays where reports and cursors are."""
    handler, prefix, ending = OBJECTS[name]
    odd = [key for key in keys_behind(prefix, ending) if key and "\ud800" not in key]
    good = f"{prefix}a/b/c{ending}" if name != "record_output" else f"output/{JOB}-1/task.json"
    key = data.draw(st.sampled_from([*odd, good]))
    place.mount.put(key, body)
    place.quiet(handler, uploaded_event(key, size=len(body)), may=_OF_UPLOADS)


@some
@given(
    payload=odd_text | st.just(json.dumps({"job_id": JOB})),
    arn=odd_text,
    condition=odd_text,
    request_id=odd_text,
)
def test_any_failure_notice_is_kept_without_what_it_was_about(
    place: Place, payload: str, arn: str, condition: str, request_id: str
) -> None:
    context = {"functionArn": arn, "condition": condition, "requestId": request_id}
    notice = json.dumps({"requestContext": context, "requestPayload": payload}).encode()
    place.quiet(EVENTS["receive_failure"], notice)


@pytest.mark.parametrize("name", TIMERS)
@some
@given(event=any_bytes)
def test_what_a_timers_event_says_does_not_matter(place: Place, name: str, event: bytes) -> None:
    place.quiet(TIMERS[name], event)


@some
@given(
    task=st.sampled_from([f"{JOB}-1", "", "x", f"{JOB}-0"]) | odd_text,
    body=st.binary(max_size=300) | odd_json.map(lambda value: json.dumps(value).encode()),
    code=st.integers(-(10**6), 10**6),
    tags=st.dictionaries(odd_text, odd_text, max_size=3),
)
def test_any_message_in_the_sink_is_taken_away_and_what_is_not_ours_is_kept_as_dead(
    place: Place, task: str, body: bytes, code: int, tags: dict[str, str]
) -> None:
    place.queue.add_result(task, body, code=code, tags=tags)
    TIMERS["drain_queue"](b"", SimpleNamespace())
    place.clock.advance(3600)
    TIMERS["drain_queue"](b"", SimpleNamespace())

    assert place.queue.sink == []
    kept = [key.partition("/")[0] for key in place.stored()]
    assert set(kept) <= {"dead"}
    assert place.invoker.started == []
