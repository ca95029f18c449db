"""POST /v1/callbacks/tasks, signed as Standard Webhooks are."""

from __future__ import annotations

from functions.task_callback.schema import task_named_in
from functions.task_callback.use_case import task_callback
from shared import bootstrap
from shared.core import webhooks
from shared.edge.entrypoint import HttpResponse, http_entry
from shared.edge.events.http_request import HttpRequest


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer 202 to whoever signs as agreed, whatever comes of it."""
    clock = bootstrap.clock()
    secrets = bootstrap.callback_settings().secrets()
    now = clock.now().timestamp()
    webhooks.verify(request.headers, request.body, secrets=secrets, now=now)
    recorded = task_callback(
        task_named_in(request.body),
        jobs=bootstrap.jobs(),
        mount=bootstrap.mount(),
        invoker=bootstrap.invoker(),
        clock=clock,
    )
    return HttpResponse(202, {"recorded": recorded})
