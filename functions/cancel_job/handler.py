"""POST /v1/jobs/{id}/cancel."""

from __future__ import annotations

from functions.cancel_job.use_case import cancel_job
from shared import bootstrap
from shared.edge import identity
from shared.edge.entrypoint import HttpResponse, http_entry, path_segment
from shared.edge.events.http_request import HttpRequest


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer with the job's status and whether GPU work could be stopped."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("driver", "service", "operator")
    cancelled = cancel_job(
        path_segment(request, "/v1/jobs/", "/cancel"),
        caller,
        id_key=bootstrap.id_key(),
        jobs=bootstrap.jobs(),
        queue=bootstrap.queue(),
        clock=bootstrap.clock(),
    )
    return HttpResponse(200, cancelled.to_json())
