"""Carry out one HTTP exchange, well or badly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from local.cloud.dashscope.behaviour import Conduct
from local.cloud.dashscope.replies import ARREARS, THROTTLED, Refusal, gateway_page
from local.cloud.serving import break_connection

_SEND = "local.send"
_DRIPS = 20


class BreakableStarlette(Starlette):
    """An application whose endpoints can break the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Remember the server's own way to send, then serve as usual."""
        scope[_SEND] = send
        await super().__call__(scope, receive, send)


async def exchange(
    request: Request,
    conduct: Conduct,
    *,
    carry_out: Callable[[], Awaitable[Response]],
    refuse: Callable[[Refusal], Response],
) -> Response:
    """Answer as `conduct` says: carry it out unless refused; `refuse` shapes the error."""
    refusal = _refusal(conduct)
    if refusal is not None:
        return refuse(refusal)
    if conduct.mode == "html_502":
        return gateway_page()
    response = await carry_out()
    if conduct.mode == "reset":
        await break_connection(request.scope[_SEND], request.receive)
        return Response()
    return _dripping(response, conduct.seconds) if conduct.mode == "drip" else response


async def json_of(request: Request) -> Any:
    """Return the body as JSON, None when it is none."""
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


def _refusal(conduct: Conduct) -> Refusal | None:
    if conduct.mode == "http_error":
        return Refusal(conduct.status, conduct.code, "The service failed, as it was told to.")
    return {"arrears": ARREARS, "throttled": THROTTLED}.get(conduct.mode)


def _dripping(response: Response, seconds: float) -> Response:
    body = bytes(response.body)
    return StreamingResponse(
        _drops(body, seconds / _DRIPS), response.status_code, media_type=response.media_type
    )


async def _drops(body: bytes, pause_seconds: float) -> AsyncIterator[bytes]:
    size = max(1, -(-len(body) // _DRIPS))
    for start in range(0, len(body), size):
        yield body[start : start + size]
        await asyncio.sleep(pause_seconds)
