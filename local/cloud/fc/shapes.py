"""FC's wire shapes: the events functions get, and what an HTTP function's answer means.

Sources: the vendor's pages on HTTP triggers (event v1 and its response), trigger event formats
(OSS, timer) and result callbacks of asynchronous invocations (destination event).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

from starlette.requests import Request

from local.cloud.fc.context import Account
from local.cloud.fc.refusals import RefusedError, too_large
from local.cloud.oss.objects import ObjectEvent

_PLAIN_TYPES = frozenset(
    {
        "application/json",
        "application/ld+json",
        "application/xhtml+xml",
        "application/xml",
        "application/atom+xml",
        "application/javascript",
    }
)
_RESERVED_HEADERS = frozenset(
    {"connection", "content-length", "date", "keep-alive", "server", "content-disposition"}
)
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_MAX_RESPONSE_HEADER_BYTES = 8 * 1024


@dataclass(frozen=True)
class HttpRequest:
    """An HTTP request as it came in; the path still encoded, headers in their order."""

    method: str
    raw_path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    client: str
    domain: str

    @cached_property
    def joined_headers(self) -> dict[str, str]:
        """The headers by lower-case name, as signatures cover them."""
        return joined((name.lower(), value) for name, value in self.headers)


@dataclass(frozen=True)
class HttpAnswer:
    """What goes back to the HTTP caller."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


async def read_request(request: Request, *, limit: int) -> HttpRequest:
    """Read the whole request; raise RefusedError when the body is larger than `limit` bytes."""
    raw_path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    return HttpRequest(
        method=request.method,
        raw_path=raw_path.split(b"?", maxsplit=1)[0].decode("latin-1"),
        query=request.scope["query_string"].decode("latin-1"),
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw
        ),
        body=await _bounded_body(request, limit),
        client=request.client.host if request.client else "",
        domain=request.headers.get("host", "").split(":", maxsplit=1)[0],
    )


async def _bounded_body(request: Request, limit: int) -> bytes:
    kept, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        # What is over the limit is read and dropped, so that the sender gets to read the answer.
        if size <= limit:
            kept.append(chunk)
    if size > limit:
        raise too_large(limit)
    return b"".join(kept)


def http_event(request: HttpRequest, *, account: Account, request_id: str, now: datetime) -> bytes:
    """Build the v1 event of an HTTP trigger."""
    headers = joined((canonical_header(k), v) for k, v in request.headers if k.lower() != "host")
    body, encoded = event_body(request.body, headers.get("Content-Type", ""))
    event = {
        "version": "v1",
        "rawPath": request.raw_path,
        "headers": headers,
        "queryParameters": joined(parse_qsl(request.query, keep_blank_values=True)),
        "body": body,
        "isBase64Encoded": encoded,
        "requestContext": {
            "accountId": account.account_id,
            "triggerId": "local",
            "domainName": request.domain,
            "domainPrefix": request.domain.split(".")[0],
            "http": {
                "method": request.method,
                "path": unquote(request.raw_path),
                "protocol": "HTTP/1.1",
                "sourceIp": request.client,
                "userAgent": headers.get("User-Agent", ""),
            },
            "requestId": request_id,
            "time": iso_seconds(now),
            "timeEpoch": str(int(now.timestamp() * 1000)),
        },
    }
    return _json(event)


def event_body(body: bytes, content_type: str) -> tuple[str, bool]:
    """Apply FC's rule: plain text for a few media types, base64 for all else."""
    media_type = content_type.split(";", maxsplit=1)[0].strip().lower()
    if media_type.startswith("text/") or media_type in _PLAIN_TYPES:
        return body.decode("utf-8", "replace"), False
    return base64.b64encode(body).decode("ascii"), True


def canonical_header(name: str) -> str:
    """Write a header name the way FC does: `x-car-id` becomes `X-Car-Id`."""
    return "-".join(part[:1].upper() + part[1:].lower() for part in name.split("-"))


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Join the values of repeated names with commas."""
    found: dict[str, str] = {}
    for key, value in pairs:
        found[key] = f"{found[key]},{value}" if key in found else value
    return found


def http_answer(result: bytes) -> HttpAnswer:
    """Read a handler's value by FC's response contract; RefusedError(502) if it breaks it."""
    try:
        value = json.loads(result)
    except ValueError:
        value = None
    if not isinstance(value, dict) or "statusCode" not in value:
        return HttpAnswer(200, (("Content-Type", "application/json"),), result)
    status = value["statusCode"]
    if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:
        raise _bad_response(f"statusCode {status!r} is not an HTTP status")
    body = b"" if status in {204, 304} else _answer_body(value)
    return HttpAnswer(status, _answer_headers(value.get("headers")), body)


def _answer_headers(headers: Any) -> tuple[tuple[str, str], ...]:
    headers = {} if headers is None else headers
    if not isinstance(headers, dict) or not all(isinstance(v, str) for v in headers.values()):
        raise _bad_response("headers must map names to strings")
    kept = {
        name: value
        for name, value in headers.items()
        if name.lower() not in _RESERVED_HEADERS and not name.lower().startswith("x-fc-")
    }
    if not all(_is_header(name, value) for name, value in kept.items()):
        raise _bad_response("response headers must be printable ASCII")
    if sum(len(name) + len(value) for name, value in kept.items()) > _MAX_RESPONSE_HEADER_BYTES:
        raise _bad_response("response headers are larger than 8 KB")
    if "content-type" not in {name.lower() for name in kept}:
        kept["Content-Type"] = "application/json"
    return tuple(kept.items())


def _is_header(name: str, value: str) -> bool:
    return bool(_HEADER_NAME.fullmatch(name)) and value.isascii() and value.isprintable()


def _answer_body(value: dict[str, Any]) -> bytes:
    body = value.get("body", "")
    if not isinstance(body, str):
        raise _bad_response("body must be a string")
    if not value.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _bad_response("body is not base64") from error


def _bad_response(message: str) -> RefusedError:
    return RefusedError(502, "BadResponse", message)


def oss_event(event: ObjectEvent, *, account: Account, rule_id: str) -> bytes:
    """Build the event of a native OSS trigger; its name has no `oss:` prefix."""
    record = {
        "eventName": event.event_name.removeprefix("oss:"),
        "eventSource": "acs:oss",
        "eventTime": event.time_iso,
        "eventVersion": "1.0",
        "oss": {
            "bucket": {
                "arn": f"acs:oss:{account.region}:{account.account_id}:{event.bucket}",
                "name": event.bucket,
                "ownerIdentity": account.account_id,
            },
            "object": {
                "deltaSize": event.size,
                "eTag": event.etag.strip('"').upper(),
                "key": event.key,
                "size": event.size,
            },
            "ossSchemaVersion": "1.0",
            "ruleId": rule_id,
        },
        "region": account.region,
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"requestId": event.request_id},
        "userIdentity": {"principalId": account.account_id},
    }
    return _json({"events": [record]})


def timer_event(trigger: str, payload: str, due: datetime) -> bytes:
    """Build the event of a timer trigger; the payload stays a string."""
    return _json({"triggerTime": iso_seconds(due), "triggerName": trigger, "payload": payload})


@dataclass(frozen=True)
class Ended:
    """How an asynchronous invocation ended, for its destination."""

    function: str
    request_id: str
    condition: str
    attempts: int
    function_error: str
    request_payload: bytes
    response_payload: bytes


def destination_event(ended: Ended, *, account: Account, now: datetime) -> bytes:
    """Build the event a destination function gets; both payloads are strings."""
    arn = f"acs:fc:{account.region}:{account.account_id}:functions/{ended.function}"
    event = {
        "timestamp": int(now.timestamp() * 1000),
        "requestContext": {
            "requestId": ended.request_id,
            "functionArn": arn,
            "condition": ended.condition,
            "approximateInvokeCount": ended.attempts,
        },
        "requestPayload": ended.request_payload.decode("utf-8", "replace"),
        "responseContext": {"statusCode": 200, "functionError": ended.function_error},
        "responsePayload": ended.response_payload.decode("utf-8", "replace"),
    }
    return _json(event)


def iso_seconds(moment: datetime) -> str:
    """Write an aware datetime as FC does, in UTC without fractions."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
