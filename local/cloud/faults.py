"""Make a service fail in the ways services fail: a front before its app, drawing from a seed."""

import asyncio
import hashlib
import json
import os
import random
import signal
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local.cloud.serving import break_connection

Fault = Literal[
    "closed_before",
    "reset_after",
    "late_before",
    "late_after",
    "status_429",
    "status_500",
    "html_502",
    "truncated",
    "dripping",
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>gateway</body></html>"
_REFUSALS: dict[Fault, tuple[int, bytes, bytes]] = {
    "status_429": (429, b"application/json", b'{"code":"Throttling","message":"slow down"}'),
    "status_500": (500, b"application/json", b'{"code":"InternalError","message":"no"}'),
    "html_502": (502, b"text/html", _PAGE),
}
_DRIPS = 8


@dataclass(frozen=True)
class FaultRules:
    """`share` of all requests fails; in `deadly` of them the whole process is killed instead.

    `late_seconds` should be longer than the callers' timeouts.
    """

    seed: str
    share: float = 0.2
    deadly: float = 0.0
    late_seconds: float = 1.3


class Faults:
    """Fronts for some services; each request leaves one line in the journal, before it is served.

    A line has service, method and fault, and for `watched` services the id and the digest
    of the message sent.
    """

    def __init__(
        self,
        rules: FaultRules,
        journal: Path,
        *,
        watched: tuple[str, ...] = (),
        kinds: tuple[Fault, ...] = FAULTS,
    ) -> None:
        self._rules, self._watched, self._kinds = rules, watched, kinds
        self._file = journal.open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the journal."""
        self._file.close()

    def front(self, service: str, app: ASGIApp) -> ASGIApp:
        """Return the app with faults before it."""
        draw = random.Random(f"{self._rules.seed}/{service}")  # noqa: S311 - faults, no secrets

        async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            if service in self._watched:
                body = await Request(scope, receive).body()
                receive = _replayed(body, receive)
                self._note(scope, service, "", _message_of(scope, body))
            fault = draw.choice(self._kinds) if draw.random() < self._rules.share else None
            deadly = draw.random() < self._rules.deadly
            self._note(scope, service, "killed" if deadly else fault or "", {})
            exchange = _Exchange(app, scope, receive, send, self._rules.late_seconds)
            if deadly:
                await exchange.end_all(after=draw.random() < 0.5)
            elif fault is None:
                await app(scope, receive, send)
            else:
                await exchange.suffer(fault)

        return faulty

    def _note(self, scope: Scope, service: str, fault: str, more: dict[str, str]) -> None:
        line = {"service": service, "method": scope["method"], "fault": fault, **more}
        with self._lock:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()


@dataclass(frozen=True)
class _Exchange:
    app: ASGIApp
    scope: Scope
    receive: Receive
    send: Send
    late_seconds: float

    async def suffer(self, fault: Fault) -> None:
        """Let one request fail."""
        if fault in _REFUSALS:
            await self._refuse(*_REFUSALS[fault])
            return
        if fault == "late_before":
            await asyncio.sleep(self.late_seconds)
        if fault in {"late_before", "closed_before"}:
            await self._break()
            return
        messages = await self._carry_out()
        if fault == "late_after":
            await asyncio.sleep(self.late_seconds)
        if fault == "truncated":
            await self._send_half(messages)
        if fault == "dripping":
            await self._drip(messages)
        else:
            await self._break()

    async def end_all(self, *, after: bool) -> None:
        """Kill the process just before or just after the request has had its effect."""
        if after:
            await self._carry_out()
        os.kill(os.getpid(), signal.SIGKILL)

    async def _carry_out(self) -> list[Message]:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(self.scope, self.receive, keep)
        return messages

    async def _refuse(self, status: int, media_type: bytes, body: bytes) -> None:
        headers = [(b"content-type", media_type), (b"content-length", str(len(body)).encode())]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    async def _send_half(self, messages: list[Message]) -> None:
        body = _body_of(messages)
        await self.send(messages[0])
        await self.send(
            {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}
        )

    async def _drip(self, messages: list[Message]) -> None:
        body = _body_of(messages)
        size = max(1, -(-len(body) // _DRIPS))
        await self.send(messages[0])
        for start in range(0, len(body), size):
            part = {"type": "http.response.body", "body": body[start : start + size]}
            await self.send({**part, "more_body": True})
            await asyncio.sleep(self.late_seconds / _DRIPS)
        await self.send({"type": "http.response.body", "body": b""})

    async def _break(self) -> None:
        await break_connection(self.send, self.receive)


def _body_of(messages: list[Message]) -> bytes:
    return b"".join(m.get("body", b"") for m in messages if m["type"] == "http.response.body")


def _replayed(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def _message_of(scope: Scope, body: bytes) -> dict[str, str]:
    headers = dict(scope["headers"])
    return {
        "message": headers.get(b"webhook-id", b"").decode("latin-1"),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
