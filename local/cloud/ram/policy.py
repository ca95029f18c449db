"""Policies of version 1, as far as ours go: effects, wildcards, and the prefix of a listing.

Form and order of evaluation: https://help.aliyun.com/zh/ram/user-guide/policy-structure-and-syntax
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_KEYS = {"Effect", "Action", "Resource", "Condition"}
_CONDITION = ("StringLike", "oss:Prefix")


class PolicyError(Exception):
    """A policy says something that is not understood here; nothing of it is guessed."""


@dataclass(frozen=True)
class Request:
    """What somebody wants to do; `prefix` is that of a listing, "" for the whole bucket."""

    action: str
    resource: str
    prefix: str | None = None


@dataclass(frozen=True)
class Permission:
    """One action on one pattern of resources, with one pattern for the prefix of a listing."""

    action: str
    resource: str
    prefix: str | None = None

    def covers(self, request: Request) -> bool:
        """Say whether the request is one of those meant."""
        return (
            _like(self.action, request.action)
            and _like(self.resource, request.resource)
            and (self.prefix is None or _like(self.prefix, request.prefix or ""))
        )

    def __str__(self) -> str:
        """Name it on one line."""
        limit = "" if self.prefix is None else f" below {self.prefix}"
        return f"{self.action} on {self.resource}{limit}"


@dataclass(frozen=True)
class Policy:
    """What is allowed, and what is forbidden whatever allows it."""

    allowed: tuple[Permission, ...]
    denied: tuple[Permission, ...] = ()

    def permits(self, request: Request) -> tuple[Permission, ...]:
        """Return the permissions that let the request through; none where it is refused."""
        if any(each.covers(request) for each in self.denied):
            return ()
        return tuple(each for each in self.allowed if each.covers(request))


def parse_policy(text: str | bytes) -> Policy:
    """Read a policy document; PolicyError for whatever would not be enforced here."""
    document = json.loads(text)
    if document.get("Version") != "1" or set(document) != {"Version", "Statement"}:
        raise PolicyError("a policy has Version 1 and a list named Statement")
    found: dict[str, list[Permission]] = {"Allow": [], "Deny": []}
    for statement in document["Statement"]:
        if not set(statement) <= _KEYS or statement.get("Effect") not in found:
            msg = f"a statement has {', '.join(sorted(_KEYS))}, not {sorted(statement)}"
            raise PolicyError(msg)
        found[statement["Effect"]] += _permissions(statement)
    return Policy(tuple(found["Allow"]), tuple(found["Deny"]))


def _permissions(statement: Mapping[str, Any]) -> Iterator[Permission]:
    prefixes: list[str | None] = [None]
    if "Condition" in statement:
        prefixes = [*_prefixes(statement["Condition"])]
    for action in _listed(statement["Action"]):
        for resource in _listed(statement["Resource"]):
            yield from (Permission(action, resource, prefix) for prefix in prefixes)


def _prefixes(condition: Mapping[str, Any]) -> list[str]:
    operator, key = _CONDITION
    if set(condition) != {operator} or set(condition[operator]) != {key}:
        msg = f"the one condition known is {operator} of {key}, not {json.dumps(condition)}"
        raise PolicyError(msg)
    return _listed(condition[operator][key])


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _like(pattern: str, text: str) -> bool:
    """Say whether a text fits a pattern: `*` is any run of characters, `?` any one."""
    wild = "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in pattern)
    return re.fullmatch(wild, text, re.DOTALL) is not None
