"""FC's own invocation API: the 2016-08-15 path of FC 2.0 and the 2023-03-30 path of FC 3.0.

And, of FC 3.0's management, the look at one function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as Path

from local.cloud.fc.control.api import Control, control_routes
from local.cloud.fc.door import Call, Door, no_such_path
from local.cloud.fc.host import FunctionHost
from local.cloud.fc.spec import reference_of
from local.cloud.ram.guard import Allows

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
    control: Control | None = None,
) -> Starlette:
    """Serve both invocation APIs for one host, and the control API of what it runs, if any.

    `keys` maps access key ids to secrets; `allows` says what their holders may do; without it, all.
    """
    door = Door(host.account, keys=keys, clock=clock, allows=allows)
    invoke = door.endpoint("fc:InvokeFunction", _resource, partial(_invoke, host))
    look = door.endpoint("fc:GetFunction", _resource, partial(_look, host))
    return Starlette(
        routes=[
            Path(_PATH_2016, invoke, methods=["POST"]),
            Path(_PATH_2023, invoke, methods=["POST"]),
            *(control_routes(control, door) if control else ()),
            Path(_PATH_LOOK, look, methods=["GET"]),
        ],
        exception_handlers={404: no_such_path, 405: no_such_path},
    )


def _invoke(host: FunctionHost, call: Call) -> Response:
    headers, reference = call.request.headers, _reference(call.request)
    if headers.get("x-fc-invocation-type", "Sync").lower() == "async":
        return start_async(host, reference, call.read.body, task_id_of(headers), call.request_id)
    return _run_sync(host, reference, call.read.body, call.request_id)


def _look(host: FunctionHost, call: Call) -> Response:
    found = host.function(_name(call.request))
    seen = {"functionName": found.name, "handler": found.handler, "runtime": found.runtime}
    return JSONResponse(seen, headers={"X-Fc-Request-Id": call.request_id})


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


def _resource(request: Request) -> str:
    return f"functions/{_name(request)}"


def _name(request: Request) -> str:
    # A function of an FC 2.0 service is `service$function` to FC 3.0. A stack file cannot declare
    # such a name, so the function's own name stands for it, whatever the service is called.
    return str(request.path_params["function"]).rsplit("$", maxsplit=1)[-1]


def _reference(request: Request) -> str:
    """Return the function that is called, with its qualifier: FC 2.0 writes it at the service."""
    service = str(request.path_params.get("service", ""))
    qualifier = request.query_params.get("qualifier") or service.partition(".")[2]
    return reference_of(_name(request), qualifier)
