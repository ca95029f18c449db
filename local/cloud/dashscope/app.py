"""The stand-in's HTTP face: native interface, compatible chat, result downloads."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.cloud.dashscope.exchange import BreakableStarlette, exchange, json_of
from local.cloud.dashscope.model_routes import ModelRoutes
from local.cloud.dashscope.offered import not_offered
from local.cloud.dashscope.picture_routes import PictureRoutes
from local.cloud.dashscope.replies import INVALID_KEY, Refusal, compat_error, native_error
from local.cloud.dashscope.state import DashScopeState
from local.cloud.dashscope.text_routes import TextRoutes

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

Handle = Callable[[Request], Awaitable[Response]]


def create_dashscope_app(state: DashScopeState, *, api_key: str) -> Starlette:
    """Serve the stand-in; all but the result links need `Authorization: Bearer <api_key>`."""
    text, pictures = TextRoutes(state), PictureRoutes(state)
    downloads, models = _DownloadRoutes(state), ModelRoutes(state.models)

    async def multimodal(request: Request) -> Response:
        """Send a call to the models that paint or to those that see, by its model."""
        body = await json_of(request)
        model = state.models.find(body.get("model") if isinstance(body, dict) else None)
        paints = model is not None and model.paints
        return await (pictures.at_once if paints else text.multimodal)(request, body)

    aigc, tasks = "/api/v1/services/aigc", "/api/v1/tasks/{task_id}"
    calls: list[tuple[str, Handle, Callable[[Refusal], Response], str]] = [
        (f"{aigc}/text-generation/generation", text.native, native_error, "POST"),
        ("/compatible-mode/v1/chat/completions", text.compatible, compat_error, "POST"),
        (f"{aigc}/multimodal-generation/generation", multimodal, native_error, "POST"),
        (f"{aigc}/text2image/image-synthesis", pictures.synthesis, native_error, "POST"),
        (f"{aigc}/image-generation/generation", pictures.generation, native_error, "POST"),
        (tasks, pictures.poll, native_error, "GET"),
        (f"{tasks}/cancel", pictures.cancel, native_error, "POST"),
        # What the service has not: its operator's own switches.
        ("/stand-in/models", models.listed, native_error, "GET"),
        ("/stand-in/models/{name}", models.change, native_error, "POST"),
    ]
    keyed = [
        Route(path, _with_key(handle, api_key=api_key, refuse=refuse), methods=[method])
        for path, handle, refuse, method in calls
    ]
    result = Route("/results/{task_id}/{number:int}.png", downloads.download, methods=["GET"])
    others = [
        Route("/compatible-mode/{rest:path}", partial(_not_here, compat_error), methods=_METHODS),
        Route("/{rest:path}", partial(_not_here, native_error), methods=_METHODS),
    ]
    return BreakableStarlette(routes=[*keyed, result, *others])


async def _not_here(refuse: Callable[[Refusal], Response], request: Request) -> Response:
    return refuse(not_offered(f"{request.method} {request.url.path}"))


def _with_key(handle: Handle, *, api_key: str, refuse: Callable[[Refusal], Response]) -> Handle:
    wanted = f"Bearer {api_key}".encode()

    async def guarded(request: Request) -> Response:
        given = request.headers.get("Authorization", "").encode()
        return await handle(request) if hmac.compare_digest(given, wanted) else refuse(INVALID_KEY)

    return guarded


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
