"""Whatever comes in: a refusal in so many words, never a 5xx, never a crash, nothing stored."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from functions.cancel_job.handler import handler as cancel_job
from functions.drain_queue.handler import handler as drain_queue
from functions.ingest_upload.handler import handler as ingest_upload
from functions.paint_scene.handler import handler as paint_scene
from functions.paint_trip.handler import handler as paint_trip
from functions.read_job.handler import handler as read_job
from functions.receive_failure.handler import handler as receive_failure
from functions.record_output.handler import handler as record_output
from functions.review_job.handler import handler as review_job
from functions.send_announcements.handler import handler as send_announcements
from functions.show_poster.handler import handler as show_poster
from functions.store_result.handler import handler as store_result
from functions.submit_trip.handler import handler as submit_trip
from functions.sweep_jobs.handler import handler as sweep_jobs
from functions.task_callback.handler import handler as task_callback
from local.stack import MOUNT_BUCKET, ROOT, LocalStack, StackOptions
from shared import bootstrap, webhooks
from shared.adapters.bucket_job_store import BucketJobStore
from shared.bootstrap import stores
from shared.errors import BundleError
from tests.fakes.clock import FakeClock
from tests.fakes.invoker import FakeInvoker
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.workflow_queue import FakeWorkflowQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Handler = Callable[[bytes, object], Any]

SECRET = "whsec_" + base64.b64encode(b"c" * 32).decode()
JOB = "j" + "a" * 31
SAMPLE = json.loads((ROOT / "examples" / "trips" / "may_day.json").read_bytes())
HTTP: dict[str, tuple[Handler, str, str]] = {
    "submit": (submit_trip, "/v1/trips", "driver"),
    "read": (read_job, f"/v1/jobs/{JOB}", "driver"),
    "cancel": (cancel_job, f"/v1/jobs/{JOB}/cancel", "driver"),
    "review": (review_job, f"/v1/jobs/{JOB}/review", "reviewer"),
    "callback": (task_callback, "/v1/callbacks/tasks", "driver"),
    "poster": (show_poster, f"/v1/posters/{JOB}", "driver"),
}
EVENTS: dict[str, Handler] = {
    "paint_trip": paint_trip,
    "paint_scene": paint_scene,
    "store_result": store_result,
    "record_output": record_output,
    "receive_failure": receive_failure,
    "ingest_upload": ingest_upload,
}
TIMERS: dict[str, Handler] = {
    "sweep": sweep_jobs,
    "drain": drain_queue,
    "announce": send_announcements,
}
_CATALOGUE = "input/vehicles/catalogue.json"
_DEEP = "[" * 200_000
_some = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Place:
    """What the handlers work on, and all that is stored there."""

    def __init__(self, stack: LocalStack) -> None:
        self.clock = FakeClock()
        self.state, self.mount = FakeObjectStore(self.clock), FakeObjectStore(self.clock)
        self.jobs = BucketJobStore(self.state, clock=self.clock)
        listed = stack.objects.get(MOUNT_BUCKET, _CATALOGUE)[1]
        self.mount.put(_CATALOGUE, listed)
        self.queue, self.invoker = FakeWorkflowQueue(), FakeInvoker()
        self.tokens = {
            scope: stack.keys.token("driver-1", scope)
            for scope in ("driver", "reviewer", "service", "operator")
        }

    def stored(self) -> set[str]:
        """Return the keys of everything but the timers' own reports."""
        keys = {*self.state.objects, *self.mount.objects}
        return {key for key in keys if not key.startswith("control/")} - {_CATALOGUE}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    told = {"CALLBACK_SECRETS": SECRET}
    options = StackOptions(settings=told, timer_scale=1000.0)
    with LocalStack(tmp_path_factory.mktemp("hostile"), options) as running:
        yield running


@pytest.fixture
def place(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Put fakes behind the handlers; settings, tokens and the catalogue are real."""
    found = Place(stack)
    for name in ("clock", "state", "mount", "jobs", "queue", "invoker"):
        monkeypatch.setattr(bootstrap, name, lambda name=name: getattr(found, name))
    for name in ("clock", "state", "mount"):
        monkeypatch.setattr(stores, name, lambda name=name: getattr(found, name))
    return found


odd_text = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "",
            "\x00",
            "\ud800",
            "../../etc/passwd",
            "/absolute",
            "%2e%2e%2f",
            "长" * 341,
            "é",
            "1" * 5000,
            "a\r\nX-Evil: 1",
            _DEEP,
            '{"a":' * 5000,
        ]
    ),
)
odd_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**400), 10**400)
    | st.floats(allow_nan=False)
    | odd_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(odd_text, inner, max_size=4),
    max_leaves=12,
)
bodies = st.one_of(
    odd_text,
    odd_json.map(json.dumps),
    st.fixed_dictionaries(
        {}, optional={name: odd_json | st.just(value) for name, value in SAMPLE.items()}
    ).map(lambda fields: json.dumps({**SAMPLE, **fields})),
    st.dictionaries(
        st.sampled_from(["decision", "attempt", "seed", "style", "note", "task_id"]), odd_json
    ).map(json.dumps),
)


def event_of(path: object, headers: object, body: object, *, encoded: object = False) -> bytes:
    """Return an HTTP trigger's event."""
    return json.dumps(
        {
            "version": "v1",
            "rawPath": path,
            "body": body,
            "isBase64Encoded": encoded,
            "headers": headers,
            "queryParameters": {},
            "requestContext": {"http": {"method": "POST", "path": path}},
        }
    ).encode()


def refused(place: Place, handler: Handler, event: bytes) -> int:
    """Send it; a refusal must leave nothing. Return the status."""
    before = place.stored()
    answer = handler(event, SimpleNamespace())
    assert answer["statusCode"] < 500, answer
    if answer["statusCode"] >= 400:
        assert place.stored() == before
        assert answer["headers"]["Content-Type"] == "application/problem+json"
        answer["body"].encode()
    return int(answer["statusCode"])


@pytest.mark.parametrize("name", HTTP)
@_some
@example(b"")
@example(_DEEP.encode())
@example(b'{"version":"v1","requestContext":{},"body":"\\ud800"}')
@example('{"version":"v1","requestContext":{},"body":"é","isBase64Encoded":true}'.encode())
@given(event=st.binary(max_size=200) | odd_json.map(lambda value: json.dumps(value).encode()))
def test_an_event_that_is_no_request_is_refused(place: Place, name: str, event: bytes) -> None:
    assert 400 <= refused(place, HTTP[name][0], event) < 500


@pytest.mark.parametrize("name", HTTP)
@_some
@given(body=bodies, encoded=st.booleans(), extra=st.dictionaries(odd_text, odd_text, max_size=3))
def test_any_body_and_any_headers_are_answered(
    place: Place, name: str, body: str, extra: dict[str, str], *, encoded: bool
) -> None:
    handler, path, scope = HTTP[name]
    headers = {
        "Authorization": f"Bearer {place.tokens[scope]}",
        "Content-Type": "application/json",
        **extra,
    }
    refused(place, handler, event_of(path, headers, body, encoded=encoded))


@_some
@given(
    key=odd_text, media=odd_text, driver=odd_text, body=bodies, scope=st.sampled_from(["service"])
)
def test_any_key_driver_and_media_type_are_answered(
    place: Place, key: str, media: str, driver: str, body: str, scope: str
) -> None:
    headers = {
        "authorization": f"Bearer {place.tokens[scope]}",
        "idempotency-key": key,
        "x-driver-id": driver,
    }
    for kind in (media, "application/json", "text/plain"):
        sent = {**headers, "content-type": kind}
        refused(place, submit_trip, event_of("/v1/trips", sent, body))
        refused(place, submit_trip, event_of("/v1/trips", sent, json.dumps(SAMPLE)))


@pytest.mark.parametrize("name", [name for name in HTTP if name not in {"submit", "callback"}])
@_some
@given(segment=odd_text | odd_json, whole=st.booleans())
def test_any_path_is_answered(place: Place, name: str, segment: object, *, whole: bool) -> None:
    handler, path, scope = HTTP[name]
    path = segment if whole else path.replace(JOB, str(segment))  # type: ignore[assignment]
    headers = {"authorization": f"Bearer {place.tokens[scope]}", "content-type": "application/json"}
    body = json.dumps({"decision": "approve"})
    assert 400 <= refused(place, handler, event_of(path, headers, body)) < 500


@pytest.mark.parametrize("name", HTTP)
@_some
@given(token=odd_text, scheme=st.sampled_from(["Bearer ", "bearer ", "Basic ", "", "Bearer\x00"]))
@example(token="eyJhbGciOiJub25lIn0.e30.", scheme="Bearer ")
@example(token="eyJhbGciOlsxXX0.e30.AA", scheme="Bearer ")
@example(token="W10.e30.AA", scheme="Bearer ")
@example(token="eyJraWQiOnsiYSI6MX0sImFsZyI6IkVTMjU2In0.e30.AA", scheme="Bearer ")
def test_any_token_is_a_401(place: Place, name: str, token: str, scheme: str) -> None:
    handler, path, _ = HTTP[name]
    status = refused(place, handler, event_of(path, {"authorization": scheme + token}, "{}"))
    assert status in ({400, 404} if name == "poster" else {400, 401})


@_some
@given(body=bodies, signed=st.booleans(), headers=st.lists(odd_text, min_size=3, max_size=3))
def test_any_callback_is_a_401_or_does_nothing(
    place: Place, body: str, headers: list[str], *, signed: bool
) -> None:
    names = (webhooks.ID, webhooks.TIMESTAMP, webhooks.SIGNATURE)
    sent = dict(zip(names, headers, strict=True))
    raw = body.encode("utf-8", "replace")
    if signed:
        now = int(place.clock.now().timestamp())
        sent = webhooks.signed_headers("m1", now, raw, [SECRET])
    before = place.stored()
    text = base64.b64encode(raw).decode()
    status = refused(place, task_callback, event_of(HTTP["callback"][1], sent, text, encoded=True))
    assert status in ({202, 401} if signed else {400, 401})
    assert place.stored() == before


def quiet(place: Place, handler: Handler, event: bytes) -> None:
    """Run it; only the bundle's own errors may come out, and nothing may be stored."""
    before = place.stored()
    try:
        handler(event, SimpleNamespace())
    except BundleError as error:
        str(error).encode()
    assert {key for key in place.stored() - before if not key.startswith("dead/")} == set()
    assert place.invoker.started == []


@pytest.mark.parametrize("name", EVENTS)
@_some
@example(_DEEP.encode())
@example(json.dumps({"job_id": JOB}).encode())
@example(json.dumps({"task_id": f"{JOB}-1"}).encode())
@given(event=st.binary(max_size=200) | odd_json.map(lambda value: json.dumps(value).encode()))
def test_an_event_of_any_bytes_is_refused_by_the_bundles_own_errors(
    place: Place, name: str, event: bytes
) -> None:
    quiet(place, EVENTS[name], event)


KEYS = [
    "../output/x/task.json",
    "/output/x/task.json",
    "",
    "output/" + "长" * 335 + "/task.json",
    f"output%2F{JOB}-1%2Ftask.json",
    f"output/{JOB}-1/../{JOB}-2/task.json",
    f"output/{JOB}-1/task.json",
    f"output/{JOB}-0/task.json",
    "output/\x00/task.json",
    "output/\ud800/task.json",
]


@_some
@given(
    key=st.sampled_from(KEYS) | odd_text | odd_json,
    size=st.integers(-5, 10**30) | odd_json,
    bucket=odd_text,
)
def test_any_key_of_an_upload_is_refused_or_ignored(
    place: Place, key: object, size: object, bucket: str
) -> None:
    record = {
        "eventName": "ObjectCreated:PutObject",
        "oss": {"bucket": {"name": bucket}, "object": {"key": key, "size": size}},
    }
    quiet(place, record_output, json.dumps({"events": [record, record]}).encode())


@_some
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
    quiet(
        place,
        receive_failure,
        json.dumps({"requestContext": context, "requestPayload": payload}).encode(),
    )


@pytest.mark.parametrize("name", TIMERS)
@_some
@given(event=st.binary(max_size=100) | odd_json.map(lambda value: json.dumps(value).encode()))
def test_what_a_timers_event_says_does_not_matter(place: Place, name: str, event: bytes) -> None:
    quiet(place, TIMERS[name], event)


@_some
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
    drain_queue(b"", SimpleNamespace())
    place.clock.advance(3600)
    drain_queue(b"", SimpleNamespace())

    assert place.queue.sink == []
    kept = [key.partition("/")[0] for key in place.stored()]
    assert set(kept) <= {"dead"}
    assert place.invoker.started == []


def test_a_good_trip_is_still_accepted(place: Place) -> None:
    """Or all the refusals above would mean nothing."""
    headers = {
        "Authorization": f"Bearer {place.tokens['driver']}",
        "Content-Type": "application/json",
    }
    event = event_of("/v1/trips", headers, json.dumps(SAMPLE))
    assert refused(place, submit_trip, event) == 202
    assert any(key.startswith("jobs/") for key in place.stored())
