"""`python -m scripts.season COMMAND`, with the settings of the functions in the environment.

`plan` spends nothing: it writes the plan down and prints it. `start` has it carried out by the
function's timers. `--local` works on the local stack that runs in `.local` instead.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

import structlog

from local.printed import command_console
from scripts.arguments import day
from scripts.command_settings import add_local_options, run_chosen
from scripts.season import commands
from scripts.season.commands import Ports

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
    parser = argparse.ArgumentParser(prog="season", description=__doc__)
    add_local_options(parser)
    parser.add_argument("--by", default="operator", help="your name, kept with what you do")
    added = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, words: str, run: object) -> argparse.ArgumentParser:
        one = added.add_parser(name, help=words, description=words)
        one.set_defaults(run=run)
        one.add_argument("--json", action="store_true", help="as JSON")
        return one

    def about(one: argparse.ArgumentParser) -> None:
        one.add_argument("campaign", help="occasion-year, as winter-2026; see `calendar`")

    command("calendar", "every window of the calendar, and when it ends", commands.calendar_)
    one = command("plan", "which trips, and what it would take; paints nothing", commands.plan)
    about(one)
    one.add_argument("--newest", type=int, help="newest trips of each driver")
    one.add_argument("--cap", type=int, help="most trips")
    one.add_argument("--budget", type=float, help="most money in CNY")
    one.add_argument("--shards", type=int, help="parts that go on at the same time, 1 to 32")
    about(command("start", "carry a plan out, within its window", commands.start))
    about(command("resume", "go on with a paused campaign", commands.start))
    about(command("pause", "send nothing more until `resume`", commands.pause))
    about(command("stop", "end a campaign where it is", commands.stop))
    one = command("status", "how far campaigns are; all without a name", commands.status)
    one.add_argument("campaign", nargs="?", help="occasion-year, as winter-2026")
    one = command("scaling", "instances for planned peaks: EAS, Function Compute", commands.scale)
    one.add_argument("--since", type=day, help="first day, 2027-01-01; else today")
    one.add_argument("--days", type=int, default=365, help="how many days, 365 at most")
    one.add_argument("--gpus", help="usual,holiday,campaign instances of the GPU service")
    return parser


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    sys.exit(main())
