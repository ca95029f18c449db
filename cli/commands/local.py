"""`poster demo`, `up`, `try`, `models`, `token`: the local stack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer import Argument, Option

from cli.frame import DATA, ROOT, command
from cli.kinds import Day

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.printed import Say
    from local.stack import LocalStack

TRIP = ROOT / "examples" / "trips" / "article_trip.txt"

Data = Annotated[Path, Option(metavar="DIR", help="Where that stack stores all.")]
Trip = Annotated[
    Path,
    Argument(exists=True, dir_okay=False, metavar="TRIP", help="A .json or .txt file."),
]
Comfyui = Annotated[str | None, Option(metavar="URL", help="A real ComfyUI to paint with.")]
Port = Annotated[int, Option(min=0, max=65535, help="Of the interface; 0: any free one.")]
Deployed = Annotated[bool, Option(help="Runs the zips, deployed by Function Compute's API.")]
Runtime = Annotated[
    Literal["python3.10", "python3.12"] | None, Option(help="The functions' context.")
]


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    command(app, "demo", "poster demo examples/trips/harbin_snow.json --style ink_wash")(demo)
    command(app, "up", "poster up --port 8080")(up)
    command(app, "try", "poster try --style ink_wash --comfyui http://127.0.0.1:8188")(try_)
    command(app, "token", "poster token --role reviewer")(token)
    command(app, "models", "poster models wan2.6-t2i --retire", see={404: "models"})(models)


def demo(
    say: Say,
    trip: Trip = TRIP,
    style: Annotated[str, Option(metavar="ID", help="In place of the trip's own.")] = "",
    # A folder of its own: `up` may be running on the other.
    data: Data = DATA / "demo",
    comfyui: Comfyui = None,
    port: Port = 0,
    runtime: Runtime = None,
    deployed: Deployed = False,
) -> int:
    """One trip through a local stack; ends with the poster's path and the studio's address."""
    from local import running

    deploy = _deploy(say) if deployed else None
    wanted = running.Wanted(data, comfyui, port, runtime, deployed, deploy)
    return running.demo(wanted, trip, style, say=say)


def up(
    say: Say,
    data: Data = DATA,
    comfyui: Comfyui = None,
    port: Port = 0,
    runtime: Runtime = None,
    deployed: Deployed = False,
    empty: Annotated[bool, Option(help="Waits for a deployment, by `s` for one.")] = False,
) -> None:
    """Run the local stack until Ctrl-C."""
    from local import running

    deploy = _deploy(say) if deployed else None
    running.up(running.Wanted(data, comfyui, port, runtime, deployed or empty, deploy), say=say)


def _deploy(say: Say) -> Callable[[LocalStack], None]:
    """Return what deploys the zips to a stack, by the vendor's SDK."""
    from cli.rollout.on_stack import deploy_to

    return lambda stack: deploy_to(stack, say=say)


def try_(
    say: Say,
    trip: Trip = TRIP,
    style: Annotated[str, Option(metavar="ID", help="Offered or not.")] = "photoreal",
    vehicle: Annotated[str, Option(help="MODEL/GENERATION/PAINT")] = "citycar/g1/black",
    comfyui: Annotated[str | None, Option(metavar="URL", help="Else the stand-in.")] = None,
    token: Annotated[str | None, Option(help="Authorization of an EAS service.")] = None,
    workflow: Annotated[str | None, Option(help="In place of the style's own.")] = None,
    plate: Annotated[
        Path | None, Option(exists=True, dir_okay=False, help="A PNG as the scene.")
    ] = None,
    set_: Annotated[
        list[str] | None, Option("--set", metavar="NAME=VALUE", help="An input; repeatable.")
    ] = None,
    data: Data = DATA,
    seconds: Annotated[float, Option(min=1, help="The longest run waited for.")] = 600.0,
) -> None:
    """One style's graph on a ComfyUI alone, for designers."""
    from local.trial.command import run_trial
    from local.trial.order import Wishes
    from local.trial.server import TrialServer

    server = TrialServer(comfyui, token, task_seconds=seconds) if comfyui else None
    wishes = Wishes(trip, style, vehicle, workflow, tuple(set_ or ()), plate)
    run_trial(wishes, server, data, say=say)


def token(
    say: Say,
    role: Annotated[
        Literal["driver", "service", "reviewer", "studio", "operator"], Option(help="Its scope.")
    ] = "driver",
    subject: Annotated[str, Option(metavar="NAME", help="Whose it is.")] = "",
    seconds: Annotated[int, Option(min=1, help="How long it holds.")] = 3600,
    data: Data = DATA,
) -> None:
    """A bearer token for the local stack's interface."""
    from local.own_keys import load_keys
    from shared.core.errors import NotFoundError

    if not (data / "keys.json").is_file():
        msg = f"no local stack has run on {data}; start one: poster up --data {data}"
        raise NotFoundError(msg)
    made = load_keys(data).token(subject or f"demo-{role}", role, seconds=seconds)
    if say.as_json:
        say.value({"role": role, "token": made})
    else:
        say.progress(made)


def models(
    say: Say,
    name: Annotated[str, Argument(metavar="NAME", help="Of deploy/models.json.")] = "",
    retire: Annotated[bool, Option(help="Gone; tasks are finished.")] = False,
    fail: Annotated[bool, Option(help="Gone, and its tasks fail.")] = False,
    announce: Day = None,
    shrink: Annotated[
        float | None, Option(min=0, max=1, metavar="SHARE", help="Of its calls throttled.")
    ] = None,
    restore: Annotated[bool, Option(help="Offered again, whole.")] = False,
    data: Data = DATA,
) -> None:
    """How the running local stack's models stand; retire one, or shrink its quota."""
    from local.model_command import run_models

    changes: list[dict[str, Any]] = []
    if retire or fail:
        changes.append({"do": "retire", "fail_tasks": fail})
    if announce:
        changes.append({"do": "announce", "on": announce.isoformat()})
    if shrink is not None:
        changes.append({"do": "shrink", "share": shrink})
    if restore:
        changes.append({"do": "restore"})
    if len(changes) > 1 or (changes and not name):
        msg = "name the model and one change, as poster models wan2.6-t2i --retire"
        raise typer.BadParameter(msg)
    run_models(data, name, changes[0] if changes else {}, say=say)
