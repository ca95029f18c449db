"""GET /v1/vehicles."""

from __future__ import annotations

from functions.list_vehicles.use_case import list_vehicles
from shared import bootstrap
from shared.edge import identity
from shared.edge.entrypoint import HttpResponse, http_entry
from shared.edge.events.http_request import HttpRequest


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer with the vehicles, or 304 when the caller has this very list."""
    identity.verify(request.headers, bootstrap.identity_settings())
    listed = list_vehicles(
        request.headers.get("if-none-match", ""),
        link_seconds=bootstrap.job_settings().link_seconds,
        catalogue=bootstrap.catalogue(),
        mount=bootstrap.mount(),
        clock=bootstrap.clock(),
    )
    return HttpResponse(listed.status, listed.body(), listed.headers())
