"""An HTTP trigger's event, version v1."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import Field

from shared.core.errors import MalformedRequestError
from shared.core.models import Lenient
from shared.edge.events.decoding import parse


@dataclass(frozen=True)
class HttpRequest:
    """An HTTP request; header names are lower case, their values text, the body is decoded.

    `trace_id` is the caller's (`traceparent`), or one of the request's own.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    trace_id: str = ""


class _Http(Lenient):
    method: str = "GET"
    path: str = "/"


class _RequestContext(Lenient):
    http: _Http = Field(default_factory=_Http)


class _HttpEvent(Lenient):
    version: str
    body: str = ""
    is_base64: bool = Field(default=False, alias="isBase64Encoded")
    headers: dict[str, str] = Field({})
    query: dict[str, str] = Field({}, alias="queryParameters")
    context: _RequestContext = Field(alias="requestContext")


def decode_http(event: bytes) -> HttpRequest:
    """Return the request of an HTTP trigger's event."""
    parsed = parse(_HttpEvent, event)
    http = parsed.context.http
    return HttpRequest(
        method=http.method.upper(),
        path=http.path,
        headers={name.lower(): _text(value) for name, value in parsed.headers.items()},
        query=parsed.query,
        body=_body(parsed),
    )


def _text(value: str) -> str:
    """Return what a header says: its bytes may be UTF-8 that was read as Latin-1 on the way."""
    plain = value.strip(" \t")
    try:
        return plain if plain.isascii() else plain.encode("latin-1").decode()
    except UnicodeError:
        return plain


def _body(event: _HttpEvent) -> bytes:
    if not event.is_base64:
        return event.body.encode()
    try:
        return base64.b64decode(event.body, validate=True)
    except ValueError as error:
        raise MalformedRequestError("the body is marked as base64 and is not") from error
