"""One call over DashScope's SDK, and what its answers and refusals mean, for all models alike.

Codes: https://help.aliyun.com/zh/model-studio/error-code
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import requests

from shared.adapters.transport import BoundedTransport, session_over
from shared.errors import (
    AccountError,
    ModerationError,
    UpstreamError,
    UpstreamRejectedError,
    UpstreamUnavailableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.adapters.deadline import Deadline

# Compared in lower case without underscores: the interfaces spell them differently.
_CONTENT = frozenset({"datainspectionfailed", "ipinfringementsuspect"})
_BILLING = frozenset(
    {
        "arrearage",
        "commoditynotpurchased",
        "prepaidbilloverdue",
        "postpaidbilloverdue",
        "allocationquota.freetieronly",
    }
)
# Refusals that need no words, where those are lost.
_DECIDING = frozenset({401, 403, 429})
# What the SDK raises over a body of another shape.
_SHAPES = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
# The service could not fetch a picture to inspect it.
_PASSING = frozenset({"invalidparameter.datainspection"})
_USED_UP = frozenset({"throttling.allocationquota", "insufficientquota"})


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
        msg = f"{what}: {transport.status} with an answer of an unknown shape"
        raise unclear(msg) from None


def tokens_of(answer: Any) -> int:
    """Return how many tokens an answer took, 0 where it does not say."""
    try:
        return int(answer.usage["total_tokens"])
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return 0


def refusal(status: int, code: str, *, message: str, what: str) -> UpstreamError:
    """Return the error for a refusal; `message` decides but is never quoted, it may hold text."""
    kind = _kind(status, _plain(code), message.lower())
    return kind(f"{what}: {status} {code or 'no code'}")


def is_about_content(code: str) -> bool:
    """Say whether the code means that the content was refused."""
    return _plain(code) in _CONTENT


def silence_sdk() -> None:
    """Keep the SDK from logging prompts (at debug) and tracebacks of errors translated here."""
    logging.getLogger("dashscope").setLevel(logging.CRITICAL)


def _plain(code: str) -> str:
    return code.lower().replace("_", "")


def _kind(status: int, code: str, message: str) -> type[UpstreamError]:
    if code in _CONTENT:
        return ModerationError
    # Bills come as 429 too, where asking again would never help.
    if code in _BILLING or (code in _USED_UP and "free" in message and "quota" in message):
        return AccountError
    if status in {401, 403}:
        return AccountError
    if code in _PASSING or status in {408, 429} or status >= 500:
        return UpstreamUnavailableError
    return UpstreamRejectedError
