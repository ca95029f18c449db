"""The queue service's HTTP face: input at the service path, output at its `/sink`."""

from __future__ import annotations

import asyncio
import base64
import hmac
import time
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.cloud.eas.errors import LocalEasError
from local.cloud.eas.frames import PROTOBUF, encode_attributes, encode_frames, to_json
from local.cloud.eas.item import QueueItem
from local.cloud.eas.queries import (
    PageQuery,
    read_flag,
    read_indexes,
    read_number,
    read_page_query,
    read_put_tags,
    read_tags,
)
from local.cloud.eas.queue import DurableQueue
from local.cloud.eas.service import PRIORITY_HEADER, EasService

REQUEST_ID_HEADER = "X-Eas-Queueservice-Request-Id"

_SIGNED, _SIGNED_HEADERS = "EAS ", ("content-md5", "content-type", "date")
_LOOK_AGAIN_SECONDS = 0.03
_LONGEST_WAIT_SECONDS = 60.0


def create_eas_app(service: EasService, token: str) -> Starlette:
    """Serve one service; each request needs `Authorization: <token>`, or a signature by it."""
    path = f"/api/predict/{service.name}"
    source = _QueueRoutes(service, service.input, token)
    sink = _QueueRoutes(service, service.sink, token)
    verbs = ["GET", "POST", "PUT", "DELETE"]
    return Starlette(
        routes=[
            Route(f"{path}/sink", sink.handle, methods=verbs),
            # The API edition's own path; a post there is a put into the input queue.
            Route(f"{path}/api_prompt", source.handle, methods=["POST"]),
            Route(path, source.handle, methods=verbs),
        ]
    )


class _QueueRoutes:
    def __init__(self, service: EasService, queue: DurableQueue, token: str) -> None:
        self._service = service
        self._queue = queue
        self._token = token

    async def handle(self, request: Request) -> Response:
        if not _is_authorized(request, self._token):
            return PlainTextResponse("unauthorized", 401)
        verb: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "POST": self._post,
            "PUT": self._commit,
            "DELETE": self._delete,
        }
        try:
            return await verb.get(request.method, self._read)(request)
        except LocalEasError as error:
            return PlainTextResponse(str(error), error.status)

    async def _post(self, request: Request) -> Response:
        query = dict(request.query_params)
        if read_flag(query, "_eos_"):
            return PlainTextResponse("ending a queue is not offered here", 501)
        body = await request.body()
        item = self._queue.put(body, read_put_tags(query), priority=_priority(request))
        return PlainTextResponse(str(item.index), headers={REQUEST_ID_HEADER: item.request_id})

    async def _commit(self, request: Request) -> Response:
        query = dict(request.query_params)
        indexes = read_indexes(query)
        if read_flag(query, "_negative_"):
            self._queue.release(indexes=indexes, max_delivery=self._service.max_delivery)
        else:
            self._queue.remove(indexes)
        return PlainTextResponse("OK")

    async def _delete(self, request: Request) -> Response:
        query = dict(request.query_params)
        if read_flag(query, "_trunc_"):
            self._queue.truncate(read_number(query, "_index_"))
        else:
            self._queue.remove(read_indexes(query))
        return PlainTextResponse("OK")

    async def _read(self, request: Request) -> Response:
        query = dict(request.query_params)
        if read_flag(query, "_watch_"):
            return PlainTextResponse("watching is not offered here; use get", 501)
        if read_flag(query, "_attrs_"):
            return self._attributes(request)
        if read_flag(query, "_search_"):
            return self._search(read_number(query, "_index_"))
        if read_flag(query, "_count_"):
            priority = read_number(query, "_priority_") if "_priority_" in query else None
            counted = self._queue.count(priority=priority, tags=read_tags(query))
            return PlainTextResponse(str(counted))
        return await self._get(request, read_page_query(query))

    def _attributes(self, request: Request) -> Response:
        attributes = self._service.attributes(self._queue)
        if _wants_protobuf(request):
            return Response(encode_attributes(attributes), media_type=PROTOBUF)
        return JSONResponse(attributes)

    def _search(self, index: int) -> Response:
        standing = self._queue.search(index)
        if standing is None:
            return PlainTextResponse("no data in stream", 404)
        return JSONResponse(
            {
                "ConsumerId": standing.owner,
                "IsPending": bool(standing.owner),
                "WaitCount": standing.waiting_ahead,
            }
        )

    async def _get(self, request: Request, page: PageQuery) -> Response:
        items = await self._wait_for(request, page)
        if not items:
            return Response(status_code=204)
        if page.auto_delete:
            self._queue.remove([item.index for item in items])
        if page.raw:
            return Response(b"".join(i.data for i in items), media_type="application/octet-stream")
        if _wants_protobuf(request):
            return Response(encode_frames(items), media_type=PROTOBUF)
        return JSONResponse([to_json(item) for item in items])

    async def _wait_for(self, request: Request, page: PageQuery) -> list[QueueItem]:
        """Poll until `_length_` items are there or the time is up."""
        until = time.monotonic() + min(page.timeout_seconds, _LONGEST_WAIT_SECONDS)
        while True:
            items = self._queue.page(index=page.index, length=page.length, tags=page.tags)
            enough = len(items) >= page.length or bool(page.index < 0 and items)
            if enough or time.monotonic() >= until:
                return items
            if await request.is_disconnected():
                return []
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)


def _is_authorized(request: Request, token: str) -> bool:
    """Tell whether a request shows the token, or a signature by it as PredictClient makes them."""
    given, wanted = request.headers.get("Authorization", ""), token
    if given.startswith(_SIGNED):
        headers = [request.headers.get(name, "") for name in _SIGNED_HEADERS]
        signed = "\n".join((request.method, *headers, request.url.path)).encode()
        wanted = _SIGNED + base64.b64encode(hmac.digest(token.encode(), signed, "sha1")).decode()
    return hmac.compare_digest(given.encode(), wanted.encode())


def _wants_protobuf(request: Request) -> bool:
    return PROTOBUF in request.headers.get("Accept", "")


def _priority(request: Request) -> int:
    text = request.query_params.get("_priority_") or request.headers.get(PRIORITY_HEADER) or "0"
    return read_number({"_priority_": text}, "_priority_")
