"""What a web function is sent, and how its answer goes back: as FC's custom runtimes have it.

Assumed, as the vendor's pages leave it open: a request that takes too long is answered 504, and
its instance ends with all that it was doing; the gateway adds the usual X-Forwarded headers.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from local.cloud.fc.context import Account
from local.cloud.fc.refusals import RefusedError
from local.cloud.fc.runtime import FunctionFailedError, error_body
from local.cloud.fc.shapes import HttpRequest
from local.cloud.fc.spec import LATEST, FunctionSpec
from local.cloud.fc.web_instance import WebInstance
from local.cloud.fc.web_instances import WebInstances

Headers = tuple[tuple[str, str], ...]

_PIECE = 64 * 1024
# Of one connection, and not of the request or the answer.
_HOP = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te"),
        *("trailer", "trailers", "transfer-encoding", "upgrade"),
    }
)
_FORWARDED = frozenset({"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"})
_NOT_ANSWERED = frozenset({"date", "server"})
# Newer ones have the keys of the role in the environment alone.
_TOLD_KEYS = frozenset({"custom", "custom.debian10"})


class Exchange:
    """One request to an instance and its answer, read piece by piece; `close` has to be called.

    `ended` is told once, of the milliseconds, what went wrong, if anything, and whether it took
    too long.
    """

    def __init__(
        self,
        instances: WebInstances,
        function: FunctionSpec,
        ended: Callable[[int, RefusedError | None], object] = lambda *_: None,
    ) -> None:
        self._instances, self._function, self._ended = instances, function, ended
        self._instance, self._connection = _connected(instances, function)
        self._wrong: RefusedError | None = None
        self._begun, self._late = time.monotonic(), False
        self._closing, self._closed = threading.Lock(), False
        self._timer = threading.Timer(function.timeout_s, self.end)
        self._timer.daemon = True
        self._timer.start()
        self.status, self.headers = 0, Headers()

    def send(self, method: str, target: str, headers: Headers, body: bytes) -> None:
        """Send the request, and read the answer's head; RefusedError where none comes."""
        try:
            self._connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                self._connection.putheader(name, value.encode("latin-1"))
            self._connection.endheaders(body or None)
            self._answer = self._connection.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._failure() from error
        self.status = self._answer.status
        self.headers = tuple(self._answer.getheaders())

    def read(self) -> bytes:
        """Return the next piece of the answer, nothing at its end; RefusedError where it breaks."""
        try:
            piece = self._answer.read1(_PIECE)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._failure() from error
        if not piece and self._answer.length:
            raise self._failure()
        return piece

    def end(self) -> None:
        """End the instance: this request has taken too long."""
        self._late = True
        self._instance.kill("FunctionTimeoutError")

    def close(self) -> None:
        """Let go of the instance; of use once, and harmless after that."""
        with self._closing:
            closed, self._closed = self._closed, True
        if closed:
            return
        self._timer.cancel()
        with suppress(OSError):
            self._connection.close()
        self._instances.give(self._instance)
        self._ended(self._milliseconds(), self._wrong)

    def _failure(self) -> RefusedError:
        self._instance.settle()
        if self._late:
            words = f"Function timed out after {self._function.timeout_s:g} seconds"
            self._wrong = RefusedError(504, "InvocationTimeout", words)
        else:
            code = self._instance.killed or "CAExited"
            self._wrong = RefusedError(502, code, self._instance.exited(self._seconds()))
        return self._wrong

    def _seconds(self) -> float:
        return time.monotonic() - self._begun

    def _milliseconds(self) -> int:
        return round(self._seconds() * 1000)


def _connected(
    instances: WebInstances, function: FunctionSpec
) -> tuple[WebInstance, http.client.HTTPConnection]:
    """Return an instance and a connection to it; one that takes none is dead, and replaced."""
    while True:
        instance = instances.take(function)
        seconds = function.timeout_s + 1
        connection = http.client.HTTPConnection("127.0.0.1", instance.port, timeout=seconds)
        try:
            connection.connect()
        except OSError:
            instance.kill()
            instances.give(instance)
        else:
            return instance, connection


class WebRun:
    """What runs a web function once for an event, by a POST to /invoke."""

    def __init__(self, instances: WebInstances, function: FunctionSpec, account: Account) -> None:
        self._instances, self._function, self._account = instances, function, account
        self._exchange: Exchange | None = None

    def __call__(self, event: bytes, context: Any) -> bytes:
        """Return what the function answers; raise FunctionFailedError with its error."""
        try:
            self._exchange = exchange = Exchange(self._instances, self._function)
        except RefusedError as refusal:
            raise _failed(refusal) from refusal
        told = told_headers(self._function, self._account, context.request_id, "/invoke")
        kind = ("Content-Type", "application/octet-stream")
        head = (("Host", "127.0.0.1"), kind, ("Content-Length", str(len(event))), *told)
        try:
            exchange.send("POST", "/invoke", head, event)
            body = b"".join(iter(exchange.read, b""))
        except RefusedError as refusal:
            raise _failed(refusal) from refusal
        finally:
            exchange.close()
        if any(name.lower() == "x-fc-status" and text == "404" for name, text in exchange.headers):
            raise FunctionFailedError(body)
        return body

    def end(self) -> None:
        """End the instance: the event has timed out."""
        if self._exchange:
            self._exchange.end()


def web_request(
    request: HttpRequest, scheme: str, told: Headers
) -> tuple[str, str, Headers, bytes]:
    """Return what is sent for a request that came in: all of it, and what the gateway adds."""
    before = request.joined_headers.get("x-forwarded-for")
    forwarded = (
        ("X-Forwarded-For", f"{before}, {request.client}" if before else request.client),
        ("X-Forwarded-Proto", scheme),
        ("X-Forwarded-Host", request.joined_headers.get("host", "")),
    )
    sent = [
        (name, value)
        for name, value in request.headers
        if name.lower() not in _HOP | _FORWARDED | {"content-length"}
        and not name.lower().startswith("x-fc-")
    ]
    has_body = request.body or "content-length" in request.joined_headers
    length = (("Content-Length", str(len(request.body))),) if has_body else ()
    target = f"{request.raw_path}?{request.query}" if request.query else request.raw_path
    return request.method, target, (*sent, *length, *forwarded, *told), request.body


def answered_headers(headers: Headers) -> Headers:
    """Return what of an answer's headers goes back to the caller."""
    return tuple(
        (name, value)
        for name, value in headers
        if name.lower() not in _HOP | _NOT_ANSWERED and not name.lower().startswith("x-fc-")
    )


def told_headers(function: FunctionSpec, account: Account, request_id: str, path: str) -> Headers:
    """Return what FC tells a web function with each request."""
    keys = account.credentials
    told = {
        "x-fc-request-id": request_id,
        "x-fc-function-name": function.name,
        "x-fc-function-handler": function.handler,
        "x-fc-function-memory": str(function.memory_mb),
        "x-fc-region": account.region,
        "x-fc-account-id": account.account_id,
        "x-fc-qualifier": function.qualifier,
        "x-fc-version-id": "" if function.version == LATEST else function.version,
        "x-fc-control-path": path,
    }
    if function.runtime in _TOLD_KEYS:
        told["x-fc-access-key-id"] = keys.access_key_id
        told["x-fc-access-key-secret"] = keys.access_key_secret
        told["x-fc-security-token"] = keys.security_token
    return tuple(told.items())


def _failed(refusal: RefusedError) -> FunctionFailedError:
    return FunctionFailedError(error_body(refusal.message, refusal.code))
