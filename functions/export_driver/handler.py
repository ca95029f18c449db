"""GET /v1/me/export."""

from __future__ import annotations

from functions.export_driver.use_case import export_driver
from shared import bootstrap
from shared.edge import identity
from shared.edge.entrypoint import HttpResponse, http_entry
from shared.edge.events.http_request import HttpRequest


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer with a file of everything that is stored of the driver."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("driver", "service")
    export = export_driver(
        identity.driver_key_of(caller, request.headers, bootstrap.id_key()),
        cursor=request.query.get("cursor", ""),
        id_key=bootstrap.id_key(),
        link_seconds=bootstrap.job_settings().link_seconds,
        jobs=bootstrap.jobs(),
        results=bootstrap.state(),
        control=bootstrap.control,
        clock=bootstrap.clock(),
    )
    return HttpResponse(200, export.to_json(), export.headers())
