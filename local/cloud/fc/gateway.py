"""The HTTP front door: the domain's routes, and FC's HTTP triggers behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from local.cloud.fc.host import FunctionHost, new_request_id
from local.cloud.fc.invocation_api import start_async, task_id_of
from local.cloud.fc.refusals import MAX_SYNC_BYTES, RefusedError, refusal_response
from local.cloud.fc.shapes import HttpRequest, http_answer, http_event, read_request
from local.cloud.fc.signing import Verifier
from local.cloud.fc.spec import Route
from local.cloud.serving import every_path

_MAX_HEADER_BYTES = 8 * 1024
_MAX_PATH_BYTES = 4 * 1024


def create_gateway_app(
    host: FunctionHost,
    routes: Sequence[Route],
    *,
    clock: Callable[[], datetime],
    keys: Mapping[str, str] | None = None,
) -> Starlette:
    """Serve the routes of a stack; raise ValueError for a trigger that wants a gateway JWT.

    `keys` maps access key ids to secrets, for triggers with authType function.
    """
    for route in routes:
        if any(t.auth == "jwt" for t in host.function(route.function).http_triggers):
            msg = f"{route.function}: the local gateway does not verify JWTs (authType jwt)"
            raise ValueError(msg)
    return every_path(_Gateway(host, routes, Verifier(keys or {}, clock), clock).respond)


def match_route(routes: Sequence[Route], method: str, path: str) -> Route:
    """Find the route of a decoded path: an exact one first, then the longest pattern.

    Raise RefusedError: 404 where no path fits, 405 where only the method does not.
    """
    fitting = [route for route in routes if _fits(route.path, path)]
    if not fitting:
        raise RefusedError(404, "DomainRouteNotFound", f"no route found for path '{path}'")
    best = max(fitting, key=lambda each: ("*" not in each.path, len(each.path))).path
    for route in fitting:
        if route.path == best and (not route.methods or method in route.methods):
            return route
    raise RefusedError(405, "MethodNotAllowed", f"'{method}' is not allowed on '{path}'")


def _fits(pattern: str, path: str) -> bool:
    """Say whether a path fits; `*` is one segment, and at the end whatever follows."""
    within = pattern.removesuffix("*")
    middle = "[^/]+".join(map(re.escape, within.split("*")))
    return re.fullmatch(middle + (".*" if within != pattern else ""), path, re.DOTALL) is not None


@dataclass(frozen=True)
class _Gateway:
    host: FunctionHost
    routes: Sequence[Route]
    verifier: Verifier
    clock: Callable[[], datetime]

    async def respond(self, request: Request) -> Response:
        """Answer one request, whatever its method."""
        request_id = new_request_id()
        try:
            _check_head(request)
            read = await read_request(request, limit=MAX_SYNC_BYTES)
            route = match_route(self.routes, read.method, request.scope["path"])
            self._admit(route, read)
            event = http_event(
                read, account=self.host.account, request_id=request_id, now=self.clock()
            )
            if request.headers.get("x-fc-invocation-type", "Sync").lower() == "async":
                # Any caller may choose this, and the task id too.
                task_id = task_id_of(request.headers)
                return await run_in_threadpool(
                    start_async, self.host, route.function, event, task_id, request_id
                )
            return await run_in_threadpool(self._run, route.function, event, request_id)
        except RefusedError as refusal:
            return refusal_response(refusal, request_id)

    def _admit(self, route: Route, request: HttpRequest) -> None:
        triggers = self.host.function(route.function).http_triggers
        allowed = [trigger for trigger in triggers if request.method in trigger.methods]
        if not allowed:
            message = f"'{request.method}' is not a method of the trigger of '{route.function}'"
            raise RefusedError(405, "MethodNotAllowed", message)
        if all(trigger.auth == "function" for trigger in allowed):
            self.verifier.check_acs3_trigger(request)

    def _run(self, function: str, event: bytes, request_id: str) -> Response:
        result = self.host.invoke_sync(function, event, request_id=request_id)
        if result.error_type is not None:
            # What went wrong is for the log; an HTTP caller learns that something did.
            headers = {"X-Fc-Request-Id": request_id, "X-Fc-Error-Type": result.error_type}
            return PlainTextResponse("Internal Server Error", 502, headers)
        answer = http_answer(result.body)
        response = Response(answer.body, answer.status)
        for name, value in (*answer.headers, ("X-Fc-Request-Id", request_id)):
            response.headers.append(name, value)
        return response


def _check_head(request: Request) -> None:
    headers = sum(len(name) + len(value) for name, value in request.headers.raw)
    target = len(request.scope.get("raw_path") or b"") + len(request.scope["query_string"])
    if headers > _MAX_HEADER_BYTES or target > _MAX_PATH_BYTES:
        message = "headers are limited to 8 KB, path and query to 4 KB"
        raise RefusedError(400, "InvalidArgument", message)
