"""One call over HTTP: a timeout for each try, a deadline for all, repetition only where safe."""

from __future__ import annotations

import random
import re
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any
from urllib.parse import quote

import requests

from .errors import ApiError, FieldProblem, NoAnswerError, error_class

# Nothing was done, or may be done again: a limit, or a service that is not there just now.
_WORTH_ANOTHER_TRY = frozenset({429, 502, 503, 504})
_OF_EVERY_PROBLEM = frozenset({"type", "title", "status", "code", "detail", "problems", "warnings"})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 8.0
_LONGEST_ASKED = 3 * 86_400.0
# What a header may carry as it is: nothing that somebody on the way, or the service, reads as
# another character, as two values, or as an encoding.
_PLAIN = re.compile(r"(?!utf-8'|.*=\?)[!-$&-+\--~]+", re.IGNORECASE)


@dataclass(frozen=True)
class Request:
    """What is sent, perhaps more than once."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass
class Caller:
    """Sends requests; `token` may be a function that returns a fresh one.

    `timeout` is for one try, `deadline` for all tries of a call together, both in seconds.
    """

    url: str
    token: str | Callable[[], str]
    timeout: float = 10.0
    deadline: float = 30.0
    headers: Mapping[str, str] = field(default_factory=dict)
    session: requests.Session = field(default_factory=requests.Session)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random

    def call(self, request: Request) -> dict[str, Any]:
        """Return the JSON of a good answer; an ApiError of its kind for a refusal.

        Raises NoAnswerError when none came in time.
        """
        name = f"{request.method} {request.path}"
        body = _json(self._answer(name, partial(self._try, request), most=399))
        if not isinstance(body, dict):
            raise NoAnswerError(f"{name}: the answer is not a JSON object")
        return body

    def fetch(self, url: str) -> bytes:
        """Return what a signed link leads to; it needs no token, and gets none."""
        send = partial(self.session.get, url, headers={})
        return self._answer("GET a link", send, most=200).content

    def _answer(
        self, name: str, send: Callable[..., requests.Response], *, most: int
    ) -> requests.Response:
        """Send until there is an answer of a status up to `most`, or one that stays a refusal."""
        end = self.clock() + self.deadline
        tries = 0
        while True:
            again = True
            try:
                answer = send(timeout=max(0.1, min(self.timeout, end - self.clock())))
                if answer.status_code <= most:
                    return answer
                error: Exception = refusal(answer)
                again = answer.status_code in _WORTH_ANOTHER_TRY
            except requests.RequestException as failed:
                # Not the library's words: they may hold the address with its query.
                error = NoAnswerError(f"{name}: no answer ({type(failed).__name__})")
            self._pause(tries, end, error, again=again)
            tries += 1

    def _try(self, request: Request, timeout: float) -> requests.Response:
        token = self.token if isinstance(self.token, str) else self.token()
        own = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        return self.session.request(
            request.method,
            self.url.rstrip("/") + request.path,
            headers={**own, **self.headers, **request.headers},
            params=dict(request.query),
            data=request.body,
            timeout=timeout,
            allow_redirects=False,
        )

    def _pause(self, tries: int, end: float, error: Exception, *, again: bool) -> None:
        """Wait for the next try, or raise: not worth it, or no time left for it."""
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**tries)
        asked = error.retry_after if isinstance(error, ApiError) else None
        pause = asked if asked is not None else longest * (0.5 + 0.5 * self.chance())
        if not again or self.clock() + pause >= end:
            raise error
        self.sleep(pause)


def header_text(text: str) -> str:
    """Return text as a header carries it: plain ASCII as it is, all else by RFC 8187."""
    if _PLAIN.fullmatch(text):
        return text
    return "UTF-8''" + quote(unicodedata.normalize("NFC", text), safe="")


def refusal(answer: requests.Response) -> ApiError:
    """Return the problem details of a refusal; of another body only its status."""
    body = _json(answer)
    if not isinstance(body, dict):
        body = {}
    told = body.get("problems")
    problems = tuple(
        FieldProblem(*(str(each.get(name, "")) for name in ("pointer", "detail", "code")))
        for each in (told if isinstance(told, list) else ())
        if isinstance(each, dict)
    )
    return error_class(answer.status_code)(
        answer.status_code,
        title=str(body.get("title") or answer.reason or "refused"),
        detail=str(body.get("detail", "")),
        code=str(body.get("code", "")),
        problems=problems,
        retry_after=retry_after(answer.headers.get("Retry-After")),
        members={name: value for name, value in body.items() if name not in _OF_EVERY_PROBLEM},
    )


def retry_after(value: str | None) -> float | None:
    """Return the seconds that a Retry-After names, from 0 to three days; None for anything else.

    It is a number in ASCII digits or an HTTP date.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(_LONGEST_ASKED, float(text))
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    asked = (moment - datetime.now(timezone.utc)).total_seconds()
    return min(_LONGEST_ASKED, max(0.0, asked))


def _json(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
