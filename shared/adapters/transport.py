"""Requests under a total deadline: connection, headers and body together, and a size limit.

`requests` bounds only the pause between two reads, so a body that drips holds a caller for
ever. Here a watch shuts the socket down when the time is up; the blocked read then fails in
the caller's own thread, and no thread or connection is left behind.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from typing import Any, Literal

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from shared.adapters.deadline import Deadline

_CHUNK = 65536
_ERROR_BODY_BYTES = 65536
_SHORTEST_TIMEOUT = 0.001
_current = threading.local()

Needs = Literal["body", "result", "status"]


class BodyTooLargeError(requests.RequestException):
    """The answer is larger than the caller wanted to read."""


class UnfinishedAnswerError(requests.ConnectionError):
    """The answer does not say where it ends, so it may be cut off."""


class _Watch:
    """Shuts the connection of the current request down when the time is up."""

    def __init__(self, seconds: float) -> None:
        self.fired = False
        self.status = 0
        self.socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._fire)
        self._timer.daemon = True

    def _fire(self) -> None:
        self.fired = True
        if self.socket is not None:
            # The plain method, also on a TLS socket: its own one would pull the TLS object away
            # from under the reading thread.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)

    def __enter__(self) -> _Watch:
        _current.watch = self
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        _current.watch = None


def _attach(connection: HTTPConnection) -> None:
    watch: _Watch | None = getattr(_current, "watch", None)
    if watch is None or connection.sock is None:
        return
    watch.socket = connection.sock
    if watch.fired:
        raise TimeoutError("the time was up before the request was sent")


class _Answer(http.client.HTTPResponse):
    """Notes the status as soon as it is known: headers that cannot be read would hide it."""

    def begin(self) -> None:
        try:
            super().begin()
        finally:
            watch: _Watch | None = getattr(_current, "watch", None)
            if watch is not None and isinstance(self.status, int):
                watch.status = self.status


class _Connection(HTTPConnection):
    response_class = _Answer

    def connect(self) -> None:
        super().connect()
        _attach(self)

    def request(self, *args: Any, **kwargs: Any) -> None:
        _attach(self)
        super().request(*args, **kwargs)


class _TlsConnection(_Connection, HTTPSConnection):
    pass


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


def connection_pool() -> urllib3.PoolManager:
    """Return a pool whose connections can be watched; share it between transports to reuse them."""
    pool = urllib3.PoolManager(num_pools=4, maxsize=10)
    pool.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
    return pool


class BoundedTransport(HTTPAdapter):
    """Sends within a deadline and reads the whole answer, at most `max_bytes` of it.

    `needs` says what decides, and so must be whole: all of the "body"; the body of a success, the
    "result", while a refusal is its status whatever becomes of its words; or the "status" alone,
    and then no body is read, decoded or waited for. `as_stored` leaves the body as it was sent,
    whatever Content-Encoding says of it.

    With `once`, a request after a failed one raises that failure again and sends nothing:
    vendor SDKs repeat posts after a broken connection, which orders and pays twice.
    """

    def __init__(
        self,
        deadline: Deadline,
        *,
        timeout_seconds: float,
        max_bytes: int = 4_000_000,
        pool: urllib3.PoolManager | None = None,
        once: bool = False,
        needs: Needs = "result",
        as_stored: bool = False,
    ) -> None:
        self._deadline = deadline
        self._timeout = timeout_seconds
        self._max_bytes = max_bytes
        self._shared_pool = pool
        self._once = once
        self._needs = needs
        self._as_stored = as_stored
        self._failure: requests.RequestException | None = None
        self.connected = False
        self.status = 0
        super().__init__()

    def init_poolmanager(self, *_: Any, **__: Any) -> None:
        """Use the shared pool, or one for this transport alone."""
        self.poolmanager = self._shared_pool or connection_pool()

    def close(self) -> None:
        """Close the connections, unless they belong to a shared pool."""
        if self._shared_pool is None:
            super().close()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002 - the base class's signature
        timeout: object = None,  # noqa: ARG002
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,  # noqa: ARG002
    ) -> requests.Response:
        """Send and read all; what the caller says of streaming, time and proxies is not heard."""
        if self._failure is not None:
            raise self._failure
        try:
            return self._send_watched(request, verify=verify, cert=cert)
        except requests.RequestException as error:
            self._failure = error if self._once else None
            raise

    def _send_watched(
        self, request: requests.PreparedRequest, *, verify: Any, cert: Any
    ) -> requests.Response:
        with _Watch(self._deadline.remaining()) as watch:
            try:
                response = self._send_and_read(request, verify=verify, cert=cert)
            except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                if watch.fired:
                    raise _too_late(request) from error
                if isinstance(error, requests.RequestException):
                    raise
                raise requests.ConnectionError(error, request=request) from error
            finally:
                self.connected = watch.socket is not None
                # Headers that break off at the deadline are no answer.
                self.status = 0 if watch.fired else watch.status
            if watch.fired:
                # Headers that break off read like headers that end.
                raise _too_late(request)
            return response

    def _send_and_read(
        self, request: requests.PreparedRequest, *, verify: Any, cert: Any
    ) -> requests.Response:
        limit = max(_SHORTEST_TIMEOUT, min(self._timeout, self._deadline.remaining()))
        response = super().send(request, stream=True, timeout=limit, verify=verify, cert=cert)
        try:
            # What `Response.content` does itself, but for the limit.
            response._content = self._content(response)
            response._content_consumed = True  # type: ignore[attr-defined]
        except BaseException:
            response.close()
            raise
        return response

    def _content(self, response: requests.Response) -> bytes:
        if self._needs == "status":
            response.close()
            return b""
        try:
            return self._read(response)
        except (requests.RequestException, urllib3.exceptions.HTTPError):
            if self._needs == "body" or response.ok:
                raise
            response.close()
            return b""

    def _read(self, response: requests.Response) -> bytes:
        limit = self._max_bytes
        if not response.ok:
            limit = max(limit, _ERROR_BODY_BYTES)
        body, sent = bytearray(), response.iter_content(_CHUNK)
        if self._as_stored:
            sent = response.raw.stream(_CHUNK, decode_content=False)
        try:
            if response.request.method != "HEAD":
                _check_length(response, limit)
            for chunk in sent:
                body += chunk
                if len(body) > limit:
                    raise _too_large(limit)
        except ValueError as error:
            # Numbers that are none, or negative; all else urllib3 says in its own words.
            raise requests.ConnectionError(error, request=response.request) from error
        return bytes(body)


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        # The place itself is not looked at: one that cannot be read would be a ValueError.
        if resp.is_redirect:
            raise requests.TooManyRedirects(response=resp)


def session_over(transport: BoundedTransport) -> requests.Session:
    """Return a session that uses this transport only: no proxies, no netrc, no redirects."""
    session = _Session()
    session.trust_env = False
    session.mount("http://", transport)
    session.mount("https://", transport)
    return session


def _check_length(response: requests.Response, limit: int) -> None:
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)
    chunked = "chunked" in response.headers.get("Transfer-Encoding", "").lower()
    if response.status_code in {200, 206} and not announced and not chunked:
        msg = "the answer has neither a length nor chunks"
        raise UnfinishedAnswerError(msg, request=response.request)


def _too_late(request: requests.PreparedRequest) -> requests.ReadTimeout:
    return requests.ReadTimeout("no complete answer before the deadline", request=request)


def _too_large(limit: int) -> BodyTooLargeError:
    return BodyTooLargeError(f"the answer has more than {limit} bytes")
