"""The edge of every function: decode the event, one call, answer; the only broad `except`."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar

from shared.core.errors import BundleError, InvalidRequestError, NotFoundError
from shared.edge.events.decoding import AboutOneJob
from shared.edge.events.http_request import HttpRequest, decode_http
from shared.observability import log, tracing
from shared.settings import credentials, read
from shared.settings.function_compute import PlatformSettings

Handler = Callable[[bytes, object], Any]
E = TypeVar("E")


@dataclass(frozen=True)
class HttpResponse:
    """An answer over HTTP; `body` is turned into JSON, None is an empty body."""

    status: int
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"

    def to_fc(self) -> dict[str, Any]:
        """Return the shape an HTTP trigger expects from a handler."""
        text = "" if self.body is None else json.dumps(self.body, ensure_ascii=False)
        headers = {"Content-Type": self.media_type, "Cache-Control": "no-store", **self.headers}
        return {
            "statusCode": self.status,
            "headers": headers,
            "isBase64Encoded": False,
            "body": text,
        }


def http_entry(call: Callable[[HttpRequest], HttpResponse]) -> Handler:
    """Wrap a function of a request: errors become RFC 9457 problem details."""

    @functools.wraps(call)
    def handler(event: bytes, context: object) -> dict[str, Any]:
        with _invocation(context) as fields:
            response = _answer(call, event)
            fields["status"] = response.status
        return response.to_fc()

    return handler


def event_entry(
    decode: Callable[[bytes], E],
) -> Callable[[Callable[[E], Mapping[str, Any]]], Handler]:
    """Wrap a function of a decoded event: what it raises makes the platform try again."""

    def wrap(call: Callable[[E], Mapping[str, Any]]) -> Handler:
        @functools.wraps(call)
        def handler(event: bytes, context: object) -> dict[str, Any]:
            with _invocation(context) as fields:
                decoded = decode(event)
                _follow(decoded)
                summary = dict(call(decoded))
                fields.update(summary)
            return summary

        return handler

    return wrap


def timer_entry(call: Callable[[], Mapping[str, Any]]) -> Handler:
    """Wrap a function that a timer starts; what the event says does not matter."""
    return event_entry(lambda _: None)(lambda _: call())


def _answer(call: Callable[[HttpRequest], HttpResponse], event: bytes) -> HttpResponse:
    try:
        return call(_traced(decode_http(event)))
    except BundleError as error:
        _warn(error)
        return problem(error)
    except Exception:  # noqa: BLE001 - the one broad except: a bug must not leak its details
        log.logger().exception("request.crashed")
        return problem(BundleError("the request could not be served"))


def _follow(decoded: object) -> None:
    """Have the lines of an invocation that is about one job name it."""
    if isinstance(decoded, AboutOneJob):
        log.speak_of_one_job()
        if named := decoded.named():
            log.follow(*named)


def _traced(request: HttpRequest) -> HttpRequest:
    """Give the request and its lines a trace id: the caller's, or a new one."""
    trace_id = tracing.given_trace(request.headers) or tracing.new_trace()
    log.speak_of_one_job(trace_id=trace_id)
    return replace(request, trace_id=trace_id)


def _warn(error: BundleError) -> None:
    # The detail of a refused request may quote what the caller sent; its kind is enough.
    # What has members may name a person.
    quotes = isinstance(error, InvalidRequestError) or error.members
    detail = "" if quotes else str(error)
    kind, code = type(error).__name__, error.code
    log.logger().warning("request.refused", error=kind, code=code, detail=detail)


def problem(error: BundleError) -> HttpResponse:
    """Return RFC 9457 problem details; of a fault on our side only its title is told."""
    body: dict[str, Any] = {"type": "about:blank", "title": error.title, "status": error.status}
    body["code"] = error.code
    if error.status < 500 and str(error):
        body |= {"detail": str(error), **error.members}
    if isinstance(error, InvalidRequestError) and error.problems:
        body["problems"] = [asdict(each) for each in error.problems]
        if error.warnings:
            body["warnings"] = [asdict(each) for each in error.warnings]
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return HttpResponse(error.status, body, headers, media_type="application/problem+json")


@contextmanager
def _invocation(context: object) -> Iterator[dict[str, Any]]:
    """Set credentials and log context; write the one canonical line, with the fields given."""
    started, fields = time.monotonic(), dict[str, Any]()
    log.configure(read(PlatformSettings).log_level)
    credentials.remember(context)
    function = getattr(getattr(context, "function", None), "name", "")
    log.begin(function=function, request_id=getattr(context, "request_id", ""))
    try:
        yield fields
    except BundleError as error:
        name, detail = type(error).__name__, str(error)
        log.logger().warning("invocation.failed", ms=_since(started), error=name, detail=detail)
        raise
    except BaseException as error:
        log.logger().error("invocation.crashed", ms=_since(started), exc_info=error)
        raise
    log.logger().info("invocation.ended", ms=_since(started), **fields)


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def path_segment(request: HttpRequest, prefix: str, suffix: str = "") -> str:
    """Return the one path segment between prefix and suffix; NotFoundError when it is not one."""
    path = request.path
    within = path.removeprefix(prefix).removesuffix(suffix)
    if not within or "/" in within or path != f"{prefix}{within}{suffix}":
        raise NotFoundError("there is nothing at this path")
    return within
