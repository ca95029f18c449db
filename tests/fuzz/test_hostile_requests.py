"""Whatever is asked: a refusal in so many words, never a 5xx, never a crash, nothing stored."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared import bootstrap
from shared.core import ids, webhooks
from shared.jobs.record import JobStatus
from tests.fakes.jobs import a_job_in
from tests.fuzz.conftest import SECRET
from tests.fuzz.odd import (
    DEEP,
    ERASURE,
    JOB,
    SAMPLE,
    bodies,
    event_of,
    odd_json,
    odd_keys,
    odd_text,
    some,
)
from tests.fuzz.table import HTTP

if TYPE_CHECKING:
    from tests.fuzz.conftest import Place

JSON = {"Content-Type": "application/json"}
WITH_AN_ID = [name for name, route in HTTP.items() if JOB in route.path or ERASURE in route.path]


def bearer(place: Place, scope: str) -> dict[str, str]:
    return {"authorization": f"Bearer {place.tokens[scope]}"}


@pytest.mark.parametrize("name", HTTP)
@some
@example(b"")
@example(DEEP.encode())
@example(b'{"version":"v1","requestContext":{},"body":"\\ud800"}')
@example('{"version":"v1","requestContext":{},"body":"é","isBase64Encoded":true}'.encode())
@given(event=st.binary(max_size=200) | odd_json.map(lambda value: json.dumps(value).encode()))
def test_an_event_that_is_no_request_is_refused(place: Place, name: str, event: bytes) -> None:
    assert 400 <= place.refused(HTTP[name].handler, event) < 500


@pytest.mark.parametrize("name", HTTP)
@some
@given(body=bodies, encoded=st.booleans(), extra=st.dictionaries(odd_text, odd_text, max_size=3))
def test_any_body_and_any_headers_are_answered(
    place: Place, name: str, body: str, extra: dict[str, str], *, encoded: bool
) -> None:
    handler, method, path, scope = HTTP[name]
    headers = {**JSON, **bearer(place, scope), **extra}
    place.refused(handler, event_of(path, headers, body, method=method, encoded=encoded))


@pytest.mark.parametrize("name", HTTP)
@some
@given(
    query=st.dictionaries(st.sampled_from(["cursor", "limit", "x"]) | odd_text, odd_text)
    | odd_json,
    scope=st.sampled_from(["driver", "service", "reviewer", "operator"]),
    driver=odd_text,
    match=odd_text,
)
def test_any_query_scope_driver_and_condition_are_answered(
    place: Place, name: str, query: object, scope: str, driver: str, match: str
) -> None:
    handler, method, path, _ = HTTP[name]
    headers = {**bearer(place, scope), "x-driver-id": driver, "if-none-match": match}
    place.refused(handler, event_of(path, headers, "", method=method, query=query))


@pytest.mark.parametrize("name", ["submit_trip", "repaint_job", "change_share", "erase_driver"])
@some
@given(key=odd_text, media=odd_text, driver=odd_text, body=bodies)
def test_any_key_driver_and_media_type_are_answered(
    place: Place, name: str, key: str, media: str, driver: str, body: str
) -> None:
    handler, method, path, _ = HTTP[name]
    headers = {**bearer(place, "service"), "idempotency-key": key, "x-driver-id": driver}
    for kind in (media, "application/json", "text/plain"):
        sent = {**headers, "content-type": kind}
        for each in (body, json.dumps(SAMPLE)):
            place.refused(handler, event_of(path, sent, each, method=method))


@pytest.mark.parametrize("name", WITH_AN_ID)
@some
@given(segment=odd_text | odd_json | st.sampled_from(odd_keys), whole=st.booleans())
def test_any_path_is_answered(place: Place, name: str, segment: object, *, whole: bool) -> None:
    handler, method, path, scope = HTTP[name]
    odd = path.replace(JOB, str(segment)).replace(ERASURE, str(segment))
    headers = {**JSON, **bearer(place, scope)}
    body = json.dumps({"share": True} if name == "change_share" else {"decision": "approve"})
    event = event_of(segment if whole else odd, headers, body, method=method)
    assert 400 <= place.refused(handler, event) < 500


@pytest.mark.parametrize("name", [name for name in WITH_AN_ID if JOB in HTTP[name].path])
@some
@given(
    body=bodies | st.sampled_from(['{"share": true}', '{"style": "ink_wash"}', "{}"]),
    key=odd_text,
    status=st.sampled_from(JobStatus),
)
def test_anything_about_a_real_job_is_answered(
    place: Place, name: str, body: str, key: str, status: JobStatus
) -> None:
    handler, method, path, scope = HTTP[name]
    whose = ids.driver_key(bootstrap.id_key(), tenant="default", driver="driver-1")
    place.state.objects.clear()
    assert place.jobs.append(
        a_job_in(status).model_copy(update={"tenant": "default", "driver_key": whose})
    )
    headers = {**JSON, **bearer(place, scope), "idempotency-key": key}
    place.refused(handler, event_of(path, headers, body, method=method))


@pytest.mark.parametrize("name", HTTP)
@some
@given(token=odd_text, scheme=st.sampled_from(["Bearer ", "bearer ", "Basic ", "", "Bearer\x00"]))
@example(token="eyJhbGciOiJub25lIn0.e30.", scheme="Bearer ")
@example(token="eyJhbGciOlsxXX0.e30.AA", scheme="Bearer ")
@example(token="W10.e30.AA", scheme="Bearer ")
@example(token="eyJraWQiOnsiYSI6MX0sImFsZyI6IkVTMjU2In0.e30.AA", scheme="Bearer ")
def test_any_token_is_a_401(place: Place, name: str, token: str, scheme: str) -> None:
    handler, method, path, _ = HTTP[name]
    event = event_of(path, {"authorization": scheme + token}, "{}", method=method)
    status = place.refused(handler, event)
    assert status in ({400, 404} if name == "show_poster" else {400, 401})


@some
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
    handler, _, path, _ = HTTP["task_callback"]
    text = base64.b64encode(raw).decode()
    status = place.refused(handler, event_of(path, sent, text, encoded=True))
    assert status in ({202, 401} if signed else {400, 401})
    assert place.stored() == before


def test_a_good_trip_is_still_accepted(place: Place) -> None:
    """Or all the refusals above would mean nothing."""
    handler, _, path, scope = HTTP["submit_trip"]
    event = event_of(path, {**JSON, **bearer(place, scope)}, json.dumps(SAMPLE))
    assert place.refused(handler, event) == 202
    assert any(key.startswith("jobs/") for key in place.stored())
