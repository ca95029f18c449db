"""DELETE /v1/jobs/{id}."""

from __future__ import annotations

from functions.erase_job.use_case import erase_job
from shared import bootstrap
from shared.edge import identity
from shared.edge.entrypoint import HttpResponse, http_entry, path_segment
from shared.edge.events.http_request import HttpRequest
from shared.jobs.record import JobName


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer 202 with the receipt of the erasure; from now on nobody sees the poster."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("driver", "service")
    receipt = erase_job(
        JobName(
            job_id=path_segment(request, "/v1/jobs/"),
            tenant=caller.tenant,
            driver_key=identity.driver_key_of(caller, request.headers, bootstrap.id_key()),
        ),
        id_key=bootstrap.id_key(),
        jobs=bootstrap.jobs(),
        state=bootstrap.state(),
        invoker=bootstrap.invoker(),
        clock=bootstrap.clock(),
    )
    return HttpResponse(202, receipt.to_json(), receipt.headers())
