"""GET and POST below /v1/vehicles/."""

from __future__ import annotations

from functions.manage_vehicle import schema
from functions.manage_vehicle.use_case import Desk
from shared import bootstrap
from shared.edge import identity
from shared.edge.entrypoint import HttpResponse, http_entry
from shared.edge.events.http_request import HttpRequest

# Of the half minute that a request has.
_SECONDS = 12.0


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer with the sets, forms for uploads, a badge, or what a decision led to."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("studio", "operator")
    asked = schema.parse_request(request, max_bytes=bootstrap.job_settings().max_body_bytes)
    desk = Desk(
        by=caller.subject,
        seconds=_SECONDS,
        link_seconds=bootstrap.job_settings().link_seconds,
        max_bytes=bootstrap.vehicle_settings().max_bytes,
        jobs=bootstrap.jobs(),
        state=bootstrap.state(),
        mount=bootstrap.mount(),
        clock=bootstrap.clock(),
    )
    status, answer = desk.answer(asked)
    return HttpResponse(status, answer.to_json())
