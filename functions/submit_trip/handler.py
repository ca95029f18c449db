"""POST /v1/trips."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from functions.submit_trip import schema
from functions.submit_trip.use_case import submit_trip
from shared import bootstrap, http_fields, identity, job_answers
from shared.accepting import AcceptRules, Submission, choice_problems
from shared.entrypoint import HttpResponse, http_entry
from shared.errors import together

if TYPE_CHECKING:
    from shared.events.http_request import HttpRequest


@http_entry
def handler(request: HttpRequest) -> HttpResponse:
    """Answer 202 with the job's id at once; the poster follows."""
    caller = identity.verify(request.headers, bootstrap.identity_settings())
    caller.require("driver", "service")
    rules = AcceptRules.of(bootstrap.id_key(), bootstrap.job_settings())
    choices = functools.partial(choice_problems, rules=rules, catalogue=bootstrap.catalogue())
    most = bootstrap.job_settings().max_body_bytes
    driver, read, key, priority = together(
        lambda: identity.driver_of(caller, request.headers),
        lambda: schema.read_body(request, max_bytes=most, choices=choices),
        lambda: http_fields.idempotency_key(request),
        lambda: schema.priority(request, caller.scopes),
    )
    submission = Submission(
        tenant=caller.tenant,
        driver=driver,
        trip=read.trip,
        warnings=read.warnings,
        idempotency_key=key,
        priority=priority,
        trace_id=request.trace_id,
    )
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
