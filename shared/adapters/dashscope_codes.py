"""DashScope's refusals by families of codes, the same for text, pictures and looks.

The list is https://help.aliyun.com/zh/model-studio/error-code; a name there is written with and
without underscores (`DataInspectionFailed`, `data_inspection_failed`), and services put their own
names before it (`InternalError.Algo.DataInspectionFailed`), in the code or in the message
(`<400> InternalError.Algo.DataInspectionFailed: ...`). So a name counts wherever it stands between
the dots.
"""

from __future__ import annotations

import re
from typing import Literal

Family = Literal["content", "gone", "account", "busy", "late", "request", "fault", ""]

# The first family that has a name of the code decides.
_FAMILIES: dict[Family, frozenset[str]] = {
    # 400 and finished tasks: the text or the picture is not wanted.
    "content": frozenset(
        {"datainspectionfailed", "ipinfringementsuspect", "customroleblocked", "faqruleblocked"}
    ),
    # 404: no such model, or none that the account's workspace may call.
    "gone": frozenset({"modelnotfound", "modelnotsupported"}),
    # 400 Arrearage, 401 and 403, and bills that come as 429, where asking again never helps.
    "account": frozenset(
        {
            "arrearage", "commoditynotpurchased", "prepaidbilloverdue", "postpaidbilloverdue",
            "freetieronly", "invalidapikey", "notauthorized", "notauthorised", "accessdenied",
        }
    ),
    # 429 of requests, bursts and tokens a minute; 500 and 503 of models without room.
    "busy": frozenset(
        {
            "throttling", "ratequota", "limitrequests", "burstrate", "limitburstrate",
            "allocationquota", "insufficientquota", "modelservingerror", "modelunavailable",
        }
    ),
    # 408 and 500; and 400 InvalidParameter.DataInspection, for a picture fetched too slowly.
    "late": frozenset({"requesttimeout", "responsetimeout", "timeout", "datainspection"}),
    # 400, and InternalError.Algo.InvalidParameter: the same request is refused again.
    "request": frozenset({"invalidparameter", "badrequest", "invalidrequesterror"}),
    "fault": frozenset({"internalerror", "systemerror", "modelservicefailed", "rewritefailed"}),
}  # fmt: skip
_IN_MESSAGE = re.compile(r"\s*<\d{3}>\s*([\w.]+)\s*:")
_QUOTAS = frozenset({"allocationquota", "insufficientquota"})
_THROTTLED = _FAMILIES["busy"] - {"modelservingerror", "modelunavailable"}
# What is documented of a model in words alone: 400 InvalidParameter "Model not exist." and "url
# error, please check url", for a model that is not called at this address; 403 AccessDenied for
# one that is not called in this way.
_GONE_WORDS = (
    "model not exist",
    "url error, please check url",
    "does not support synchronous calls",
    "does not support asynchronous calls",
)


def family_of(code: str, message: str = "") -> Family:
    """Return the family of a refusal, "" for a code that is in none."""
    names = _all_names(code, message)
    if _is_gone(names, message):
        return "gone"
    # A quota of tokens a minute recovers, a free quota that is used up never does.
    if names & _QUOTAS and "free" in message.lower() and "quota" in message.lower():
        return "account"
    return next((family for family, known in _FAMILIES.items() if names & known), "")


def is_throttled(code: str, message: str = "") -> bool:
    """Say whether a refusal is one for want of quota."""
    return family_of(code, message) == "busy" and bool(_all_names(code, message) & _THROTTLED)


def _is_gone(names: set[str], message: str) -> bool:
    # 403 Model.AccessDenied is about one model; AccessDenied alone is about the account.
    of_model = {"model", "accessdenied"} <= names
    return of_model or any(words in message.lower() for words in _GONE_WORDS)


def _all_names(code: str, message: str) -> set[str]:
    told = _IN_MESSAGE.match(message)
    return _names(code) | (_names(told[1]) if told else set())


def _names(code: str) -> set[str]:
    return set(re.sub(r"[\s_-]", "", code).lower().split("."))
