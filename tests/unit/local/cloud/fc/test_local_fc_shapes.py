"""The events functions get, and what their answers mean."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from local.cloud.fc.refusals import RefusedError
from local.cloud.fc.shapes import (
    Ended,
    HttpRequest,
    destination_event,
    event_body,
    http_answer,
    http_event,
    oss_event,
    timer_event,
)
from local.cloud.oss.objects import ObjectEvent

if TYPE_CHECKING:
    from local.cloud.fc.context import Account

NOW = datetime(2023, 9, 5, 6, 41, 11, 895000, tzinfo=timezone.utc)


PUT = ObjectEvent(
    bucket="mount",
    key="output/任务 1/task.json",
    size=7,
    etag='"688a7bf4f233dc9c88a80bf985ab0000"',
    event_name="ObjectCreated:PutObject",
    time_iso="2022-08-13T06:45:43.000Z",
    request_id="58F9FF2D3DF792092E12044C",
)


def http(account: Account, **changes: Any) -> dict[str, Any]:
    request = HttpRequest(
        **{
            "method": "POST",
            "raw_path": "/v1/trips/%E6%B2%AA",
            "query": "a=1&b=x%20y&a=2&c=",
            "headers": (("host", "api.example.com"), ("content-type", "application/json")),
            "body": b"{}",
            "client": "10.0.0.1",
            "domain": "api.example.com",
            **changes,
        }
    )
    event: dict[str, Any] = json.loads(
        http_event(request, account=account, request_id="r1", now=NOW)
    )
    return event


def test_the_path_is_encoded_at_the_top_and_decoded_below(account: Account) -> None:
    event = http(account)
    assert event["rawPath"] == "/v1/trips/%E6%B2%AA"
    assert event["requestContext"]["http"]["path"] == "/v1/trips/沪"


def test_header_names_are_canonical_and_repeats_are_joined(account: Account) -> None:
    headers = (("host", "h"), ("x-car-ID", "1"), ("X-CAR-id", "2"), ("idempotency-key", "k"))
    assert http(account, headers=headers)["headers"] == {"X-Car-Id": "1,2", "Idempotency-Key": "k"}


def test_repeated_parameters_are_joined_and_empty_ones_kept(account: Account) -> None:
    assert http(account)["queryParameters"] == {"a": "1,2", "b": "x y", "c": ""}


def test_the_request_context_has_the_time_twice_the_second_a_string_of_ms(account: Account) -> None:
    context = http(account)["requestContext"]
    assert (context["time"], context["timeEpoch"]) == ("2023-09-05T06:41:11Z", "1693896071895")
    assert (context["requestId"], context["accountId"]) == ("r1", account.account_id)
    assert (context["domainPrefix"], context["http"]["sourceIp"]) == ("api", "10.0.0.1")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON; charset=utf-8",
        "text/plain",
        "text/csv",
        "application/xml",
    ],
)
def test_a_few_media_types_stay_plain(content_type: str) -> None:
    assert event_body("沪".encode(), content_type) == ("沪", False)


@pytest.mark.parametrize(
    "content_type",
    ["", "application/x-www-form-urlencoded", "image/png", "application/problem+json"],
)
def test_every_other_media_type_comes_as_base64(content_type: str) -> None:
    assert event_body(b"a=1", content_type) == ("YT0x", True)


def test_a_get_without_a_body_is_base64_of_nothing(account: Account) -> None:
    event = http(account, method="GET", headers=(), body=b"")
    assert (event["body"], event["isBase64Encoded"]) == ("", True)


def test_a_full_answer_sets_status_headers_and_body() -> None:
    answer = http_answer(
        json.dumps(
            {"statusCode": 202, "headers": {"Content-Type": "text/plain"}, "body": "沪"}
        ).encode()
    )
    assert (answer.status, answer.body) == (202, "沪".encode())
    assert answer.headers == (("Content-Type", "text/plain"),)


def test_a_base64_answer_is_decoded() -> None:
    body = base64.b64encode(b"\x89PNG").decode()
    result = json.dumps({"statusCode": 200, "isBase64Encoded": True, "body": body})
    assert http_answer(result.encode()).body == b"\x89PNG"


@pytest.mark.parametrize("result", [b'{"ok": true}', b"not json", b"[1]", b""])
def test_an_answer_without_a_status_code_is_the_body_as_json(result: bytes) -> None:
    answer = http_answer(result)
    assert (answer.status, answer.body) == (200, result)
    assert answer.headers == (("Content-Type", "application/json"),)


def test_headers_that_belong_to_fc_are_dropped() -> None:
    headers = {"Server": "me", "X-Fc-Custom": "1", "Content-Length": "3", "Location": "/v1/jobs/j"}
    answer = http_answer(json.dumps({"statusCode": 202, "headers": headers}).encode())
    assert dict(answer.headers) == {"Location": "/v1/jobs/j", "Content-Type": "application/json"}


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": "200"},
        {"statusCode": 99},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "headers": {"Retry-After": 5}},
        {"statusCode": 200, "headers": {"X-Long": "x" * 9000}},
        {"statusCode": 200, "headers": {"X-Split": "a\r\nSet-Cookie: b"}},
        {"statusCode": 200, "body": "?", "isBase64Encoded": True},
    ],
)
def test_an_answer_that_breaks_the_contract_is_a_bad_response(answer: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as caught:
        http_answer(json.dumps(answer).encode())
    assert (caught.value.status, caught.value.code) == (502, "BadResponse")


def test_an_object_event_has_the_key_raw_and_the_etag_bare(account: Account) -> None:
    event = json.loads(oss_event(PUT, account=account, rule_id="rule"))["events"][0]
    assert event["eventName"] == "ObjectCreated:PutObject"
    assert event["oss"]["object"]["key"] == "output/任务 1/task.json"
    assert event["oss"]["object"]["eTag"] == "688A7BF4F233DC9C88A80BF985AB0000"
    assert event["oss"]["bucket"]["name"] == "mount"
    assert event["responseElements"] == {"requestId": "58F9FF2D3DF792092E12044C"}


def test_a_timer_event_keeps_its_payload_a_string() -> None:
    shanghai = timezone(timedelta(hours=8))
    event = json.loads(timer_event("tick", '{"a": 1}', NOW.astimezone(shanghai)))
    assert event == {
        "triggerTime": "2023-09-05T06:41:11Z",
        "triggerName": "tick",
        "payload": '{"a": 1}',
    }


def test_a_destination_event_carries_both_payloads_as_strings(account: Account) -> None:
    ended = Ended("work", "r1", "UnhandledInvocationError", 4, "Bad", b'{"a":1}', b"oops")
    event = json.loads(destination_event(ended, account=account, now=NOW))
    assert event == {
        "timestamp": 1693896071895,
        "requestContext": {
            "requestId": "r1",
            "functionArn": "acs:fc:cn-shanghai:1234567890123456:functions/work",
            "condition": "UnhandledInvocationError",
            "approximateInvokeCount": 4,
        },
        "requestPayload": '{"a":1}',
        "responseContext": {"statusCode": 200, "functionError": "Bad"},
        "responsePayload": "oops",
    }
