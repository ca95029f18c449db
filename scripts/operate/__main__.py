"""`python -m scripts.operate COMMAND`, with the settings of the functions in the environment.

`--local` works on the local stack that runs in `.local` instead.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

import structlog

from local.printed import command_console
from scripts.command_settings import add_local_options, run_chosen
from scripts.operate import announcements, dead, sending, show, vehicles
from scripts.operate.moments import moment
from scripts.operate.ports import Ports
from shared.announcements.addresses import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console


def main(
    arguments: Sequence[str] | None = None,
    *,
    console: Console | None = None,
    ports: Ports | None = None,
) -> int:
    """Run one command; return the exit status: 0 done, 1 refused, 2 not understood."""
    chosen, console = _parser().parse_args(arguments), console or command_console()
    return run_chosen(chosen, console, lambda: ports or Ports.real())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="operate", description=__doc__)
    add_local_options(parser)
    parser.add_argument("--by", default="operator", help="your name, kept with pauses")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, words: str, run: object) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words)
        added.set_defaults(run=run)
        return added

    command("status", "what holds work back, and how much there is", sending.status)
    one = command("show", "a job as a timeline", show.show)
    one.add_argument("job")
    one = command("retry", "have the sweeper look at an open job at once", show.retry)
    one.add_argument("job")
    command("dead", "list what nobody could handle", dead.list_dead)
    one = command("revive", "bring the dead back to where they belong", dead.revive)
    one.add_argument("key", help="a key of the list, or `all`")
    one = command("pause", "send nothing to the GPUs until `resume`", sending.pause)
    one.add_argument("reason")
    command("resume", "send again, and try every service at once", sending.resume)
    command("accept", "accept new trips again after the sweeper has stopped it", sending.accept)
    command("vehicles", "list the versions of vehicles that were uploaded", vehicles.list_versions)
    one = command("approve", "offer a vehicle although parts of it were guessed", vehicles.approve)
    one.add_argument("vehicle", help="MODEL/GENERATION/PAINT/VERSION")
    one = command("refuse", "never offer a version that waits for approval", vehicles.refuse)
    one.add_argument("vehicle", help="MODEL/GENERATION/PAINT/VERSION")
    one.add_argument("--reason", default="", help="kept with the refusal")
    one = command("recall", "never show a vehicle's version again, and withdraw", vehicles.recall)
    one.add_argument("vehicle", help="MODEL/GENERATION/PAINT/VERSION")
    one.add_argument("--reason", required=True, help="kept with the recall; its failed jobs say it")
    one.add_argument("--dry-run", action="store_true", help="only list what it would take back")
    one = command("replay", "tell of everything since a time once more", announcements.replay)
    one.add_argument("since", type=moment, help="2026-11-23T08:00 (Asia/Shanghai) or with a zone")
    one.add_argument("--endpoint", choices=ENDPOINTS, help="only there")
    one = command("enable", "tell an endpoint again that has said it is gone", announcements.enable)
    one.add_argument("endpoint", choices=ENDPOINTS)
    return parser


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    sys.exit(main())
