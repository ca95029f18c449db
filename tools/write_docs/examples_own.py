"""Examples of what is answered about a driver's own posters, made by the code that gives them."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel

from functions.change_share import schema as sharing
from functions.export_driver.schema import Export, ExportedJob, ShareStep
from functions.list_jobs.schema import JobList
from functions.repaint_job import schema as repainting
from shared.edge import http_fields
from shared.edge.events.http_request import HttpRequest
from shared.jobs.erasures import COUNTED, Receipt
from shared.jobs.listing import page_of
from shared.jobs.record import JobStatus
from shared.prompts.template import template_prompt
from shared.trips.facts import facts_of
from shared.trips.reading import trip_of
from tools.write_docs.examples import (
    BEGAN,
    JOB_ID,
    SHARED_TRIP,
    answered,
    job_view,
    refusal,
)

Body = dict[str, Any]
_ERASURE_ID = "e5rwz3cqk7xn2mfb4vt6yhd2jplg7uaos"
_CURSOR = "q0Zl5m1XnG3v8bTtJtq0vAAAAZ3kT1o4ajRrcTJ2N216YzV4dzNhcG42eWRiZTJocnQ3dWY1c2c"
_FOUND = {"posters": 1, "records": 6, "results": 4, "inputs": 1, "outputs": 6, "messages": 1}


def answers() -> dict[str, Body]:
    """Return an answer of each kind, by the names of openapi.yaml."""
    shared: Any = SimpleNamespace(
        job_id=JOB_ID, status=JobStatus.SUCCEEDED, is_shared=True, warnings=()
    )
    return {
        "job_list": JobList(jobs=(job_view(),), cursor=_CURSOR).to_json(),
        "shared": sharing.shared_body(shared),
        "repainted": answered(JobStatus.ACCEPTED, "j" + JOB_ID[:0:-1]),
        "begun": Receipt(erasure_id=_ERASURE_ID, asked_at=BEGAN).to_json(),
        "receipt": receipt(),
        "export": _export(),
    }


def receipt() -> Body:
    """Return the receipt of an erasure that is over."""
    return Receipt(
        erasure_id=_ERASURE_ID,
        status="done",
        asked_at=BEGAN,
        ended_at=BEGAN + timedelta(minutes=16),
        counts={name: _FOUND.get(name, 0) for name in COUNTED},
    ).to_json()


def _export() -> Body:
    trip = trip_of(SHARED_TRIP)
    exported = ExportedJob(
        job=job_view(),
        trip=trip,
        prompt=template_prompt(facts_of(trip), seed=5),
        shares=(ShareStep(share=True, at=BEGAN + timedelta(hours=1)),),
        reviews=(),
    )
    return Export(exported_at=BEGAN + timedelta(days=1), jobs=(exported,), cursor=None).to_json()


def problems() -> dict[str, Body]:
    """Return the refusals of what a driver asks about posters, by a name for people."""
    return {
        "unreadable_json": refusal(lambda: _parse(sharing.ShareWish, sharing.ALLOWED, b"{", "x/y")),
        "wrong_share": refusal(
            lambda: _parse(sharing.ShareWish, sharing.ALLOWED, b'{"share": "yes"}')
        ),
        "wrong_wish": refusal(
            lambda: _parse(repainting.RepaintOrder, repainting.ALLOWED, b'{"seed": -1}')
        ),
        "wrong_cursor": refusal(_wrong_cursor),
    }


def _parse(
    model: type[BaseModel],
    allowed: dict[str, str],
    body: bytes,
    media_type: str = "application/json",
) -> object:
    request = HttpRequest("POST", "/", {"content-type": media_type}, body=body)
    return http_fields.json_body(request, model, allowed, max_bytes=1000)


def _wrong_cursor() -> object:
    nobodys: Any = SimpleNamespace()
    return page_of("", cursor="x", limit=1, id_key=b"", jobs=nobodys)
