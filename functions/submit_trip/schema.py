"""What comes in over POST /v1/trips."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from shared.core.errors import (
    InvalidRequestError,
    MalformedRequestError,
    PayloadTooLargeError,
    Problem,
    together,
)
from shared.edge import http_fields
from shared.jobs.accepting import AcceptRules, Priority, Submission, choice_problems
from shared.trips.cleaning import LOST
from shared.trips.reading import ReadTrip, read_trip_json

if TYPE_CHECKING:
    from shared.core.callers import Caller
    from shared.edge.events.http_request import HttpRequest
    from shared.trips.fields import Choices
    from shared.vehicles.catalogue import Catalogue


_MEDIA_TYPES = frozenset({"application/json", "text/plain", "application/octet-stream"})
# What a decoder puts where it could not read: on the way, Function Compute passes text as UTF-8.
_LOST = LOST.encode()
_NOT_UTF_8 = (
    "the body has not arrived as UTF-8: send UTF-8, or the text form in GB18030 or UTF-16 as "
    "Content-Type: application/octet-stream"
)


def submission(
    request: HttpRequest,
    caller: Caller,
    driver_of: Callable[[Caller, Mapping[str, str]], str],
    rules: AcceptRules,
    catalogue: Catalogue,
    *,
    max_bytes: int,
) -> Submission:
    """Return what is asked for; one refusal names all that is wrong with body and headers."""
    choices = functools.partial(choice_problems, rules=rules, catalogue=catalogue)
    driver, read, key, wish = together(
        lambda: driver_of(caller, request.headers),
        lambda: read_body(request, max_bytes=max_bytes, choices=choices),
        lambda: http_fields.idempotency_key(request),
        lambda: priority(request, caller.scopes),
    )
    return Submission(
        tenant=caller.tenant,
        driver=driver,
        trip=read.trip,
        warnings=read.warnings,
        idempotency_key=key,
        priority=wish,
        trace_id=request.trace_id,
    )


def read_body(request: HttpRequest, *, max_bytes: int, choices: Choices) -> ReadTrip:
    """Return the trip of a JSON or plain-text body; every refusal names field and rule."""
    if len(request.body) > max_bytes:
        raise PayloadTooLargeError(f"a trip has at most {max_bytes} bytes")
    content_type = request.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in _MEDIA_TYPES:
        msg = "send Content-Type: application/json, or text/plain for the text form"
        raise MalformedRequestError(msg)
    try:
        return _read(request.body, media_type, _charset(content_type), choices)
    except InvalidRequestError:
        if _LOST in request.body:
            raise MalformedRequestError(_NOT_UTF_8) from None
        raise


def _read(body: bytes, media_type: str, charset: str, choices: Choices) -> ReadTrip:
    if media_type == "application/json":
        return read_trip_json(body, choices=choices)
    from shared.trips.encodings import read_text
    from shared.trips.text_form import read_trip_text

    # Text that the platform has decoded is UTF-8, whatever its sender named.
    told = "utf-8" if media_type == "text/plain" and _LOST in body else charset
    return read_trip_text(read_text(body, told), choices=choices)


def priority(request: HttpRequest, scopes: Collection[str]) -> Priority:
    """Return the X-Priority header: services may send in bulk, which goes behind drivers' own."""
    given = request.headers.get("x-priority", "interactive").strip().lower()
    if given == "interactive" or (given == "bulk" and "service" in scopes):
        return "bulk" if given == "bulk" else "interactive"
    detail = "interactive; or bulk, with the scope service"
    raise InvalidRequestError(problems=(Problem("/headers/X-Priority", detail),))


def is_dry_run(request: HttpRequest) -> bool:
    """Say whether the trip is only to be read: `dry_run=true` in the query."""
    given = request.query.get("dry_run", "false")
    if given not in {"true", "false"}:
        raise InvalidRequestError(problems=(Problem("/query/dry_run", "true or false"),))
    return given == "true"


def understood(submission: Submission) -> dict[str, Any]:
    """Return the trip as it was read, for its own sender, and what was assumed of it."""
    return {
        "trip": submission.trip.model_dump(mode="json", exclude_none=True),
        "warnings": [asdict(each) for each in submission.warnings],
    }


def _charset(content_type: str) -> str:
    found = re.search(r";\s*charset\s*=\s*\"?([^\s\";]+)", content_type, re.IGNORECASE)
    return found[1] if found else ""
