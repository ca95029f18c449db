"""Serve an ASGI app on a loopback port from a background thread."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_START_SECONDS = 20.0


def every_path(respond: Callable[[Request], Awaitable[Response]]) -> Starlette:
    """Answer all methods on all paths; Starlette's patterns stop at an encoded line break."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            response = await respond(Request(scope, receive))
            await response(scope, receive, send)

    app = Starlette()
    app.router.default = serve
    return app


async def break_connection(send: Send, receive: Receive) -> None:
    """Break a connection with a reset, which ASGI has no word for; `send` is the server's own."""
    # The server hands over a bound method of the object that owns the connection.
    transport: Any = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("this server's connections cannot be broken")
    # Lingering for zero seconds makes the system send a reset instead of an orderly end.
    linger = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


class PortTakenError(Exception):
    """Somebody else has the port, or it is not for everybody."""


class LoopbackServer:
    """One uvicorn server on 127.0.0.1; port 0 lets the system choose."""

    def __init__(self, app: ASGIApp, *, port: int = 0) -> None:
        # With the protocol named, asyncio sets TCP_NODELAY; without it many answers wait 40 ms.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("127.0.0.1", port))
        except OSError as error:
            self._socket.close()
            raise PortTakenError(f"port {port}: {error.strerror}") from error
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            # Who calls is who is connected, whatever a request says.
            proxy_headers=False,
            timeout_graceful_shutdown=2,
            # As services keep them; with 5 s a client may write into one that is being closed.
            timeout_keep_alive=60,
        )
        self._server = uvicorn.Server(config)
        run = partial(self._server.run, sockets=[self._socket])
        self._thread = threading.Thread(target=run, name=f"serve-{self.port}", daemon=True)

    def start(self) -> LoopbackServer:
        """Return once the server answers."""
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError(f"the loopback server on port {self.port} did not start")
            time.sleep(0.005)
        return self

    def stop(self) -> None:
        """Stop serving and wait for the thread to end."""
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()

    def __enter__(self) -> LoopbackServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
