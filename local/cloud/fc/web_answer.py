"""A web function's answer on its way back to the caller, piece by piece."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from local.cloud.fc.refusals import RefusedError
from local.cloud.fc.web_requests import Exchange, answered_headers
from local.cloud.serving import break_connection


class PassedOn(Response):
    """The answer of an exchange, which it closes; a broken one breaks the connection too."""

    def __init__(self, exchange: Exchange, request_id: str) -> None:
        super().__init__(status_code=exchange.status)
        self._exchange = exchange
        told = (*answered_headers(exchange.headers), ("X-Fc-Request-Id", request_id))
        self.raw_headers = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in told]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head, then each piece as it comes."""
        del scope
        start = {"type": "http.response.start", "status": self.status_code}
        try:
            await send({**start, "headers": self.raw_headers})
            while piece := await run_in_threadpool(self._exchange.read):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except RefusedError:
            await break_connection(send, receive)
        finally:
            self._exchange.close()
