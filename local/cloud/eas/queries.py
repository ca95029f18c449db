"""Read the reserved query parameters; all others are tags."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from local.cloud.eas.errors import MalformedQueryError
from local.cloud.eas.item import REQUEST_ID_TAG

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)")


@dataclass(frozen=True)
class PageQuery:
    """What a get asks for."""

    index: int
    length: int
    timeout_seconds: float
    raw: bool
    auto_delete: bool
    tags: Mapping[str, str]


def read_page_query(query: Mapping[str, str]) -> PageQuery:
    """Parse a get; what is absent takes the harmless value (nothing deleted, no waiting)."""
    return PageQuery(
        index=read_number(query, "_index_", default=0),
        length=read_number(query, "_length_", default=1),
        timeout_seconds=read_duration(query.get("_timeout_", "0s")),
        raw=read_flag(query, "_raw_"),
        auto_delete=read_flag(query, "_auto_delete_"),
        tags=read_tags(query),
    )


def read_tags(query: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that do not start with an underscore."""
    return {name: value for name, value in query.items() if not name.startswith("_")}


def read_put_tags(query: Mapping[str, str]) -> dict[str, str]:
    """Return the tags of a put; the request id is the service's to give."""
    return {name: value for name, value in read_tags(query).items() if name != REQUEST_ID_TAG}


def read_flag(query: Mapping[str, str], name: str) -> bool:
    """Tell whether a parameter says true."""
    return query.get(name, "").lower() == "true"


def read_number(query: Mapping[str, str], name: str, *, default: int | None = None) -> int:
    """Return an integer parameter."""
    text = query.get(name)
    if text is None and default is not None:
        return default
    return _integer(name, text or "")


def read_indexes(query: Mapping[str, str]) -> list[int]:
    """Return the comma-separated `_indexes_`."""
    return [_integer("_indexes_", part) for part in query.get("_indexes_", "").split(",")]


def read_duration(text: str) -> float:
    """Return the seconds of a Go duration (`1m30s`, `500ms`); a bare number is seconds."""
    if re.fullmatch(r"\d+\.?\d*", text):
        return float(text)
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise MalformedQueryError(f"{text!r} is not a duration")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _integer(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise MalformedQueryError(f"{name} is not a number: {text!r}") from None
