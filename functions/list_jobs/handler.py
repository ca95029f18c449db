"""GET /v1/jobs."""

from __future__ import annotations

from functions.list_jobs.use_case import list_jobs
from shared import bootstrap
from shared.edge import http_fields, identity
from shared.edge.entrypoint import HttpResponse, http_entry
from shared.edge.events.http_request import HttpRequest
from shared.jobs.listing import MOST

_DEFAULT = 20


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer with a page of the driver's jobs, newest first."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("driver", "service")
    page = list_jobs(
        identity.driver_key_of(caller, request.headers, bootstrap.id_key()),
        cursor=request.query.get("cursor", ""),
        limit=http_fields.number(request, "limit", default=_DEFAULT, most=MOST),
        id_key=bootstrap.id_key(),
        link_seconds=bootstrap.job_settings().link_seconds,
        jobs=bootstrap.jobs(),
        results=bootstrap.state(),
        control=bootstrap.control,
    )
    return HttpResponse(200, page.to_json())
