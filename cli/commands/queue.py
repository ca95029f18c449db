"""`poster queue`, `poster dead`, `poster webhooks`: what holds work back, and what was left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Option

from cli.commands.job import ports
from cli.frame import By, command, group
from cli.kinds import moment

if TYPE_CHECKING:
    from local.printed import Say

app = group("What holds work back; pause and resume sending.")
dead = group("What nobody could handle.")
webhooks = group("Announcements to the community and the maker's backend.")

Endpoint = Literal["community", "backend"]


@command(app, "status", "poster queue status --local", target=True)
def status(say: Say) -> None:
    """What holds work back, and how much there is."""
    from cli.operate import sending

    sending.status(ports=ports(say), say=say)


@command(app, "pause", "poster queue pause 'GPUs move to another zone' --by anna", target=True)
def pause(
    say: Say,
    reason: Annotated[str, Argument(metavar="REASON", help="Shown by status.")],
    by: By = "",
) -> None:
    """Send nothing to the GPUs until `poster queue resume`; trips are still accepted."""
    from shared.core.errors import InvalidRequestError
    from shared.jobs import control

    if not reason.strip():
        again = say.next("queue", "pause", "GPUs move")
        raise InvalidRequestError(f"a pause needs a reason, as in: {again}")
    given = ports(say)
    control.pause(given.state, by=by, reason=reason, clock=given.clock)
    again = say.next("queue", "resume")
    say.done(f"paused; trips are still accepted, deadlines still run; to send again: {again}")


@command(app, "resume", "poster queue resume --local", target=True)
def resume(say: Say, by: By = "") -> None:
    """Send again, and try every service at once."""
    from shared.jobs import control

    control.resume(ports(say).state, by=by)
    say.done("resumed")


@command(app, "accept", "poster queue accept --local", target=True)
def accept(say: Say) -> None:
    """Accept new trips again after the sweeper has stopped it."""
    from shared.jobs import control

    control.accept_again(ports(say).state)
    say.done("new trips are accepted")


@command(dead, "list", "poster dead list --local", target=True)
def list_(say: Say) -> None:
    """The keys of the dead with their reasons, the oldest first."""
    from cli.operate import dead

    dead.list_dead(ports=ports(say), say=say)


@command(dead, "revive", "poster dead revive all --local", target=True, see={404: "dead list"})
def revive(
    say: Say,
    key: Annotated[str, Argument(metavar="KEY", help="A key of the list, or `all`.")],
) -> None:
    """Bring one or all back to where they belong."""
    from cli.operate import dead

    dead.revive(key, ports=ports(say), say=say)


@command(
    webhooks, "replay", "poster webhooks replay 2026-11-23T08:00:00+08:00 --local", target=True
)
def replay(
    say: Say,
    since: Annotated[str, Argument(metavar="SINCE", help="A time with its zone.")],
    endpoint: Annotated[Endpoint | None, Option(help="Only there.")] = None,
) -> None:
    """Tell of everything since a time once more, with the same ids and bytes."""
    from local.printed import shown
    from shared.announcements import outbox

    begin, given, count = moment(since, say), ports(say), 0
    for notice, mark in outbox.remembered_since(begin, state=given.state):
        # What waits will be told in any case.
        if mark.state != "waiting" and endpoint in {None, notice.event.endpoint}:
            outbox.enter_again(notice, mark, now=given.clock.now(), state=given.state)
            count += 1
    say.done(f"{count} messages since {shown(begin)} are told again", messages=count, since=begin)


@command(webhooks, "enable", "poster webhooks enable community --local", target=True)
def enable(say: Say, endpoint: Endpoint) -> None:
    """Tell an endpoint again that has said it is gone."""
    from shared.announcements.endpoints import EndpointState, write_endpoint

    write_endpoint(endpoint, EndpointState(), state=ports(say).state)
    say.done(f"{endpoint} is told again", endpoint=endpoint)
