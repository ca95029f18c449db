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

Family = Literal["content", "account", "busy", "late", "request", "fault", ""]

# The first family that has a name of the code decides.
_FAMILIES: dict[Family, frozenset[str]] = {
    # 400 and finished tasks: the text or the picture is not wanted.
    "content": frozenset(
        {"datainspectionfailed", "ipinfringementsuspect", "customroleblocked", "faqruleblocked"}
    ),
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


def family_of(code: str, message: str = "") -> Family:
    """Return the family of a refusal, "" for a code that is in none."""
    told = _IN_MESSAGE.match(message)
    names = _names(code) | (_names(told[1]) if told else set())
    # A quota of tokens a minute recovers, a free quota that is used up never does.
    if names & _QUOTAS and "free" in message.lower() and "quota" in message.lower():
        return "account"
    return next((family for family, known in _FAMILIES.items() if names & known), "")


def _names(code: str) -> set[str]:
    return set(re.sub(r"[\s_-]", "", code).lower().split("."))
