"""The stand-in's HTTP face: native interface, compatible chat, result downloads."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError
from starlette.responses import Response
from starlette.routing import Route

from local.dashscope.exchange import BreakableStarlette, exchange, json_of
from local.dashscope.pictures import described, read_order, submitted, unknown
from local.dashscope.replies import (
    INVALID_KEY,
    MODERATED_INPUT,
    Refusal,
    compat_error,
    native_error,
    native_reply,
)
from local.dashscope.text_routes import TextRoutes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.applications import Starlette
    from starlette.requests import Request

    from local.dashscope.behaviour import Conduct
    from local.dashscope.state import DashScopeState
    from local.dashscope.task import Fate, PictureTask

    Handle = Callable[[Request], Awaitable[Response]]

_NO_SYNC = Refusal(403, "AccessDenied", "current user api does not support synchronous calls.")
# Assumed: no published page words the refusal of a cancellation.
_NOT_PENDING = Refusal(400, "UnsupportedOperation", "Only a pending task can be canceled.")
_FATES = ("fail_task", "moderate_output", "never_finish")


def create_dashscope_app(state: DashScopeState, *, api_key: str) -> Starlette:
    """Serve the stand-in; all but the result links need `Authorization: Bearer <api_key>`."""
    text = TextRoutes(state)
    pictures = _PictureRoutes(state)
    downloads = _DownloadRoutes(state)

    def keyed(handle: Handle, refuse: Callable[[Refusal], Response]) -> Handle:
        return _with_key(handle, api_key=api_key, refuse=refuse)

    aigc = "/api/v1/services/aigc"
    return BreakableStarlette(
        routes=[
            Route(
                f"{aigc}/text-generation/generation",
                keyed(text.native, native_error),
                methods=["POST"],
            ),
            Route(
                "/compatible-mode/v1/chat/completions",
                keyed(text.compatible, compat_error),
                methods=["POST"],
            ),
            Route(
                f"{aigc}/multimodal-generation/generation",
                keyed(text.look, native_error),
                methods=["POST"],
            ),
            Route(
                f"{aigc}/text2image/image-synthesis",
                keyed(pictures.submit, native_error),
                methods=["POST"],
            ),
            Route("/api/v1/tasks/{task_id}", keyed(pictures.poll, native_error), methods=["GET"]),
            Route(
                "/api/v1/tasks/{task_id}/cancel",
                keyed(pictures.cancel, native_error),
                methods=["POST"],
            ),
            Route("/results/{task_id}/{number:int}.png", downloads.download, methods=["GET"]),
        ]
    )


def _with_key(handle: Handle, *, api_key: str, refuse: Callable[[Refusal], Response]) -> Handle:
    wanted = f"Bearer {api_key}".encode()

    async def guarded(request: Request) -> Response:
        given = request.headers.get("Authorization", "").encode()
        return await handle(request) if hmac.compare_digest(given, wanted) else refuse(INVALID_KEY)

    return guarded


class _PictureRoutes:
    def __init__(self, state: DashScopeState) -> None:
        self._state = state

    async def submit(self, request: Request) -> Response:
        body = await json_of(request)
        self._state.calls.note("image", body)
        conduct = self._state.behaviour.next("image")

        async def carry_out() -> Response:
            if request.headers.get("X-DashScope-Async", "").lower() != "enable":
                return native_error(_NO_SYNC)
            return self._accept(body, conduct)

        return await exchange(request, conduct, carry_out=carry_out, refuse=native_error)

    def _accept(self, body: Any, conduct: Conduct) -> Response:
        if conduct.mode == "moderate_all":
            return native_error(MODERATED_INPUT)
        try:
            order = read_order(body)
        except ValidationError as error:
            return native_error(Refusal(400, "InvalidParameter", error.errors()[0]["msg"]))
        if isinstance(order, Refusal):
            return native_error(order)
        fate = cast("Fate", conduct.mode) if conduct.mode in _FATES else "normal"
        code = conduct.code if fate == "fail_task" else ""
        return native_reply(submitted(self._state.submit(order, fate=fate, code=code)))

    async def poll(self, request: Request) -> Response:
        self._state.calls.note("poll")

        async def carry_out() -> Response:
            task_id = request.path_params["task_id"]
            task = self._state.find_task(task_id)
            if task is None:
                return native_reply(unknown(task_id))
            return native_reply(described(task, lambda n: self._link(request, task, n)))

        conduct = self._state.behaviour.next("poll")
        return await exchange(request, conduct, carry_out=carry_out, refuse=native_error)

    async def cancel(self, request: Request) -> Response:
        self._state.calls.note("cancel")
        canceled = self._state.tasks.cancel(request.path_params["task_id"])
        return native_reply({}) if canceled else native_error(_NOT_PENDING)

    def _link(self, request: Request, task: PictureTask, number: int) -> str:
        url = request.url.replace(path=f"/results/{task.task_id}/{number}.png")
        expires = int((task.ended_at or 0) + self._state.life_seconds)
        return str(url.replace(query=f"Expires={expires}&Signature={task.link_key}"))


class _DownloadRoutes:
    """Presigned links, which the object store serves and not the model service."""

    def __init__(self, state: DashScopeState) -> None:
        self._state = state

    async def download(self, request: Request) -> Response:
        self._state.calls.note("download")
        conduct = self._state.behaviour.next("download")

        async def carry_out() -> Response:
            return self._file(request)

        return await exchange(request, conduct, carry_out=carry_out, refuse=_store_error)

    def _file(self, request: Request) -> Response:
        refusal = self._refusal(request)
        if refusal is not None:
            return _store_error(refusal)
        picture = self._state.worker.picture(
            request.path_params["task_id"], request.path_params["number"]
        )
        if not picture.exists():
            return _store_error(Refusal(404, "NoSuchKey", "The specified key does not exist."))
        return Response(picture.read_bytes(), media_type="image/png")

    def _refusal(self, request: Request) -> Refusal | None:
        # A second set of credentials: the link is signed, and the key is nobody's business here.
        if "Authorization" in request.headers:
            return Refusal(400, "InvalidArgument", "Only one authentication may be given.")
        task = self._state.tasks.find(request.path_params["task_id"])
        query = request.query_params
        if task is None or task.ended_at is None or query.get("Signature") != task.link_key:
            return Refusal(403, "SignatureDoesNotMatch", "The signature does not match.")
        expires = int(task.ended_at + self._state.life_seconds)
        if query.get("Expires") != str(expires):
            return Refusal(403, "SignatureDoesNotMatch", "The signature does not match.")
        if self._state.clock() > expires:
            return Refusal(403, "AccessDenied", "Request has expired.")
        return None


def _store_error(refusal: Refusal) -> Response:
    body = f"<Error><Code>{refusal.code}</Code><Message>{refusal.message}</Message></Error>"
    return Response(body, refusal.status, media_type="application/xml")
