"""Tell of things once more, and tell an endpoint again that was gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.printed import shown
from shared.announcements import outbox
from shared.announcements.endpoints import EndpointState, write_endpoint

if TYPE_CHECKING:
    from datetime import datetime

    from cli.operate.ports import Ports
    from local.printed import Say


def replay(since: datetime, endpoint: str | None, *, ports: Ports, say: Say) -> None:
    """Put every message since a time into the outbox again, with its bytes; waiting ones stay."""
    count = 0
    for notice, mark in outbox.remembered_since(since, state=ports.state):
        elsewhere = endpoint not in {None, notice.event.endpoint}
        if mark.state == "waiting" or elsewhere:
            continue
        outbox.enter_again(notice, mark, now=ports.clock.now(), state=ports.state)
        count += 1
    say.done(f"{count} messages since {shown(since)} are told again", messages=count, since=since)


def enable(endpoint: str, *, ports: Ports, say: Say) -> None:
    """Forget what is held against an endpoint; what died meanwhile needs `replay` or `revive`."""
    write_endpoint(endpoint, EndpointState(), state=ports.state)
    say.done(f"{endpoint} is told again", endpoint=endpoint)
