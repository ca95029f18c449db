"""`poster vehicles`: what was uploaded, what is offered, and recalls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.commands.job import ports
from cli.frame import By, command, group

if TYPE_CHECKING:
    from local.printed import Say

app = group("Uploaded vehicles: offer, refuse, recall.")

_LIST = {404: "vehicles list", 409: "vehicles list"}
_ONE = "citycar/g1/black/0123456789ab"
Vehicle = Annotated[
    str, Argument(metavar="VEHICLE", help="MODEL/GENERATION/PAINT/VERSION, as listed.")
]


@command(app, "list", "poster vehicles list --local", target=True)
def list_(say: Say) -> None:
    """Every uploaded version, and which one new jobs get."""
    from cli.operate import vehicles

    vehicles.list_versions(ports=ports(say), say=say)


@command(
    app, "approve", f"poster vehicles approve {_ONE} --by anna --local", target=True, see=_LIST
)
def approve(say: Say, vehicle: Vehicle, by: By = "") -> None:
    """Offer a version although parts of it were guessed."""
    from cli.operate import vehicles

    vehicles.approve(vehicle, by=by, ports=ports(say), say=say)


@command(
    app,
    "refuse",
    f"poster vehicles refuse {_ONE} --reason 'other paint'",
    target=True,
    see={404: "vehicles list", 409: "vehicles recall {vehicle} --reason 'old badge'"},
)
def refuse(
    say: Say,
    vehicle: Vehicle,
    reason: Annotated[str, Option(help="Kept with the refusal.")] = "",
    by: By = "",
) -> None:
    """Never offer a version that waits for approval."""
    from cli.operate import vehicles

    vehicles.refuse(vehicle, reason, by=by, ports=ports(say), say=say)


@command(
    app, "recall", f"poster vehicles recall {_ONE} --reason 'old badge'", target=True, see=_LIST
)
def recall(
    say: Say,
    vehicle: Vehicle,
    reason: Annotated[str, Option(help="Kept with the recall; failed jobs say it.")],
    dry_run: Annotated[bool, Option(help="Only list what it would take back.")] = False,
    by: By = "",
) -> int | None:
    """Never show a version again, and withdraw what was made with it."""
    from cli.operate import vehicles

    if dry_run:
        vehicles.preview_recall(vehicle, ports=ports(say), say=say)
        return None
    return vehicles.recall(vehicle, reason, by=by, ports=ports(say), say=say)
