"""GET /v1/campaigns, GET and POST /v1/campaigns/{id}."""

from __future__ import annotations

from functions.manage_campaign import schema
from functions.manage_campaign.use_case import Office
from shared import bootstrap
from shared.edge import identity
from shared.edge.entrypoint import HttpResponse, http_entry, path_segment
from shared.edge.events.http_request import HttpRequest
from shared.seasons.calendar import calendar


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer with the windows, or with one campaign as it is after what was asked."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("studio", "operator")
    office = Office(
        by=caller.subject,
        rules=bootstrap.campaign_rules(),
        calendar=calendar(),
        state=bootstrap.state(),
        invoker=bootstrap.invoker(),
        clock=bootstrap.clock(),
    )
    if request.path == schema.ROOT:
        return HttpResponse(200, office.windows().to_json())
    name = path_segment(request, f"{schema.ROOT}/")
    if request.method == "GET":
        return HttpResponse(200, office.look(name).to_json())
    order = schema.parse_order(request, max_bytes=bootstrap.job_settings().max_body_bytes)
    return HttpResponse(200, office.do(name, order).to_json())
