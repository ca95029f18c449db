"""Tell of things once more, and tell an endpoint again that was gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.operate.moments import shown
from shared.announcements import outbox
from shared.announcements.endpoints import EndpointState, write_endpoint

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from scripts.operate.ports import Ports


def replay(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Put every message since a time into the outbox again, with its bytes; waiting ones stay."""
    count = 0
    for notice, mark in outbox.remembered_since(chosen.since, state=ports.state):
        elsewhere = chosen.endpoint not in {None, notice.event.endpoint}
        if mark.state == "waiting" or elsewhere:
            continue
        outbox.enter_again(notice, mark, now=ports.clock.now(), state=ports.state)
        count += 1
    console.print(f"{count} messages since {shown(chosen.since)} are told again")
    return 0


def enable(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Forget what is held against an endpoint; what died meanwhile needs `replay` or `revive`."""
    write_endpoint(chosen.endpoint, EndpointState(), state=ports.state)
    console.print(f"{chosen.endpoint} is told again")
    return 0
