"""DELETE /v1/me."""

from __future__ import annotations

from functions.erase_driver.use_case import erase_driver
from shared import bootstrap
from shared.edge import identity
from shared.edge.entrypoint import HttpResponse, http_entry
from shared.edge.events.http_request import HttpRequest


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer 202 with the receipt of the erasure."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("driver", "service")
    receipt = erase_driver(
        identity.driver_key_of(caller, request.headers, bootstrap.id_key()),
        tenant=caller.tenant,
        id_key=bootstrap.id_key(),
        jobs=bootstrap.jobs(),
        state=bootstrap.state(),
        invoker=bootstrap.invoker(),
        clock=bootstrap.clock(),
    )
    return HttpResponse(202, receipt.to_json(), receipt.headers())
