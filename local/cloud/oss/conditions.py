"""Preconditions and ranges of reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from local.cloud.oss.errors import InvalidArgumentError, InvalidRangeError, PreconditionFailedError
from local.cloud.oss.objects import StoredObject

_RANGE = re.compile(r"bytes=(\d*)-(\d*)(?:,.*)?", re.ASCII)


class NotModifiedError(Exception):
    """The reader has this object already: the answer is 304 without a body."""


def check_conditions(headers: Mapping[str, str], stored: StoredObject) -> None:
    """Raise PreconditionFailedError or NotModifiedError where the headers ask for it."""
    changed_at = stored.last_modified.replace(microsecond=0)
    if "if-match" in headers and not _names_etag(headers["if-match"], stored.etag):
        raise PreconditionFailedError
    if "if-unmodified-since" in headers and changed_at > _date(headers["if-unmodified-since"]):
        raise PreconditionFailedError
    if "if-none-match" in headers:
        if _names_etag(headers["if-none-match"], stored.etag):
            raise NotModifiedError
    elif "if-modified-since" in headers and changed_at <= _date(headers["if-modified-since"]):
        raise NotModifiedError


def chosen_range(headers: Mapping[str, str], size: int) -> range | None:
    """Return the positions asked for, None for all.

    A range that does not lie within the object is ignored, unless x-oss-range-behavior says
    standard: then its end is cut, or InvalidRangeError if nothing is left.
    """
    found = _RANGE.fullmatch(headers.get("range", ""))
    if not found or found[1] == found[2] == "":
        return None
    first, last = _bounds(found[1], found[2], size)
    if 0 <= first <= last < size:
        return range(first, last + 1)
    if headers.get("x-oss-range-behavior", "").lower() != "standard" or last < first:
        return None
    if first >= size:
        raise InvalidRangeError(details={"ActualObjectSize": str(size)})
    return range(max(first, 0), min(last, size - 1) + 1)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return size - int(last), size - 1
    return int(first), int(last) if last else max(size - 1, int(first))


def _names_etag(header: str, etag: str) -> bool:
    named = {part.strip().strip('"').upper() for part in header.split(",")}
    return "*" in named or etag.upper() in named


def _date(header: str) -> datetime:
    try:
        return parsedate_to_datetime(header)
    except (ValueError, OverflowError) as error:
        raise InvalidArgumentError("The date you provided is invalid.") from error
