"""One server for all tests of a module; each puts its own application on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.cloud.serving import LoopbackServer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class Stage:
    """The server; `app` is what it serves now."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None
        self.server = LoopbackServer(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)
