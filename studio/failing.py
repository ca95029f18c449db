"""What a person is told when something does not work: what to do next, and that nothing is lost."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from client.trip_posters.errors import ApiError, NoAnswerError, UnauthorizedError
from shared.observability import log
from studio.people import NotAllowedError, SignedOutError, forget
from studio.rendering import here_of, is_part, respond

_KINDS = {
    403: "forbidden",
    404: "missing",
    409: "conflict",
    410: "gone",
    413: "large",
    429: "often",
}


def signed_out(request: Request, _: Exception) -> Response:
    """Lead to the sign-in; a page that is open asks for it itself, and keeps what was typed."""
    forget(request)
    if is_part(request) or request.method != "GET":
        return Response(status_code=401, headers={"HX-Trigger": "signed-out", "HX-Reswap": "none"})
    return RedirectResponse(f"/studio/sign-in?next={quote(here_of(request), safe='')}", 303)


def not_allowed(request: Request, _: Exception) -> Response:
    """Say that the role does not suffice."""
    return told(request, 403, "forbidden", "")


def refused(request: Request, error: ApiError) -> Response:
    """Tell what the API has refused, in its own words, and what helps."""
    if isinstance(error, UnauthorizedError):
        return signed_out(request, error)
    kind = _KINDS.get(error.status, "refused" if error.status < 500 else "broken")
    problems = "; ".join(f"{each.pointer.lstrip('/')}: {each.detail}" for each in error.problems)
    return told(request, error.status, kind, problems or error.detail)


def no_answer(request: Request, error: Exception) -> Response:
    """Say that the service does not answer; a page that polls goes on."""
    log.logger().warning("studio.no_answer", reason=str(error))
    return told(request, 503, "unreachable", "")


def http_error(request: Request, error: HTTPException) -> Response:
    """Say that there is no such page."""
    return told(request, error.status_code, _KINDS.get(error.status_code, "refused"), "")


def crashed(request: Request, error: Exception) -> Response:
    """Say that something broke; the log has what."""
    log.logger().error("studio.crashed", path=request.url.path, exc_info=error)
    return told(request, 500, "broken", "")


def told(request: Request, status: int, kind: str, detail: str) -> Response:
    """Answer with a whole page, or, to a page that is open, a notice beside what is there."""
    if not is_part(request):
        return respond(request, "failed.html", status=status, kind=kind, detail=detail)
    headers = {"HX-Retarget": "#notices", "HX-Reswap": "beforeend"}
    return respond(request, "notice.html", status=status, headers=headers, kind=kind, detail=detail)


def event(what: str, /, **detail: Any) -> dict[str, str]:
    """Return the header by which a page hears of something."""
    return {"HX-Trigger": json.dumps({what: detail})}


HANDLERS: dict[Any, Any] = {
    SignedOutError: signed_out,
    NotAllowedError: not_allowed,
    ApiError: refused,
    NoAnswerError: no_answer,
    HTTPException: http_error,
    Exception: crashed,
}
