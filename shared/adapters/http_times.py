"""Times in the headers of other people's servers; nothing that they write there is an error."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

LONGEST_PAUSE = timedelta(days=3)
_MOST_DIGITS = 9


def http_date(text: str | None) -> datetime | None:
    """Return an HTTP date (RFC 9110), in UTC where it names no zone; None for anything else."""
    try:
        found = parsedate_to_datetime(text or "")
        return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Return the pause that a Retry-After asks for, from 0 to three days; None for anything else.

    It is seconds in ASCII digits or an HTTP date.
    """
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return min(LONGEST_PAUSE, timedelta(seconds=int(text.lstrip("0")[:_MOST_DIGITS] or 0)))
    at = http_date(text)
    return None if at is None else min(LONGEST_PAUSE, max(timedelta(0), at - now))
