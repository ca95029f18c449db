"""The public API, asked with the signed-in person's own token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from client.trip_posters.calling import Caller, Request
from client.trip_posters.errors import ForbiddenError, NotFoundError
from studio.people import Person

# A page waits no longer; what is repeated within is safe to repeat.
_TRY_SECONDS, _PAGE_SECONDS = 8.0, 12.0
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Api:
    """One person's calls; ApiError for a refusal, NoAnswerError when none comes in time."""

    caller: Caller

    @classmethod
    def of(cls, url: str, person: Person, session: requests.Session) -> Api:
        """Return the API as a person may use it; `session` keeps connections."""
        caller = Caller(
            url, person.token, timeout=_TRY_SECONDS, deadline=_PAGE_SECONDS, session=session
        )
        return cls(caller)

    def get(self, path: str, **query: object) -> dict[str, Any]:
        """Return what is at a path; query values that are None or "" are left out."""
        given = {name: str(value) for name, value in query.items() if value not in (None, "")}
        return self.caller.call(Request("GET", path, query=given))

    def send(
        self, method: str, path: str, body: Mapping[str, Any], *, key: str = ""
    ) -> dict[str, Any]:
        """Send JSON; `key` is the Idempotency-Key of what makes something new."""
        headers = {**_JSON, **({"Idempotency-Key": key} if key else {})}
        data = json.dumps(body, ensure_ascii=False).encode()
        return self.caller.call(Request(method, path, headers=headers, body=data))

    def send_text(self, path: str, text: str, **query: str) -> dict[str, Any]:
        """Send a trip as it was written: JSON where it looks like that, else the text form."""
        kind = "application/json" if text.lstrip().startswith("{") else "text/plain; charset=utf-8"
        headers = {"Content-Type": kind}
        return self.caller.call(
            Request("POST", path, headers=headers, query=query, body=text.encode())
        )

    def download(self, url: str) -> bytes:
        """Return what a signed link leads to."""
        return self.caller.fetch(url)


def let_others_see(api: Api, person: Person, job_id: str) -> None:
    """Share a poster; staff see all posters, so they are told when one is not their own."""
    try:
        api.send("PATCH", job_path(job_id), {"share": True})
    except NotFoundError as error:
        if not person.is_staff:
            raise
        raise ForbiddenError(403, title=error.title, code="share_own") from error


def job_path(job_id: str, *more: str) -> str:
    """Return the API's path of a job, whatever was written as its id."""
    return "/".join(("/v1/jobs", quote(job_id, safe=""), *more))
