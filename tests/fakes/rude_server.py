"""A loopback HTTP server that misbehaves on purpose, below what an ASGI app could do.

Each connection gets the next of the scripted manners, the last one for ever. One request a
connection.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    Manner = Callable[["Exchange"], None]


@dataclass(frozen=True)
class RudeRequest:
    """One request as it came in; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Exchange:
    """A request that was read, and the connection to be rude on."""

    connection: socket.socket
    stopped: threading.Event


class RudeServer:
    """Serves on 127.0.0.1; `requests` keeps what arrived completely."""

    def __init__(self, *manners: Manner) -> None:
        self._manners = list(manners)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self.requests: list[RudeRequest] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> RudeServer:
        self._acceptor.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in (self._acceptor, *self._threads):
            thread.join(timeout=5)

    def _accept(self) -> None:
        count = 0
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            manner = self._manners[min(count, len(self._manners) - 1)]
            count += 1
            thread = threading.Thread(target=self._serve, args=(connection, manner), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, manner: Manner) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            request = _read(connection)
            if request is not None:
                self.requests.append(request)
                manner(Exchange(connection, self._stopped))


def answer(status: int, body: bytes = b"", **headers: str) -> Manner:
    """Answer properly; underscores in header names become hyphens."""
    lines = [f"HTTP/1.1 {status} Rude", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"
    return lambda exchange: exchange.connection.sendall(head + body)


def answer_json(status: int, body: Any, **headers: str) -> Manner:
    """Answer properly, with JSON."""
    return answer(status, json.dumps(body).encode(), Content_Type="application/json", **headers)


def answer_then_hang(exchange: Exchange) -> None:
    """Answer, keep the connection open, and never answer on it again."""
    exchange.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    exchange.stopped.wait(10)


def html_502() -> Manner:
    """Answer like a gateway behind which nothing is well."""
    return answer(502, b"<html><body>502 Bad Gateway</body></html>", Content_Type="text/html")


def reset(exchange: Exchange) -> None:
    """Break the connection once the request is read."""
    linger = struct.pack("ii", 1, 0)
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def hang_up(exchange: Exchange) -> None:
    """Close the connection in good order, without an answer."""


def hang(exchange: Exchange) -> None:
    """Say nothing until the server is stopped."""
    exchange.stopped.wait(10)


def truncated(exchange: Exchange) -> None:
    """Promise more than is sent."""
    exchange.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1, 2")


def drip_body(exchange: Exchange) -> None:
    """Send the body byte by byte, each in time for a timeout between reads."""
    exchange.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    _drip(exchange, b"x")


def drip_headers(exchange: Exchange) -> None:
    """Send the headers byte by byte."""
    exchange.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Long: ")
    _drip(exchange, b"x")


def endless(exchange: Exchange) -> None:
    """Send a body without an announced length, and much of it."""
    exchange.connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not exchange.stopped.is_set():
        exchange.connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def cut_headers(exchange: Exchange) -> None:
    """Close the connection in the middle of the headers."""
    exchange.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")


def spoiled(status: int) -> dict[str, Manner]:
    """Answers whose status is plain, and whose rest a proxy has spoiled, by what is wrong."""
    gzip_of_nothing = b"\x1f\x8b\x08" + b"\0" * 7

    def coded(coding: str, body: bytes = b"fine") -> Manner:
        return answer(status, body, Content_Encoding=coding)

    def framed(body: bytes) -> Manner:
        return _bytes(status, b"Transfer-Encoding: chunked", body=body)

    return {
        "plain bytes called gzip": coded("gzip"),
        "plain bytes called deflate": coded("deflate"),
        "plain bytes called br": coded("br"),
        "plain bytes called zstd": coded("zstd"),
        "gzip cut off": coded("gzip", gzip_of_nothing),
        "gzip twice": coded("gzip, gzip"),
        "more codings than anybody undoes": coded(", ".join(["gzip"] * 9)),
        "an unknown coding": coded("x-rot13"),
        "a chunk size that is none": framed(b"zz\r\nfine\r\n0\r\n\r\n"),
        "a chunk cut off": framed(b"ff\r\nfine"),
        "chunks without an end": framed(b"4\r\nfine\r\n"),
        "no chunks where some were promised": framed(b"fine"),
        "a negative chunk": framed(b"-4\r\nfine\r\n"),
        "a body shorter than its length": _bytes(status, b"Content-Length: 99", body=b"fine"),
        "a body longer than its length": _bytes(status, b"Content-Length: 1", body=b"fine"),
        "a negative length": _bytes(status, b"Content-Length: -4", body=b"fine"),
        "a length in words": _bytes(status, b"Content-Length: four", body=b"fine"),
        "a length in digits of another kind": _bytes(status, b"Content-Length: \xb2", body=b"fine"),
        "a length of more digits than are read": _bytes(
            status, b"Content-Length: " + b"9" * 5000, body=b"fine"
        ),
        "an absurd length": _bytes(status, b"Content-Length: " + b"9" * 30, body=b"fine"),
        "neither length nor chunks": _bytes(status, body=b"fine"),
        "chunks and a length": _bytes(
            status, b"Transfer-Encoding: chunked", b"Content-Length: 4", body=b"fine"
        ),
        "a header that is none": _bytes(status, b"fine", b"Content-Length: 0"),
        "a header that is no text": _bytes(status, b"Content-Length: 0", b"Server: \xff\xfe\x80"),
        "a place that is no text": _bytes(status, b"Content-Length: 0", b"Location: \xff\xfe"),
        "a cookie that is none": _bytes(status, b"Content-Length: 0", b"Set-Cookie: =;=;\x01"),
        "a page too long to read": answer(status, b"x" * 1_000_000),
        "a body that hangs": _hanging(status),
    }


def spoiled_head(status: int) -> dict[str, Manner]:
    """Answers whose status comes first, in headers that no client can read, by what is wrong."""
    return {
        "two lengths": _bytes(status, b"Content-Length: 4, 7", body=b"fine"),
        "two headers of two lengths": _bytes(
            status, b"Content-Length: 4", b"Content-Length: 7", body=b"fine"
        ),
        "more headers than are read": _bytes(status, *[b"X-Many: 1"] * 300),
        "a header longer than is read": _bytes(status, b"X-Long: " + b"x" * 100_000),
    }


def _bytes(status: int, *headers: bytes, body: bytes = b"") -> Manner:
    lines = [f"HTTP/1.1 {status} Rude".encode(), *headers, b"", body]
    return lambda exchange: exchange.connection.sendall(b"\r\n".join(lines))


def _hanging(status: int) -> Manner:
    begin = _bytes(status, b"Content-Length: 9", body=b"f")

    def hanging(exchange: Exchange) -> None:
        begin(exchange)
        hang(exchange)

    return hanging


def _drip(exchange: Exchange, drop: bytes) -> None:
    while not exchange.stopped.wait(0.05):
        exchange.connection.sendall(drop)


def _read(connection: socket.socket) -> RudeRequest | None:
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            return None
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    method, target, _ = first.split(" ")
    return RudeRequest(method, target, headers, body)


def closed_port() -> str:
    """Return an address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
