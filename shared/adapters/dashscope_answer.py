"""One call over DashScope's SDK, and what its answers and refusals mean, for all models alike."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import requests

from shared.adapters.dashscope_codes import Family, family_of, is_throttled
from shared.adapters.deadline import Deadline
from shared.adapters.transport import BoundedTransport, session_over
from shared.core.errors import (
    AccountError,
    ModelGoneError,
    ModerationError,
    UpstreamError,
    UpstreamRejectedError,
    UpstreamUnavailableError,
)

# Refusals that need no words, where those are lost.
_DECIDING = frozenset({401, 403, 429})
# What the SDK raises over a body of another shape.
_SHAPES = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
# Refused for want of room, before any work.
_NOT_BEGUN = frozenset({429, 503})
_THOUGHTS_END = "</think>"
_BEFORE_TEXT = "\ufeff \t\r\n"


def answer_of(
    call: Callable[[requests.Session], Any],
    deadline: Deadline,
    *,
    timeout_seconds: float,
    what: str,
    unclear: type[UpstreamError],
) -> Any:
    """Return what the SDK's `call` returns over a session that keeps to the deadline.

    `unclear` is raised where the service may have done the work: it was reached, and what came
    back is no answer.
    """
    # `once`, as our budget counts the tries: the SDK would add one of its own to each.
    transport = BoundedTransport(deadline, timeout_seconds=timeout_seconds, once=True)
    try:
        with session_over(transport) as session:
            return call(session)
    except (requests.RequestException, *_SHAPES) as error:
        if transport.status in _DECIDING:
            raise refusal(transport.status, "", message="", what=what) from None
        if isinstance(error, requests.RequestException):
            msg = f"{what}: {type(error).__name__}"
            kind = unclear if transport.connected else UpstreamUnavailableError
            raise kind(msg) from error
        # Its text would quote the body.
        raise unclear(f"{what}: {transport.status} with an answer of an unknown shape") from None


def tokens_of(answer: Any) -> int:
    """Return how many tokens an answer took, 0 where it does not say."""
    try:
        return int(answer.usage["total_tokens"])
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return 0


def said_in(text: str) -> str:
    """Return an answer's text without a byte order mark and without the thoughts before it."""
    said = text.strip(_BEFORE_TEXT)
    if not said.startswith(("{", "```")):
        said = said.rpartition(_THOUGHTS_END)[2]
    return said.strip(_BEFORE_TEXT)


def refusal(
    status: int,
    code: str,
    *,
    message: str,
    what: str,
    unclear: type[UpstreamError] = UpstreamUnavailableError,
    ending: bool = False,
) -> UpstreamError:
    """Return the error for a refusal; `message` decides but is never quoted, it may hold text.

    `unclear` is the kind where the service may have done the work before it failed. A model whose
    end is announced (`ending`) has its quota cut until then: throttling it is not for a while.
    """
    family, told = family_of(code, message), f"{what}: {status} {code or 'no code'}"
    if family == "gone":
        return ModelGoneError(told)
    if ending and is_throttled(code, message):
        return ModelGoneError(told, reason="shrinking")
    return _kind(status, family, unclear)(told)


def text_of(answer: Any) -> str:
    """Return the text of an answer's first choice, "" without one; it may come in parts."""
    try:
        content = answer.output.choices[0].message.content
        parts = [content] if isinstance(content, str) else [part["text"] for part in content]
    except (AttributeError, IndexError, KeyError, TypeError):
        return ""
    return said_in("".join(part for part in parts if isinstance(part, str)))


def silence_sdk() -> None:
    """Keep the SDK from logging prompts (at debug) and tracebacks of errors translated here."""
    logging.getLogger("dashscope").setLevel(logging.CRITICAL)


def _kind(status: int, family: Family, unclear: type[UpstreamError]) -> type[UpstreamError]:
    if family == "content":
        return ModerationError
    if family == "account" or (not family and status in {401, 403}):
        return AccountError
    if family == "busy" or (status in _NOT_BEGUN and family != "request"):
        return UpstreamUnavailableError
    if family == "late" or status == 408 or (status >= 500 and family != "request"):
        return unclear
    return UpstreamRejectedError
