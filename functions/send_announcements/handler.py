"""A timer's function: sends what the outbox holds for this minute."""

from __future__ import annotations

from typing import Any

from functions.send_announcements.use_case import send_announcements
from shared import bootstrap
from shared.edge.entrypoint import timer_entry

_SECONDS = 40.0


@timer_entry
def handler() -> dict[str, Any]:
    """Deliver what is due."""
    settings = bootstrap.announcement_settings()
    return send_announcements(
        seconds=_SECONDS,
        configured=settings.endpoints().keys(),
        base_url=settings.public_base_url,
        jobs=bootstrap.jobs(),
        state=bootstrap.state(),
        announcer=bootstrap.announcer(),
        clock=bootstrap.clock(),
    )
