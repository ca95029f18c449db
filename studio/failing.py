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
from studio.refusing import Told, told_of
from studio.rendering import here_of, is_part, respond
from studio.wording import language_of, words_in


def signed_out(request: Request, _: Exception) -> Response:
    """Lead to the sign-in; a page that is open asks for it itself, and keeps what was typed."""
    forget(request)
    if is_part(request) or request.method != "GET":
        return Response(status_code=401, headers={"HX-Trigger": "signed-out", "HX-Reswap": "none"})
    return RedirectResponse(f"/studio/sign-in?next={quote(here_of(request), safe='')}", 303)


def not_allowed(request: Request, _: Exception) -> Response:
    """Say that the role does not suffice."""
    return told(request, 403, "refused.forbidden")


def refused(request: Request, error: ApiError) -> Response:
    """Tell what the API has refused, and what helps."""
    if isinstance(error, UnauthorizedError):
        return signed_out(request, error)
    return _told(request, error.status, told_of(error, words_in(language_of(request))))


def no_answer(request: Request, error: Exception) -> Response:
    """Say that the service does not answer; a page that polls goes on."""
    log.logger().warning("studio.no_answer", reason=str(error))
    return told(request, 503, "failed.unreachable")


def http_error(request: Request, error: HTTPException) -> Response:
    """Say that there is no such page."""
    return refused(request, ApiError(error.status_code, title=""))


def crashed(request: Request, error: Exception) -> Response:
    """Say that something broke; the log has what."""
    log.logger().error("studio.crashed", path=request.url.path, exc_info=error)
    return told(request, 500, "refused.internal")


def told(request: Request, status: int, key: str) -> Response:
    """Answer with the words of a key; see `_told`."""
    return _told(request, status, Told(words_in(language_of(request))[key]))


def _told(request: Request, status: int, told: Told) -> Response:
    """Answer with a whole page, or, to a page that is open, a notice beside what is there."""
    if not is_part(request):
        return respond(request, "failed.html", status=status, told=told)
    headers = {"HX-Retarget": "#notices", "HX-Reswap": "beforeend"}
    return respond(request, "notice.html", status=status, headers=headers, told=told)


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
