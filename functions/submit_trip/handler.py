"""POST /v1/trips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.submit_trip import schema
from functions.submit_trip.use_case import submit_trip
from shared import bootstrap
from shared.edge import identity, job_answers
from shared.edge.entrypoint import HttpResponse, http_entry
from shared.jobs.accepting import AcceptRules

if TYPE_CHECKING:
    from shared.edge.events.http_request import HttpRequest


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer 202 with the job's id at once; the poster follows. `dry_run`: what was understood."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("driver", "service")
    rules = AcceptRules.of(bootstrap.id_key(), bootstrap.job_settings())
    most = bootstrap.job_settings().max_body_bytes
    submission = schema.submission(
        request, caller, identity.driver_of, rules, bootstrap.catalogue(), max_bytes=most
    )
    if schema.is_dry_run(request):
        return HttpResponse(200, schema.understood(submission))
    record = submit_trip(
        submission,
        rules=rules,
        admission=bootstrap.admission_rules(),
        control=bootstrap.control(),
        catalogue=bootstrap.catalogue(),
        jobs=bootstrap.jobs(),
        invoker=bootstrap.invoker(),
        clock=bootstrap.clock(),
    )
    return HttpResponse(202, job_answers.job_body(record), job_answers.accepted_headers(record))
