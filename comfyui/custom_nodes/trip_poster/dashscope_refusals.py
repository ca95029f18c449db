"""What DashScope's refusals mean, by families of codes, and what to do about them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

# By https://help.aliyun.com/zh/model-studio/error-code; a name counts wherever it stands between
# the dots of a code. Some is said in words alone, under the code of any wrong parameter.
_ADVICE = Path(__file__).with_name("dashscope_refusals.json")
# Asking again helps none of these, though bills come as 429.
_FINAL = ("Arrearage", "PrepaidBillOverdue", "PostpaidBillOverdue", "CommodityNotPurchased")
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_REQUEST = re.compile(r"[A-Za-z0-9_-]{1,80}")


def is_final(answer: dict[str, Any] | None) -> bool:
    """Tell whether asking again cannot help."""
    return answer is not None and bool(_names(_code(answer)) & _names(*_FINAL))


def advice(answer: dict[str, Any]) -> str:
    """Return code, advice and request id; the message is left out, it may quote the prompt."""
    code = _code(answer)
    message = str(answer.get("message") or "").lower()
    known = json.loads(_ADVICE.read_bytes())
    told = [words for start, words in known["in_words"].items() if message.startswith(start)]
    told += [words for name, words in known["by_code"].items() if _names(name) & _names(code)]
    request = str(answer.get("request_id") or "")
    named = [f"request {request}"] if _REQUEST.fullmatch(request) else []
    return ", ".join([code, *told[:1], *named])


def _code(answer: dict[str, Any]) -> str:
    error = answer.get("error")
    code = str((error if isinstance(error, dict) else answer).get("code") or "")
    return code if _CODE.fullmatch(code) else "no code"


def _names(*codes: str) -> set[str]:
    """Return the names in codes, spelt alike: the interfaces write them differently."""
    return {name for code in codes for name in code.replace("_", "").lower().split(".")}
