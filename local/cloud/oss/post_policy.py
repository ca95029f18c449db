"""The policy of an upload by form: until when it holds, and what its fields have to be.

https://help.aliyun.com/zh/oss/developer-reference/postobject#section-d5z-1ww-wdb
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from local.cloud.oss.errors import (
    AccessDeniedError,
    EntityTooLargeError,
    EntityTooSmallError,
    InvalidPolicyDocumentError,
)

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z")
_BROKEN = "Invalid Policy: "
_AGAINST = "Invalid according to Policy: "
_LENGTH = "content-length-range"
_COMPARISONS: dict[str, Callable[[str, Any], bool]] = {
    "eq": lambda value, wanted: value == wanted,
    "starts-with": lambda value, wanted: value.startswith(wanted),
    "in": lambda value, wanted: value in wanted,
    "not-in": lambda value, wanted: value not in wanted,
}
_LISTS = frozenset({"in", "not-in"})


@dataclass(frozen=True)
class Condition:
    """What one field has to be; `told` is how the policy says it."""

    mode: str
    field: str
    wanted: Any
    told: str


@dataclass(frozen=True)
class PostPolicy:
    """A policy, read; `sizes` is the least and the most that the file may have, in bytes."""

    expires_at: datetime
    conditions: tuple[Condition, ...]
    sizes: tuple[int, int] | None

    def check(self, fields: Mapping[str, str], size: int, now: datetime) -> None:
        """Raise what OSS refuses a form with that does not keep to it; fields in lower case."""
        if now >= self.expires_at:
            raise AccessDeniedError(f"{_AGAINST}Policy expired.", ec="0006-00000226")
        for each in self.conditions:
            if not _COMPARISONS[each.mode](fields.get(each.field, ""), each.wanted):
                text = f"{_AGAINST}Policy Condition failed: {each.told}"
                raise AccessDeniedError(text, ec="0006-00000227")
        if self.sizes and size < self.sizes[0]:
            raise EntityTooSmallError(ec="0006-00000004")
        if self.sizes and size > self.sizes[1]:
            raise EntityTooLargeError(ec="0006-00000003")


def parse_policy(encoded: str) -> PostPolicy:
    """Read a policy as the form has it, JSON in base64; InvalidPolicyDocumentError otherwise."""
    try:
        told = json.loads(base64.b64decode(encoded, validate=True))
    except (ValueError, RecursionError) as error:
        raise InvalidPolicyDocumentError(f"{_BROKEN}Invalid JSON.") from error
    if not isinstance(told, dict) or not isinstance(told.get("conditions"), list):
        raise InvalidPolicyDocumentError(f"{_BROKEN}Invalid conditions.", ec="0006-00000214")
    conditions, sizes = list[Condition](), None
    for each in told["conditions"]:
        if isinstance(each, list) and each and each[0] == _LENGTH:
            sizes = _sizes(each)
        else:
            conditions.extend(_conditions(each))
    return PostPolicy(_expires_at(told.get("expiration")), tuple(conditions), sizes)


def _expires_at(told: object) -> datetime:
    if not isinstance(told, str) or not _TIME.fullmatch(told):
        raise InvalidPolicyDocumentError(f"{_BROKEN}Invalid expiration.")
    try:
        return datetime.fromisoformat(told[:19]).replace(tzinfo=timezone.utc)
    except ValueError as error:
        raise InvalidPolicyDocumentError(f"{_BROKEN}Invalid expiration.") from error


def _sizes(told: Sequence[Any]) -> tuple[int, int]:
    numbers = [each for each in told[1:] if type(each) is int and each >= 0]
    if len(told) != 3 or len(numbers) != 2 or numbers[0] > numbers[1]:
        raise InvalidPolicyDocumentError(
            f"{_BROKEN}Invalid content-length-range.", ec="0006-00000219"
        )
    return numbers[0], numbers[1]


def _conditions(told: Any) -> list[Condition]:
    if isinstance(told, dict) and all(isinstance(each, str) for each in told.values()):
        return [_condition("eq", f"${name}", value) for name, value in told.items()]
    if isinstance(told, list) and len(told) == 3 and told[0] in _COMPARISONS:
        mode, field, wanted = told
        listed = isinstance(wanted, list) and all(isinstance(each, str) for each in wanted)
        fits = listed if mode in _LISTS else isinstance(wanted, str)
        if isinstance(field, str) and fits:
            return [_condition(mode, field, wanted)]
    raise InvalidPolicyDocumentError(f"{_BROKEN}Invalid Condition.", ec="0006-00000216")


def _condition(mode: str, field: str, wanted: Any) -> Condition:
    told = json.dumps([mode, field, wanted], ensure_ascii=False)
    return Condition(mode, field.removeprefix("$").lower(), wanted, told)
