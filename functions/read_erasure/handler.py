"""GET /v1/erasures/{id}."""

from __future__ import annotations

from functions.read_erasure.use_case import read_erasure
from shared import bootstrap
from shared.edge import identity
from shared.edge.entrypoint import HttpResponse, http_entry, path_segment
from shared.edge.events.http_request import HttpRequest


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer with the receipt: how far it is, and the counts."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("driver", "service")
    receipt = read_erasure(
        path_segment(request, "/v1/erasures/"),
        identity.driver_key_of(caller, request.headers, bootstrap.id_key()),
        id_key=bootstrap.id_key(),
        state=bootstrap.state(),
    )
    return HttpResponse(200, receipt.to_json())
