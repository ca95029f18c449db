"""POST /v1/jobs/{id}/review."""

from __future__ import annotations

from functions.review_job import schema
from functions.review_job.use_case import Reviewer, review_job
from shared import bootstrap
from shared.edge import identity
from shared.edge.entrypoint import HttpResponse, http_entry, path_segment
from shared.edge.events.http_request import HttpRequest
from shared.edge.job_answers import job_body


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer with where the job stands once the decision is recorded."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("reviewer")
    record = review_job(
        path_segment(request, "/v1/jobs/", "/review"),
        schema.parse_decision(request, max_bytes=bootstrap.job_settings().max_body_bytes),
        reviewer=Reviewer.of(caller, bootstrap.id_key()),
        jobs=bootstrap.jobs(),
        invoker=bootstrap.invoker(),
        clock=bootstrap.clock(),
    )
    return HttpResponse(200, job_body(record))
