"""The part of the API description that is about a driver's own posters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.export_driver.schema import MOST as EXPORTED
from shared.edge.job_answers import RETRY_AFTER_SECONDS
from shared.jobs.listing import MOST
from tools.write_docs import examples_own as examples
from tools.write_docs.openapi_parts import (
    FOR_DRIVER,
    IDEMPOTENCY_KEY,
    JOB_ID,
    RETRY_AFTER,
    SHARED_ANSWERS,
    Answers,
    Node,
    problems,
    ref,
)

if TYPE_CHECKING:
    from pathlib import Path

_SCOPE = {"403": ("The token has neither the scope driver nor service.", ("no_scope",))}
_DRIVER = {"422": ("A service has not named its driver.", ("no_driver",))}
_UNKNOWN = {"404": ("No such job, or not the driver's own.", ("not_found",))}
_BODY = {
    "400": ("The body cannot be read: media type, JSON or encoding.", ("unreadable_json",)),
    "413": ("The body is larger than MAX_BODY_BYTES.", ("too_large",)),
}
_CURSOR = {"422": ("The cursor or the limit is refused; or no driver is named.",
                   ("wrong_cursor", "no_driver"))}  # fmt: skip
_REPAINT: Answers = {
    "404": ("No such job, or not the driver's own; or it was erased.", ("not_found",)),
    "409": ("The job is still open.", ("still_open",)),
    "410": ("Everything of the driver is being erased.", ("erased",)),
    "422": ("The wish is refused; or the Idempotency-Key came with another one.",
            ("wrong_wish", "key_reused")),
    "429": ("A limit is reached: of this driver, of open jobs, of the queue.", ("too_many",)),
    "503": ("A service in the background is not there, or nothing new is accepted just now.",
            ("unavailable", "not_accepting")),
}  # fmt: skip
_SHARE: Answers = {
    "409": ("There is no poster to show, or a reviewer has to see it first.",
            ("no_poster_to_show", "not_reviewed")),
    "422": ("The wish is refused.", ("wrong_share",)),
}  # fmt: skip
_ERASURE = {"404": ("No such erasure, or another driver's.", ("no_erasure",))}
_CURSOR_PARAMETER = {
    "name": "cursor",
    "in": "query",
    "description": "of an earlier answer; without it the newest come first",
    "schema": {"type": "string"},
}


def own_poster_paths(root: Path, *, read: Node) -> Node:
    """Return the operations by path; `read` is that of reading one job."""
    return {
        "/v1/jobs": {"get": _list(root)},
        "/v1/jobs/{job_id}": {"get": read, "patch": _share(root), "delete": _erase(root)},
        "/v1/jobs/{job_id}/repaint": {"post": _repaint(root)},
        "/v1/me": {"delete": _erase_all(root)},
        "/v1/me/export": {"get": _export(root)},
        "/v1/erasures/{erasure_id}": {"get": _receipt(root)},
    }


def _list(root: Path) -> Node:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": 20}
    return {
        "operationId": "list_jobs",
        "summary": "One's own posters, newest first.",
        "parameters": [
            _CURSOR_PARAMETER,
            {"name": "limit", "in": "query", "schema": limit},
            FOR_DRIVER,
        ],
        "responses": {
            "200": _answer("A page of jobs.", "JobList", examples.job_list()),
            **problems({**SHARED_ANSWERS, **_SCOPE, **_CURSOR}, root),
        },
    }


def _share(root: Path) -> Node:
    return {
        "operationId": "change_share",
        "summary": "Let others see a poster, or take it back; the same wish may be repeated.",
        "parameters": [JOB_ID],
        "requestBody": _body("ShareWish", {"share": True}),
        "responses": {
            "200": _answer("Whether others may see it now.", "Shared", examples.shared()),
            **problems({**SHARED_ANSWERS, **_SCOPE, **_UNKNOWN, **_BODY, **_SHARE}, root),
        },
    }


def _repaint(root: Path) -> Node:
    return {
        "operationId": "repaint_job",
        "summary": "Have another poster made of a trip: another style, another picture.",
        "parameters": [JOB_ID, IDEMPOTENCY_KEY],
        "requestBody": _body("RepaintOrder", {"style": "photoreal", "seed": 4711}),
        "responses": {
            "202": {
                **_answer("The new job; the same wish has the same job.", "Accepted",
                          examples.accepted()),
                "headers": _headers("path of the new job", RETRY_AFTER_SECONDS),
            },
            **problems({**SHARED_ANSWERS, **_SCOPE, **_BODY, **_REPAINT}, root),
        },
    }  # fmt: skip


def _erase(root: Path) -> Node:
    return {
        "operationId": "erase_job",
        "summary": "Erase a poster and all it was made from; erasing again gives the same receipt.",
        "parameters": [JOB_ID, FOR_DRIVER],
        "responses": {
            "202": _begun(),
            **problems({**SHARED_ANSWERS, **_SCOPE, **_UNKNOWN, **_DRIVER}, root),
        },
    }


def _erase_all(root: Path) -> Node:
    return {
        "operationId": "erase_driver",
        "summary": "Erase everything of a driver.",
        "parameters": [FOR_DRIVER],
        "responses": {
            "202": _begun(),
            **problems({**SHARED_ANSWERS, **_SCOPE, **_DRIVER}, root),
        },
    }


def _export(root: Path) -> Node:
    shown = _answer(f"A file of at most {EXPORTED} jobs.", "Export", examples.export())
    name = {"schema": {"type": "string"}, "description": "a file name"}
    return {
        "operationId": "export_driver",
        "summary": "Everything that is stored of a driver, as a file; pictures by links.",
        "parameters": [_CURSOR_PARAMETER, FOR_DRIVER],
        "responses": {
            "200": {**shown, "headers": {"Content-Disposition": name}},
            **problems({**SHARED_ANSWERS, **_SCOPE, **_CURSOR}, root),
        },
    }


def _receipt(root: Path) -> Node:
    named = {"name": "erasure_id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "operationId": "read_erasure",
        "summary": "How far an erasure is, and at its end the counts.",
        "parameters": [named, FOR_DRIVER],
        "responses": {
            "200": _answer("The receipt.", "Receipt", examples.receipt()),
            **problems({**SHARED_ANSWERS, **_SCOPE, **_ERASURE, **_DRIVER}, root),
        },
    }


def _begun() -> Node:
    return {
        **_answer("It is begun, or over; the receipt so far.", "Receipt", examples.begun()),
        "headers": _headers("path of the receipt", 5),
    }


def _headers(location: str, seconds: int) -> Node:
    return {
        "Location": {"description": location, "schema": {"type": "string"}},
        "Retry-After": {**RETRY_AFTER, "example": seconds},
    }


def _answer(description: str, name: str, example: Node) -> Node:
    shown = {"schema": ref(name), "example": example}
    return {"description": description, "content": {"application/json": shown}}


def _body(name: str, example: Node) -> Node:
    content = {"application/json": {"schema": ref(name), "example": example}}
    return {"required": True, "content": content}
