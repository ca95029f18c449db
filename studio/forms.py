"""What comes in from forms, read once and within limits, for handlers that wait for the API."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from studio.api import Api
from studio.people import Person, person_of

_MOST_FIELDS, _MOST_BYTES = 400, 256 * 1024


def posting(
    call: Callable[[Request, FormData], Response],
) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """Return the endpoint of a form: read here, then handled where waiting holds nobody up."""

    async def endpoint(request: Request) -> Response:
        person_of(request)
        limits = {"max_files": 0, "max_fields": _MOST_FIELDS, "max_part_size": _MOST_BYTES}
        try:
            async with request.form(**limits) as form:
                return await run_in_threadpool(call, request, form)
        except HTTPException as error:
            # A form that breaks these limits; what a page refuses has kinds of its own.
            raise HTTPException(413 if error.status_code == 400 else error.status_code) from error

    return endpoint


def text(form: FormData, name: str) -> str:
    """Return a field's text without the space around it, "" where there is none."""
    value = form.get(name, "")
    return "" if isinstance(value, UploadFile) else value.strip()


def texts(form: FormData, name: str) -> list[str]:
    """Return what all fields of a name hold, such as boxes that are ticked."""
    return [each for each in form.getlist(name) if isinstance(each, str) and each]


def asking(request: Request, *scopes: str) -> tuple[Person, Api]:
    """Return who is signed in and the API as they may use it; see `person_of` for its errors."""
    person = person_of(request, *scopes)
    state = request.app.state
    return person, Api.of(state.settings.api_url, person, state.connections)
