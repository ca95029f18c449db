"""The description of the HTTP interface (OpenAPI 3.1), from the models, settings and errors."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from shared.edge.job_answers import RETRY_AFTER_SECONDS
from tools.write_docs import examples
from tools.write_docs.openapi_own import own_poster_paths
from tools.write_docs.openapi_parts import (
    FOR_DRIVER,
    IDEMPOTENCY_KEY,
    JOB_ID,
    RETRY_AFTER,
    SHARED_ANSWERS,
    TEXT,
    Node,
    header,
    problems,
    ref,
)
from tools.write_docs.schemas import schemas

if TYPE_CHECKING:
    from pathlib import Path

_SUBMIT_ANSWERS = {
    "400": ("The body cannot be read: media type, JSON or encoding.", ("unreadable",)),
    "403": ("The token has neither the scope driver nor service.", ("no_scope",)),
    "410": ("The poster was erased, or everything of its driver since it was asked for.",
            ("erased",)),
    "413": ("The body is larger than MAX_BODY_BYTES.", ("too_large",)),
    "422": ("The trip or a header is refused; or the Idempotency-Key came with another body.",
            ("wrong_fields", "no_driver", "key_reused")),
}  # fmt: skip
_SUBMIT_REFUSALS = {
    "429": ("A limit is reached: of this driver, of open jobs, of the queue.", ("too_many",)),
    "503": ("A service in the background is not there, or no new trips are accepted just now.",
            ("unavailable", "not_accepting")),
}  # fmt: skip
_CANCEL_ANSWERS = {
    "403": ("The token has none of the scopes driver, service, operator.", ("no_scope",)),
    "404": ("No such job, or not the caller's to cancel.", ("not_found",)),
    "409": ("The job has finished.", ("finished",)),
}  # fmt: skip
_CALLBACK_ANSWERS = {"401": ("Unsigned, stale or unreadable.", ("unsigned",))}
_REVIEW_ANSWERS = {
    "400": ("The body cannot be read: media type, JSON or encoding.", ("unreadable",)),
    "403": ("The token lacks the scope reviewer.", ("no_scope",)),
    "404": ("No such job, or none of the caller's tenant.", ("not_found",)),
    "409": ("The job does not wait for this decision (any more).", ("decided",)),
    "413": ("The body is larger than MAX_BODY_BYTES.", ("too_large",)),
    "422": ("The decision is refused; or there is no such style.", ("wrong_decision",)),
}  # fmt: skip
_POSTER_ANSWERS = {"404": ("No such poster, or not one for others to see.", ("no_poster",))}
_READ_ANSWERS = {"404": ("No such job, or none the caller may see.", ("not_found",))}


def openapi_json(root: Path) -> str:
    """Return the description as the text of openapi.json."""
    return json.dumps(openapi(root), ensure_ascii=False, indent=2) + "\n"


def openapi(root: Path) -> Node:
    """Return the description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Trip posters",
            "version": _version(root),
            "summary": "A trip goes in, a poster of that trip with the driver's own car comes out.",
        },
        "servers": [
            {"url": "https://{domain}", "variables": {"domain": {"default": "posters.example.com"}}}
        ],
        "security": [{"bearer": []}],
        "paths": {
            **own_poster_paths(root, read=_read(root)),
            "/v1/trips": {"post": _submit(root)},
            "/v1/jobs/{job_id}/cancel": {"post": _cancel(root)},
            "/v1/jobs/{job_id}/review": {"post": _review(root)},
            "/v1/callbacks/tasks": {"post": _callback(root)},
            "/v1/posters/{job_id}": {"get": _poster(root)},
            "/v1/vehicles": {"get": _vehicles(root)},
            "/v1/styles": {"get": _styles(root)},
        },
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "Claims iss, aud, exp, sub, scope; see docs/reference/api.md.",
                }
            },
        },
    }


def _submit(root: Path) -> Node:
    text = (root / "examples" / "trips" / "article_trip.txt").read_text("utf-8")
    as_json = {"schema": ref("Trip"), "example": examples.trip(root)}
    as_text = {"schema": {"type": "string"}, "example": text}
    return {
        "operationId": "submit_trip",
        "summary": "Have a poster made of a trip.",
        "parameters": [
            IDEMPOTENCY_KEY,
            header("X-Priority", "interactive, or with the scope service: bulk", None),
            FOR_DRIVER,
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": as_json, "text/plain": as_text},
        },
        "responses": {
            "202": _accepted(),
            **problems({**_SUBMIT_ANSWERS, **SHARED_ANSWERS, **_SUBMIT_REFUSALS}, root),
        },
    }


def _read(root: Path) -> Node:
    shown = {"schema": ref("JobView"), "example": examples.job()}
    return {
        "operationId": "read_job",
        "summary": "See where a job stands, and, when it is done, its poster.",
        "parameters": [JOB_ID],
        "responses": {
            "200": {"description": "The job.", "content": {"application/json": shown}},
            **problems({**_READ_ANSWERS, **SHARED_ANSWERS}, root),
        },
    }


def _cancel(root: Path) -> Node:
    shown = {"schema": ref("CancelledView"), "example": examples.cancelled()}
    return {
        "operationId": "cancel_job",
        "summary": "End an open job, and learn what became of its GPU work.",
        "parameters": [JOB_ID],
        "responses": {
            "200": {"description": "It is cancelled.", "content": {"application/json": shown}},
            **problems({**_CANCEL_ANSWERS, **SHARED_ANSWERS}, root),
        },
    }


def _callback(root: Path) -> Node:
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    said = {"type": "object", "required": ["task_id"], "properties": {"task_id": TEXT}}
    answer = {"type": "object", "required": ["recorded"]}
    recorded = {**answer, "properties": {"recorded": {"type": "boolean"}}}
    return {
        "operationId": "task_callback",
        "summary": "Another ComfyUI host says that a task has ended; a Standard Webhook.",
        "security": [],
        "parameters": [header(name, "as Standard Webhooks define it", None) for name in names],
        "requestBody": {"required": True, "content": {"application/json": {"schema": said}}},
        "responses": {
            "202": {
                "description": "Whether the task's output is there and its end recorded.",
                "content": {"application/json": {"schema": recorded}},
            },
            **problems({**SHARED_ANSWERS, **_CALLBACK_ANSWERS}, root),
        },
    }


def _review(root: Path) -> Node:
    decision = {"schema": ref("Decision"), "example": examples.decision()}
    reviewed = {"schema": ref("Accepted"), "example": examples.reviewed()}
    return {
        "operationId": "review_job",
        "summary": "Decide on a poster that waits for review; the same decision may be repeated.",
        "parameters": [JOB_ID],
        "requestBody": {"required": True, "content": {"application/json": decision}},
        "responses": {
            "200": {
                "description": "The decision is recorded; where the job stands now.",
                "content": {"application/json": reviewed},
            },
            **problems({**_REVIEW_ANSWERS, **SHARED_ANSWERS}, root),
        },
    }


def _poster(root: Path) -> Node:
    unsigned = {k: v for k, v in SHARED_ANSWERS.items() if k != "401"}
    return {
        "operationId": "show_poster",
        "summary": "The stable address of a poster that others may see; for everybody.",
        "security": [],
        "parameters": [JOB_ID],
        "responses": {
            "302": {
                "description": "The way to the picture, good for LINK_SECONDS.",
                "headers": {
                    "Location": {"description": "a signed link", "schema": {"type": "string"}}
                },
            },
            **problems({**_POSTER_ANSWERS, **unsigned}, root),
        },
    }


def _styles(root: Path) -> Node:
    shown = {"schema": ref("StylesView"), "example": examples.styles_on_offer()}
    tag = {"ETag": {"description": "of this very list", "schema": TEXT}}
    return {
        "operationId": "list_styles",
        "summary": "The looks that a driver may choose.",
        "parameters": [header("If-None-Match", "an ETag of an earlier answer", None, least=0)],
        "responses": {
            "200": {
                "description": "The styles, the default one first.",
                "headers": tag,
                "content": {"application/json": shown},
            },
            "304": {"description": "The list has not changed.", "headers": tag},
            **problems(SHARED_ANSWERS, root),
        },
    }


def _vehicles(root: Path) -> Node:
    shown = {"schema": ref("VehiclesView"), "example": examples.vehicles()}
    caching = {
        "ETag": {"description": "of this list", "schema": TEXT},
        "Cache-Control": {"description": "private, for minutes", "schema": TEXT},
    }
    return {
        "operationId": "list_vehicles",
        "summary": "The cars that new posters can show, as a trip names them.",
        "parameters": [header("If-None-Match", "the ETag of a list the caller has", None, least=0)],
        "responses": {
            "200": {
                "description": "All cars.",
                "headers": caching,
                "content": {"application/json": shown},
            },
            "304": {"description": "The caller's list is still right.", "headers": caching},
            **problems(SHARED_ANSWERS, root),
        },
    }


def _accepted() -> Node:
    body = {"schema": ref("Accepted"), "example": examples.accepted()}
    return {
        "description": "Accepted; or met before: the same request has the same job.",
        "headers": {
            "Location": {"description": "path of the job", "schema": {"type": "string"}},
            "Retry-After": {**RETRY_AFTER, "example": RETRY_AFTER_SECONDS},
        },
        "content": {"application/json": body},
    }


def _version(root: Path) -> str:
    found = re.search(r'^version = "(.+)"$', (root / "pyproject.toml").read_text("utf-8"), re.M)
    return found[1] if found else "0"
