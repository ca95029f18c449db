"""The command `poster`: its groups, and how it ends."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Option

from cli.commands import (
    bench,
    checks,
    costs,
    dev,
    job,
    local,
    queue,
    rollout,
    season,
    shipping,
    trials,
    upload,
    vehicles,
)
from cli.frame import OWN_PROCESS, ROOT, group

if TYPE_CHECKING:
    from collections.abc import Sequence


def _tell_version(asked: bool) -> None:
    if asked:
        told = (ROOT / "pyproject.toml").read_text("utf-8").partition('\nversion = "')[2]
        typer.echo(f"poster {told.partition(chr(34))[0]}")
        raise typer.Exit


app = group("""Posters of drivers' own cars in the scenes of their trips.

    Commands that work on buckets take the settings of the functions from the environment;
    --local takes those of the running local stack, --data DIR those of the one that stores there.
    Times are ISO 8601 with a zone, as 2026-11-23T08:00:00+08:00.
    Nearly all take --json: the result is one JSON value, a refusal an object (`error`, `status`),
    last on standard error.

    \b
    Exit status:
      0    done
      1    refused or failed, or a check does not hold
      2    the command line, a file it names or a setting is not understood
      130  ended by Ctrl-C, `poster up` too""")


@app.callback()
def _root(
    *,
    version: Annotated[
        bool, Option("--version", is_eager=True, callback=_tell_version, help="Of the bundle.")
    ] = False,
) -> None:
    pass


local.add_to(app)
upload.add_to(app)
for _name, _group in {
    "job": job.app,
    "queue": queue.app,
    "dead": queue.dead,
    "webhooks": queue.webhooks,
    "vehicles": vehicles.app,
    "season": season.app,
    "rollout": rollout.app,
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
        app(args=typed, obj=OWN_PROCESS)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0
