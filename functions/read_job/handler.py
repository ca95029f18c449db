"""GET /v1/jobs/{id}."""

from __future__ import annotations

from functions.read_job.use_case import read_job
from shared import bootstrap
from shared.edge import identity
from shared.edge.entrypoint import HttpResponse, http_entry, path_segment
from shared.edge.events.http_request import HttpRequest


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer with the job's status, history and, when done, links to its poster."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    view = read_job(
        path_segment(request, "/v1/jobs/"),
        caller,
        id_key=bootstrap.id_key(),
        link_seconds=bootstrap.job_settings().link_seconds,
        jobs=bootstrap.jobs(),
        results=bootstrap.state(),
        control=bootstrap.control,
        thresholds=bootstrap.gate_thresholds,
    )
    return HttpResponse(200, view.to_json())
