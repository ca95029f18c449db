"""What DashScope's refusals mean, for text and pictures alike.

Codes: https://help.aliyun.com/zh/model-studio/error-code
"""

from __future__ import annotations

import logging

from shared.errors import (
    AccountError,
    ModerationError,
    UpstreamError,
    UpstreamRejectedError,
    UpstreamUnavailableError,
)

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
# The service could not fetch a picture to inspect it.
_PASSING = frozenset({"invalidparameter.datainspection"})
_USED_UP = frozenset({"throttling.allocationquota", "insufficientquota"})


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
