"""Whom we tell of posters and failures, in our own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True)
class Receipt:
    """What an endpoint answered: its status, 0 for no complete answer, and its Retry-After."""

    status: int
    retry_after: timedelta | None = None


class Announcer(Protocol):
    """Tells others what happened to a job, by signed messages."""

    def announce(self, endpoint: str, message_id: str, body: bytes) -> Receipt:
        """Send a message once; UpstreamRejectedError for an endpoint that may not be called."""
