"""POST /v1/jobs/{id}/repaint."""

from __future__ import annotations

from functions.repaint_job import schema
from functions.repaint_job.use_case import repaint_job
from shared import bootstrap
from shared.edge import http_fields, identity, job_answers
from shared.edge.entrypoint import HttpResponse, http_entry, path_segment
from shared.edge.events.http_request import HttpRequest
from shared.jobs.accepting import AcceptRules


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer 202 with the new job's id at once; the poster follows."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("driver", "service", "studio", "operator")
    most = bootstrap.job_settings().max_body_bytes
    record = repaint_job(
        path_segment(request, "/v1/jobs/", "/repaint"),
        http_fields.json_body(request, schema.RepaintOrder, schema.ALLOWED, max_bytes=most),
        caller,
        idempotency_key=http_fields.idempotency_key(request),
        rules=AcceptRules.of(bootstrap.id_key(), bootstrap.job_settings()),
        admission=bootstrap.admission_rules(),
        control=bootstrap.control(),
        catalogue=bootstrap.catalogue(),
        jobs=bootstrap.jobs(),
        invoker=bootstrap.invoker(),
        clock=bootstrap.clock(),
    )
    return HttpResponse(202, job_answers.job_body(record), job_answers.accepted_headers(record))
