"""`poster upload`: trips and renders into the upload bucket."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from cli.frame import command

if TYPE_CHECKING:
    from local.printed import Say


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    command(app, "upload", "poster upload examples/uploads/trips.csv --local", target=True)(upload)


def upload(
    say: Say,
    files: Annotated[
        list[Path],
        Argument(exists=True, dir_okay=False, metavar="FILE", help="Trips, or renders."),
    ],
    name: Annotated[str, Option(help="In place of the file's own; of trips.")] = "",
    vehicle: Annotated[
        str,
        Option(metavar="MODEL/GENERATION/PAINT", help="Else the files' last three folders."),
    ] = "",
    wait: Annotated[float, Option(min=0, metavar="SECONDS", help="For the report.")] = 120.0,
) -> int:
    """Files of trips, or a vehicle's renders with what belongs to them; tells what became of it."""
    from cli import uploading
    from shared import bootstrap

    planned = uploading.planned(files, name, vehicle, say)
    mount = bootstrap.mount() if say.given is None else say.given
    return uploading.put(planned, wait=wait, mount=mount, say=say)
