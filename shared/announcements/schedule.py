"""When a message that was not taken is tried again: exponential, jittered, for three days."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

LASTS = timedelta(days=3)
# What an endpoint may ask for at most: a message is tried again before its days are over.
LONGEST_ASKED = timedelta(hours=24)
_FIRST_SECONDS, _LONGEST_SECONDS = 60.0, 8 * 3600.0
_JITTER = 0.2


def delay(message_id: str, tries: int) -> timedelta:
    """Return the pause after that many tries (from 1): a minute, doubling, at most 8 hours.

    The jitter of a fifth comes from the message's id, so that every run finds the same minute.
    """
    seconds = min(_LONGEST_SECONDS, _FIRST_SECONDS * 2.0 ** (tries - 1))
    digest = hashlib.sha256(f"{message_id}/{tries}".encode()).digest()
    share = int.from_bytes(digest[:4], "big") / 2**32
    return timedelta(seconds=seconds * (1 - _JITTER + 2 * _JITTER * share))


def next_try(
    message_id: str,
    tries: int,
    *,
    entered_at: datetime,
    now: datetime,
    retry_after: timedelta | None = None,
) -> datetime | None:
    """Return when to try again after `tries` tries, None when the three days are over."""
    asked = min(retry_after or timedelta(0), LONGEST_ASKED)
    due = now + max(delay(message_id, tries), asked)
    return due if due <= entered_at + LASTS else None
