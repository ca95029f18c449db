"""What DashScope's refusals mean, by families of codes, and what to do about them."""

from __future__ import annotations

import re
from typing import Any

# By https://help.aliyun.com/zh/model-studio/error-code; a name counts wherever it stands between
# the dots of a code. Asking again helps none of _FINAL, though bills come as 429.
_FINAL = ("Arrearage", "PrepaidBillOverdue", "PostpaidBillOverdue", "CommodityNotPurchased")
_ADVICE = {
    "InvalidApiKey": "the key in DASHSCOPE_API_KEY is wrong, or of another region",
    "DataInspectionFailed": "the content check refused the text or the picture; change the words",
    "IPInfringementSuspect": "the words suggest a protected brand or figure; leave it out",
    "CustomRoleBlocked": "a rule of the account's own refused the words; change them",
    "Arrearage": "the account is in debt",
    "PrepaidBillOverdue": "a bill of the account is overdue",
    "PostpaidBillOverdue": "a bill of the account is overdue",
    "CommodityNotPurchased": "the account has not bought this service",
    "FreeTierOnly": "the free quota is used up, and the account pays for nothing more",
    "AccessDenied": "the key has no right to this model or workspace",
    "ModelNotFound": "there is no such model, or it was retired",
    "Throttling": "too many requests; try again in a minute",
    "limit_requests": "too many requests; try again in a minute",
    "limit_burst_rate": "too many requests; try again in a minute",
    "insufficient_quota": "the quota is used up; try again in a minute, or look at the plan",
    "ModelServingError": "the model is overloaded; try again in a minute",
    "ModelUnavailable": "the model is overloaded; try again in a minute",
    "RequestTimeOut": "the model took too long; try again",
}

# Said of a model in words alone, under the code of any wrong parameter.
_IN_WORDS = {
    "model not exist": _ADVICE["ModelNotFound"],
    "url error": "this model is called at another address; use one of another family",
}
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_REQUEST = re.compile(r"[A-Za-z0-9_-]{1,80}")


def is_final(answer: dict[str, Any] | None) -> bool:
    """Tell whether asking again cannot help."""
    return answer is not None and bool(_names(_code(answer)) & _names(*_FINAL))


def advice(answer: dict[str, Any]) -> str:
    """Return code, advice and request id; the message is left out, it may quote the prompt."""
    code = _code(answer)
    message = str(answer.get("message") or "").lower()
    in_words = [words for start, words in _IN_WORDS.items() if message.startswith(start)]
    by_code = [words for name, words in _ADVICE.items() if _names(name) & _names(code)]
    known = iter([*in_words, *by_code])
    request = str(answer.get("request_id") or "")
    parts = [code, next(known, ""), f"request {request}" if _REQUEST.fullmatch(request) else ""]
    return ", ".join(part for part in parts if part)


def _code(answer: dict[str, Any]) -> str:
    error = answer.get("error")
    code = str((error if isinstance(error, dict) else answer).get("code") or "")
    return code if _CODE.fullmatch(code) else "no code"


def _names(*codes: str) -> set[str]:
    """Return the names in codes, spelt alike: the interfaces write them differently."""
    return {name for code in codes for name in code.replace("_", "").lower().split(".")}
