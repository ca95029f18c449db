"""PATCH /v1/jobs/{id}."""

from __future__ import annotations

from functions.change_share import schema
from functions.change_share.use_case import change_share
from shared import bootstrap
from shared.edge import http_fields, identity
from shared.edge.entrypoint import HttpResponse, http_entry, path_segment
from shared.edge.events.http_request import HttpRequest


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer with whether others may see the poster now."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("driver", "service", "studio", "operator")
    most = bootstrap.job_settings().max_body_bytes
    record = change_share(
        path_segment(request, "/v1/jobs/"),
        caller,
        share=http_fields.json_body(
            request, schema.ShareWish, schema.ALLOWED, max_bytes=most
        ).share,
        announce=bootstrap.job_settings().announce,
        id_key=bootstrap.id_key(),
        jobs=bootstrap.jobs(),
        mount=bootstrap.mount(),
        clock=bootstrap.clock(),
    )
    return HttpResponse(200, schema.shared_body(record))
