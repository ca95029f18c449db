"""GET /v1/styles."""

from __future__ import annotations

from functions.list_styles import schema
from functions.list_styles.use_case import list_styles
from shared import bootstrap
from shared.edge import identity
from shared.edge.entrypoint import HttpResponse, http_entry
from shared.edge.events.http_request import HttpRequest


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer with the styles, or with 304 when the caller has them already."""
    identity.verify(request.headers, bootstrap.identity_settings())
    view = list_styles(default=bootstrap.job_settings().default_style)
    return HttpResponse(*schema.answer(view, request.headers))
