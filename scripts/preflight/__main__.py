"""`python -m scripts.preflight`: is this configuration fit to go live? Secrets are never shown.

It takes the settings that s.yaml gives its functions with this shell; `--local` those of the
local stack that runs in `.local`. Status 0: nothing must change, 1: something must, 2: usage.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from local.printed import command_console
from scripts.command_settings import add_local_options
from scripts.preflight.checks import findings
from scripts.preflight.findings import as_json, exit_status, show, summary
from scripts.preflight.world import Options, World, world_of
from shared import settings
from shared.errors import NotFoundError
from shared.workflows.load import WORKFLOWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

_ROOT = Path(__file__).parents[2]


def main(
    arguments: Sequence[str] | None = None,
    *,
    console: Console | None = None,
    world: World | None = None,
) -> int:
    """Run every check; return the exit status."""
    chosen, console = _parser().parse_args(arguments), console or command_console()
    as_text = not chosen.json
    del chosen.json
    try:
        seen = world or world_of(Options(**vars(chosen)), settings.variables())
    except NotFoundError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        return 2
    found = []
    with seen.entered():
        for finding in findings(seen):
            found.append(finding)
            if as_text:
                show(finding, console)
    if as_text:
        skipped = "; services were not asked (--offline)" if seen.options.offline else ""
        console.print(f"\n{summary(found)}{skipped}")
    else:
        console.print(as_json(found), markup=False, soft_wrap=True)
    return exit_status(found)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="preflight", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )

    def flag(name: str, words: str) -> None:
        parser.add_argument(name, action="store_true", help=words)

    flag("--offline", "ask no service")
    flag("--json", "one list for a program, in place of lines")
    flag("--before", "the functions are not deployed yet")
    flag("--outside", "from outside the VPC: public endpoints of OSS and Function Compute")
    flag("--spend", "also make one paid call to each model")
    parser.add_argument("--object-info", metavar="URL|FILE", help="of the ComfyUI that will run")
    parser.add_argument("--token", help="Authorization header for --object-info, as EAS wants it")
    parser.add_argument(
        "--stack-file", type=Path, default=_ROOT / "s.yaml", metavar="FILE", help="s.yaml"
    )
    parser.add_argument("--workflows", type=Path, default=WORKFLOWS, metavar="FOLDER")
    add_local_options(parser)
    return parser


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    sys.exit(main())
