"""Read an incoming request for FC's two front doors: within limits, path still encoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.functions.refusals import too_large
from local.functions.shapes import HttpRequest, joined
from local.functions.signing import SignedRequest

if TYPE_CHECKING:
    from starlette.requests import Request


async def read_request(request: Request, *, limit: int) -> HttpRequest:
    """Read the whole request; raise RefusedError when the body is larger than `limit` bytes."""
    raw_path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    return HttpRequest(
        method=request.method,
        raw_path=raw_path.split(b"?", maxsplit=1)[0].decode("latin-1"),
        query=request.scope["query_string"].decode("latin-1"),
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw
        ),
        body=await _bounded_body(request, limit),
        client=request.client.host if request.client else "",
        domain=request.headers.get("host", "").split(":", maxsplit=1)[0],
    )


def to_signed(request: HttpRequest) -> SignedRequest:
    """Give what a signature covers."""
    return SignedRequest(
        method=request.method,
        raw_path=request.raw_path,
        query=request.query,
        headers=joined((name.lower(), value) for name, value in request.headers),
        body=request.body,
    )


async def _bounded_body(request: Request, limit: int) -> bytes:
    kept, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        # What is over the limit is read and dropped, so that the sender gets to read the answer.
        if size <= limit:
            kept.append(chunk)
    if size > limit:
        raise too_large(limit)
    return b"".join(kept)
