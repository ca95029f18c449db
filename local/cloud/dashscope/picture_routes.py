"""The routes of the models that paint: three ways to order, and the tasks of two of them."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from local.cloud.dashscope.behaviour import Conduct
from local.cloud.dashscope.exchange import exchange, json_of
from local.cloud.dashscope.models import Door
from local.cloud.dashscope.offered import beyond
from local.cloud.dashscope.pictures import (
    described,
    failure,
    painted,
    read_order,
    submitted,
    unknown,
)
from local.cloud.dashscope.replies import MODERATED_INPUT, Refusal, native_error, native_reply
from local.cloud.dashscope.state import DashScopeState
from local.cloud.dashscope.task import Fate, PictureTask

_NO_SYNC = Refusal(403, "AccessDenied", "current user api does not support synchronous calls.")
_NO_ASYNC = Refusal(403, "AccessDenied", "Current user api does not support asynchronous calls.")
# Assumed: no published page words the refusal of a cancellation.
_NOT_PENDING = Refusal(400, "UnsupportedOperation", "Only a pending task can be canceled.")
_TOO_LONG = Refusal(500, "RequestTimeOut", "Request timed out, please try again later.")
_FATES = ("fail_task", "moderate_output", "never_finish")
# The service's own limit of a call that waits.
_LONGEST_SECONDS = 300.0
_LOOK_SECONDS = 0.02


class PictureRoutes:
    """Take orders, paint them, and tell of them."""

    def __init__(self, state: DashScopeState) -> None:
        self._state = state

    async def synthesis(self, request: Request) -> Response:
        """Take an order of the first protocol: a prompt, a task."""
        return await self._ordered(request, await json_of(request), "image-synthesis")

    async def generation(self, request: Request) -> Response:
        """Take an order of the second protocol as a task."""
        return await self._ordered(request, await json_of(request), "image-generation")

    async def at_once(self, request: Request, body: Any) -> Response:
        """Take an order of the second protocol, and answer when it is painted."""
        return await self._ordered(request, body, "multimodal")

    async def poll(self, request: Request) -> Response:
        """Tell how far a task is."""
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
        """Cancel a task that waits."""
        self._state.calls.note("cancel")
        canceled = self._state.tasks.cancel(request.path_params["task_id"])
        return native_reply({}) if canceled else native_error(_NOT_PENDING)

    async def _ordered(self, request: Request, body: Any, door: Door) -> Response:
        self._state.calls.note("image", body)
        conduct = self._state.behaviour.next("image")
        as_task = request.headers.get("X-DashScope-Async", "").lower() == "enable"

        async def carry_out() -> Response:
            if too_much := beyond(request.headers, body, paints=True):
                return native_error(too_much)
            if as_task is (door == "multimodal"):
                return native_error(_NO_ASYNC if as_task else _NO_SYNC)
            task = self._accepted(body, door, conduct)
            if isinstance(task, Refusal):
                return native_error(task)
            return native_reply(submitted(task)) if as_task else await self._made(request, task)

        return await exchange(request, conduct, carry_out=carry_out, refuse=native_error)

    def _accepted(self, body: Any, door: Door, conduct: Conduct) -> PictureTask | Refusal:
        name = body.get("model") if isinstance(body, dict) else None
        model = self._state.models.find(name)
        refusal = self._state.models.refusal(name, door)
        if model is None or refusal is not None:
            return refusal or _TOO_LONG
        if conduct.mode == "moderate_all":
            return MODERATED_INPUT
        try:
            order = read_order(body, model)
        except ValidationError as error:
            return Refusal(400, "InvalidParameter", error.errors()[0]["msg"])
        if isinstance(order, Refusal):
            return order
        fate = cast("Fate", conduct.mode) if conduct.mode in _FATES else "normal"
        return self._state.submit(
            order, fate=fate, code=conduct.code if fate == "fail_task" else ""
        )

    async def _made(self, request: Request, task: PictureTask) -> Response:
        """Answer once a task is over, unless the caller has gone or waited too long."""
        until = asyncio.get_running_loop().time() + _LONGEST_SECONDS
        while asyncio.get_running_loop().time() < until and not await request.is_disconnected():
            answer = self._ending(request, task.task_id)
            if answer is not None:
                return answer
            await asyncio.sleep(_LOOK_SECONDS)
        return native_error(_TOO_LONG)

    def _ending(self, request: Request, task_id: str) -> Response | None:
        task = self._state.tasks.find(task_id)
        if task is not None and task.status == "FAILED":
            return native_error(failure(task))
        if task is None or task.status != "SUCCEEDED":
            return None
        return native_reply(painted(task, lambda n: self._link(request, task, n)))

    def _link(self, request: Request, task: PictureTask, number: int) -> str:
        url = request.url.replace(path=f"/results/{task.task_id}/{number}.png")
        expires = int((task.ended_at or 0) + self._state.life_seconds)
        return str(url.replace(query=f"Expires={expires}&Signature={task.link_key}"))
