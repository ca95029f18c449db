"""GET /v1/health."""

from __future__ import annotations

from functions.read_health.use_case import read_health
from shared import bootstrap
from shared.edge import identity
from shared.edge.entrypoint import HttpResponse, http_entry
from shared.edge.events.http_request import HttpRequest


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer with how the service does for the tenant."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("operator", "studio")
    view = read_health(
        caller.tenant,
        jobs=bootstrap.jobs(),
        state=bootstrap.state(),
        control=bootstrap.control,
        clock=bootstrap.clock(),
    )
    return HttpResponse(200, view.to_json())
