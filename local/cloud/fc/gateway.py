"""The HTTP front door: the domain's routes, and FC's HTTP triggers behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from local.cloud.fc.domain_auth import token_check
from local.cloud.fc.host import FunctionHost, new_request_id
from local.cloud.fc.invocation_api import start_async, task_id_of
from local.cloud.fc.refusals import MAX_SYNC_BYTES, RefusedError, refusal_response
from local.cloud.fc.shapes import HttpRequest, http_answer, http_event, read_request
from local.cloud.fc.signing import Verifier
from local.cloud.fc.spec import Route
from local.cloud.fc.web_answer import PassedOn
from local.cloud.fc.web_requests import told_headers, web_request
from local.cloud.serving import every_path

_MAX_HEADER_BYTES = 8 * 1024
_MAX_PATH_BYTES = 4 * 1024


def create_gateway_app(
    host: FunctionHost,
    routes: Iterable[Route],
    *,
    clock: Callable[[], datetime],
    keys: Mapping[str, str] | None = None,
    check: Callable[[HttpRequest], HttpRequest] | None = None,
) -> Starlette:
    """Serve the routes of a stack; AuthConfigError where a trigger's JWT cannot be checked.

    `keys` maps access key ids to secrets, for triggers with authType function. `check` is what the
    domain asks of each request, besides its trigger: it returns the request for the function.
    """
    for route in routes:
        for trigger in host.function(route.reference).http_triggers:
            if trigger.auth == "jwt":
                token_check(trigger.auth_config)
    verifier = Verifier(keys or {}, clock)
    return every_path(_Gateway(host, routes, verifier, clock, check).respond)


def match_route(routes: Iterable[Route], method: str, path: str) -> Route:
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
    routes: Iterable[Route]
    verifier: Verifier
    clock: Callable[[], datetime]
    check: Callable[[HttpRequest], HttpRequest] | None

    async def respond(self, request: Request) -> Response:
        """Answer one request, whatever its method."""
        request_id = new_request_id()
        try:
            _check_head(request)
            read = await read_request(request, limit=MAX_SYNC_BYTES)
            route = match_route(self.routes, read.method, request.scope["path"])
            admitted = self._admitted(route, self.check(read) if self.check else read)
            if self.host.function(route.reference).is_web:
                return await self._passed_on(route, admitted, request, request_id)
            event = http_event(
                admitted, account=self.host.account, request_id=request_id, now=self.clock()
            )
            if request.headers.get("x-fc-invocation-type", "Sync").lower() == "async":
                # Any caller may choose this, and the task id too.
                task_id = task_id_of(request.headers)
                return await run_in_threadpool(
                    start_async, self.host, route.reference, event, task_id, request_id
                )
            return await run_in_threadpool(self._run, route.reference, event, request_id)
        except RefusedError as refusal:
            return refusal_response(refusal, request_id)

    def _admitted(self, route: Route, request: HttpRequest) -> HttpRequest:
        triggers = self.host.function(route.reference).http_triggers
        allowed = [trigger for trigger in triggers if request.method in trigger.methods]
        if not allowed:
            message = f"'{request.method}' is not a method of the trigger of '{route.reference}'"
            raise RefusedError(405, "MethodNotAllowed", message)
        if any(trigger.auth == "anonymous" for trigger in allowed):
            return request
        if allowed[0].auth == "jwt":
            return token_check(allowed[0].auth_config)(request)
        self.verifier.check_acs3_trigger(request)
        return request

    async def _passed_on(
        self, route: Route, admitted: HttpRequest, request: Request, request_id: str
    ) -> Response:
        if request.headers.get("x-fc-invocation-type", "Sync").lower() == "async":
            message = "the local FC starts no web function by an asynchronous HTTP request"
            raise RefusedError(400, "InvalidArgument", message)
        host = self.host
        function = host.function(route.reference)
        account = host.contexts.account_of(function)
        told = told_headers(function, account, request_id, "/http-invoke")
        exchange = await run_in_threadpool(host.open_web, route.reference, request_id)
        try:
            await run_in_threadpool(exchange.send, *web_request(admitted, request.url.scheme, told))
        except BaseException:
            exchange.close()
            raise
        return PassedOn(exchange, request_id)

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
