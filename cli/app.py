"""The command `poster`: its groups, and how it ends."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cli.commands import (
    bench,
    checks,
    costs,
    dev,
    job,
    local,
    queue,
    season,
    shipping,
    trials,
    upload,
    vehicles,
)
from cli.frame import OWN_PROCESS, group

if TYPE_CHECKING:
    from collections.abc import Sequence

app = group("""Posters of drivers' own cars in the scenes of their trips.

    Commands that work on buckets take the settings of the functions from the environment;
    --local takes those of the running local stack, --data DIR those of the one that stores there.
    Times are ISO 8601 with a zone, as 2026-11-23T08:00:00+08:00.

    \b
    Exit status:
      0    done
      1    refused or failed, or a check does not hold
      2    the command line or a setting is not understood
      130  ended by Ctrl-C""")
local.add_to(app)
upload.add_to(app)
for _name, _group in {
    "job": job.app,
    "queue": queue.app,
    "dead": queue.dead,
    "webhooks": queue.webhooks,
    "vehicles": vehicles.app,
    "season": season.app,
    "cost": costs.app,
    "styles": checks.styles,
    "workflows": checks.workflows,
    "bench": bench.app,
    "dev": dev.app,
}.items():
    app.add_typer(_group, name=_name)
for _module in (checks, shipping, trials):
    _module.add_to(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command in a process of its own; return its status."""
    typed = sys.argv[1:] if arguments is None else list(arguments)
    try:
        app(args=typed, prog_name="poster", obj=OWN_PROCESS)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0
