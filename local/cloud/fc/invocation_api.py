"""FC's own invocation API: the 2016-08-15 path of FC 2.0 and the 2023-03-30 path of FC 3.0.

And, of FC 3.0's management, the look at one function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as Path

from local.cloud.fc.host import FunctionHost, new_request_id
from local.cloud.fc.refusals import MAX_SYNC_BYTES, RefusedError, refusal_response
from local.cloud.fc.shapes import HttpRequest, read_request
from local.cloud.fc.signing import Verifier
from local.cloud.ram.guard import Allows
from local.cloud.ram.policy import Request as Wanted

Check = Callable[[HttpRequest], str]

_PATH_2016 = "/2016-08-15/services/{service}/functions/{function}/invocations"
_PATH_2023 = "/2023-03-30/functions/{function}/invocations"
_PATH_LOOK = "/2023-03-30/functions/{function}"
# FC 2.0's and FC 3.0's names for the same header.
TASK_ID_HEADERS = ("x-fc-async-task-id", "x-fc-stateful-async-invocation-id")


def create_fc_app(
    host: FunctionHost,
    *,
    keys: Mapping[str, str],
    clock: Callable[[], datetime],
    allows: Allows | None = None,
) -> Starlette:
    """Serve both invocation APIs for one host; `keys` maps access key ids to secrets.

    `allows` says what their holders may do; without it, all.
    """
    verifier = Verifier(keys, clock)
    door = _Door(host, allows)
    old = partial(_invoke, door, verifier.check_fc, capitals=True)
    new = partial(_invoke, door, verifier.check_acs3, capitals=False)
    look = partial(_look, door, verifier.check_acs3)
    return Starlette(
        routes=[
            Path(_PATH_2016, old, methods=["POST"]),
            Path(_PATH_2023, new, methods=["POST"]),
            Path(_PATH_LOOK, look, methods=["GET"]),
        ],
        exception_handlers={404: _no_such_path, 405: _no_such_path},
    )


@dataclass(frozen=True)
class _Door:
    host: FunctionHost
    allows: Allows | None

    def admit(self, key: str, action: str, function: str) -> None:
        """Raise RefusedError unless the holder of the key may do that with the function."""
        account = self.host.account
        arn = f"acs:fc:{account.region}:{account.account_id}:functions/{function}"
        if self.allows and not self.allows(key, Wanted(action, arn)):
            message = f"the caller is not authorized to perform '{action}' on resource '{arn}'"
            raise RefusedError(403, "AccessDenied", message)


async def _invoke(door: _Door, check: Check, request: Request, *, capitals: bool) -> Response:
    request_id = new_request_id()
    try:
        read = await read_request(request, limit=MAX_SYNC_BYTES)
        key, host = check(read), door.host
        function = _function_name(request)
        door.admit(key, "fc:InvokeFunction", function)
        if request.headers.get("x-fc-invocation-type", "Sync").lower() == "async":
            return await run_in_threadpool(
                start_async, host, function, read.body, task_id_of(request.headers), request_id
            )
        return await run_in_threadpool(_run_sync, host, function, read.body, request_id)
    except RefusedError as refusal:
        return refusal_response(refusal, request_id, capitals=capitals)


async def _look(door: _Door, check: Check, request: Request) -> Response:
    request_id = new_request_id()
    try:
        key = check(await read_request(request, limit=MAX_SYNC_BYTES))
        door.admit(key, "fc:GetFunction", _function_name(request))
        found = door.host.function(_function_name(request))
    except RefusedError as refusal:
        return refusal_response(refusal, request_id)
    seen = {"functionName": found.name, "handler": found.handler, "runtime": found.runtime}
    return JSONResponse(seen, headers={"X-Fc-Request-Id": request_id})


def start_async(
    host: FunctionHost, function: str, payload: bytes, task_id: str | None, request_id: str
) -> Response:
    """Accept an asynchronous invocation: 202 and nothing in it."""
    host.invoke_async(function, payload, task_id, request_id=request_id)
    return Response(status_code=202, headers={"X-Fc-Request-Id": request_id})


def task_id_of(headers: Mapping[str, str]) -> str | None:
    """Find the task id the caller chose, if any."""
    return next((headers[name] for name in TASK_ID_HEADERS if name in headers), None)


def _run_sync(host: FunctionHost, function: str, payload: bytes, request_id: str) -> Response:
    result = host.invoke_sync(function, payload, request_id=request_id)
    headers = {
        "X-Fc-Request-Id": request_id,
        "X-Fc-Invocation-Duration": str(result.ms),
        "Content-Type": "application/octet-stream",
    }
    if result.error_type is not None:
        headers["X-Fc-Error-Type"] = result.error_type
    return Response(result.body, status_code=result.status, headers=headers)


def _function_name(request: Request) -> str:
    # A function of an FC 2.0 service is `service$function` to FC 3.0. A stack file cannot declare
    # such a name, so the function's own name stands for it, whatever the service is called.
    return str(request.path_params["function"]).rsplit("$", maxsplit=1)[-1]


async def _no_such_path(request: Request, error: Exception) -> Response:
    del error
    message = f"'{request.method}' against '{request.url.path}' is not supported"
    refusal = RefusedError(400, "PathNotSupported", message)
    capitals = request.url.path.startswith("/2016-08-15/")
    return refusal_response(refusal, new_request_id(), capitals=capitals)
