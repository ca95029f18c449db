"""GET /v1/wall."""

from __future__ import annotations

from functions.list_wall import schema
from functions.list_wall.use_case import list_wall
from shared import bootstrap
from shared.edge import http_fields, identity
from shared.edge.entrypoint import HttpResponse, http_entry
from shared.edge.events.http_request import HttpRequest
from shared.jobs.wall_pages import MOST

_DEFAULT = 60


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer with a page of the tenant's posters, newest first."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("reviewer", "studio", "operator")
    page = list_wall(
        caller.tenant,
        schema.wanted(request),
        cursor=request.query.get("cursor", ""),
        limit=http_fields.number(request, "limit", default=_DEFAULT, most=MOST),
        id_key=bootstrap.id_key(),
        link_seconds=bootstrap.job_settings().link_seconds,
        jobs=bootstrap.jobs(),
        results=bootstrap.state(),
    )
    return HttpResponse(200, page.to_json())
