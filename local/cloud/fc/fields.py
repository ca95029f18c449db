"""How a value of s.yaml, or of what is deployed, is found and checked."""

from __future__ import annotations

import functools
import re
from typing import Any

from pydantic import AliasPath, BeforeValidator, Field, TypeAdapter

from local.cloud.fc.schedule import parse_schedule


@functools.cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return what reads a kind, made once."""
    return TypeAdapter(kind)


def at(*path: str, **limits: Any) -> Any:
    """Say where a value stands in s.yaml, and its limits."""
    return Field(validation_alias=AliasPath(*path), **limits)


def arn_of(form: str) -> BeforeValidator:
    """Take the name at the end of a resource's ARN."""
    pattern = re.compile(re.sub("<.*?>", "[^:]*", form) + "([^:/]+)")

    def name(value: Any) -> str:
        match = pattern.fullmatch(str(value))
        if not match:
            raise ValueError(f"must be {form}<name>, not {value!r}")
        return match[1]

    return BeforeValidator(name)


def checked_cron(value: str) -> str:
    """Return a timer's expression; raise ScheduleError, a ValueError, for what is none."""
    parse_schedule(value)
    return value
