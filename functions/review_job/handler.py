"""POST /v1/jobs/{id}/review; PUT and DELETE /v1/jobs/{id}/claim."""

from __future__ import annotations

from functions.review_job import schema
from functions.review_job.use_case import CLAIMED, review_job
from shared import bootstrap
from shared.edge import identity
from shared.edge.entrypoint import HttpResponse, http_entry, path_segment
from shared.edge.events.http_request import HttpRequest
from shared.edge.job_answers import job_body
from shared.jobs.claims import Reviewer


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer with where the job stands, or until when it is claimed."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("reviewer")
    reviewer = Reviewer.of(caller, bootstrap.id_key())
    jobs, claims = bootstrap.jobs(), bootstrap.claims()
    if request.method in CLAIMED:
        job_id = path_segment(request, "/v1/jobs/", "/claim")
        look = CLAIMED[request.method](job_id, reviewer=reviewer, jobs=jobs, claims=claims)
        return HttpResponse(200, schema.claim_body(look)) if look else HttpResponse(204)
    record = review_job(
        path_segment(request, "/v1/jobs/", "/review"),
        schema.parse_decision(request, max_bytes=bootstrap.job_settings().max_body_bytes),
        reviewer=reviewer,
        jobs=jobs,
        results=bootstrap.state(),
        claims=claims,
        catalogue=bootstrap.catalogue,
        invoker=bootstrap.invoker(),
        clock=bootstrap.clock(),
    )
    return HttpResponse(200, job_body(record))
