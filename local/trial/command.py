"""`python -m local try`: bind a trip, a style and a vehicle, run the graph, keep the pictures."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from local.printed import print_facts, print_table, print_warnings
from local.stack import DATA
from local.trial.order import Wishes, read_order
from local.trial.scores import judged
from local.trial.server import TrialFailedError, TrialServer, refuse
from local.trial.stand_in import StandIn
from shared import ids
from shared.errors import (
    BundleError,
    InvalidRequestError,
    MalformedRequestError,
    Problem,
    UpstreamUnavailableError,
)
from shared.task_workflow import scene_texts, shown_facts
from shared.vehicles.bundle import bundled
from shared.vehicles.freeze import mount_files

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction

    from rich.console import Console

    from local.trial.order import Order
    from shared.vehicles.bundle import BundledRender
    from shared.vehicles.freeze import FrozenVehicle

VEHICLES = Path(__file__).parents[2] / "comfyui" / "vehicles"


def add_parser(commands: _SubParsersAction) -> None:  # type: ignore[type-arg]
    """Declare the command's arguments."""
    root = VEHICLES.parents[1]
    parser = commands.add_parser("try", help="one graph on a ComfyUI alone, for designers")
    parser.add_argument("--comfyui", metavar="URL", help="the local stand-in by default")
    parser.add_argument("--token", help="Authorization header of an EAS service")
    parser.add_argument(
        "--trip", type=Path, default=root / "examples" / "trips" / "article_trip.txt"
    )
    parser.add_argument("--style", default="photoreal", help="of comfyui/styles, offered or not")
    parser.add_argument("--vehicle", default="citycar/g1/black", help="model/generation/paint")
    parser.add_argument("--workflow", help="in place of the style's own")
    parser.add_argument("--plate", type=Path, help="a PNG in place of the local painter's scene")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings")
    parser.add_argument("--data", type=Path, default=DATA, help="where all is stored")
    parser.add_argument("--seconds", type=float, default=600.0, help="the longest run waited for")


def run_trial(chosen: Namespace, console: Console) -> int:
    """Run the command; return the exit status: 1 without a picture, 2 when the wishes are wrong."""
    wishes = Wishes(
        trip=chosen.trip,
        style=chosen.style,
        vehicle=chosen.vehicle,
        workflow=chosen.workflow,
        settings=tuple(chosen.settings),
        plate=chosen.plate,
    )
    try:
        return _run(wishes, chosen, console)
    except MalformedRequestError as error:
        console.print(f"{chosen.trip}: {error}", style="red", markup=False)
    except InvalidRequestError as error:
        for problem in error.problems:
            console.print(Text.assemble((problem.pointer, "red"), f" {problem.detail}"))
    except OSError as error:
        console.print(f"{error.filename}: {error.strerror}", style="red")
    except BundleError as error:
        console.print(str(error), style="red")
    except TrialFailedError as error:
        console.print(str(error), style="red")
        return 1
    return 2


def _run(wishes: Wishes, chosen: Namespace, console: Console) -> int:
    car = _car(wishes.vehicle)
    order = read_order(wishes, car.reference)
    server = (
        TrialServer(chosen.comfyui, chosen.token, task_seconds=chosen.seconds)
        if chosen.comfyui
        else StandIn()
    )
    folder = chosen.data / "tries" / order.record.job_id
    _tell(order, console)
    print_warnings(console, order.record.warnings)
    body, findings, filled = server.ready(order.workflow, order.body())
    for finding in findings:
        if finding.level == "warning":
            console.print(str(finding), style="yellow")
    refuse(findings)
    if filled:
        console.print(f"filled in with this ComfyUI's defaults: {', '.join(filled)}")
    _put_inputs(order, car.frozen(), wishes.plate, folder, console)
    began = time.monotonic()
    with console.status("") as status:

        def seen(words: str) -> None:
            status.update(f"{words}, {time.monotonic() - began:.0f} s")

        said = server.run(body, folder, seen=seen)
    for text in said:
        console.print(text, style="yellow", markup=False)
    console.print(f"finished after {time.monotonic() - began:.1f} s\n")
    _keep(order, folder, console)
    return 0


def _car(name: str) -> BundledRender:
    """Return the named vehicle; of a set, the member that leads it."""
    ranked = sorted(bundled(VEHICLES), key=lambda each: each.entry.rank, reverse=True)
    known = {"/".join(each.entry.name): each for each in ranked}
    if name not in known:
        problem = Problem("--vehicle", f"one of: {', '.join(sorted(known))}")
        raise InvalidRequestError(problems=(problem,))
    return known[name]


def _tell(order: Order, console: Console) -> None:
    if order.record.prompt is None:
        return
    wanted, _ = scene_texts(order.look, shown_facts(order.record), order.record.prompt.prompt)
    says = f"{wanted}  (the template's; no text model is asked)"
    told = {
        "style": f"{order.look.id}, workflow {order.workflow.name}",
        "vehicle": order.record.vehicle,
        "title": order.record.prompt.prompt.title,
        "prompt": "the workflow's own text model's" if order.asks else says,
    }
    print_facts(console, told)


def _put_inputs(
    order: Order, vehicle: FrozenVehicle, plate: Path | None, folder: Path, console: Console
) -> None:
    for key, data in mount_files(vehicle):
        _write(folder / key, data)
    if not order.needs_plate:
        return
    if plate is None:
        console.print("the plate is the local painter's: a demonstration picture, not a model's")
    _write(folder / ids.plate_key(order.record.task_id), _plate(order, plate))


def _plate(order: Order, plate: Path | None) -> bytes:
    if plate is not None:
        return plate.read_bytes()
    from local.painter import paint

    if order.record.prompt is None:
        return b""
    wanted, _ = scene_texts(order.look, shown_facts(order.record), order.record.prompt.prompt)
    size = {"width": order.look.width, "height": order.look.height}
    out = io.BytesIO()
    seed = ids.seed_of(order.record.task_id)
    paint(wanted, **size, seed=seed).save(out, "PNG", compress_level=3)
    return out.getvalue()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _keep(order: Order, folder: Path, console: Console) -> None:
    """Show where the pictures lie, and what the gate says of them."""
    output = folder / "output"
    for path in sorted(output.rglob("*.png")):
        console.print(f"  {path}")
    try:
        poster = judged(order.record, folder)
    except (BundleError, UpstreamUnavailableError) as error:
        console.print(f"not judged: {error}", style="yellow")
        return
    for copy in poster.copies:
        _write(output / "delivered" / copy.name, copy.data)
    scores = dict(poster.verdict.scores)
    _write(output / "scores.json", json.dumps(scores, indent=1).encode())
    console.print(f"  {output / 'scores.json'}\n")
    if poster.missing_characters:
        left_out = "".join(poster.missing_characters)
        console.print(f"not in the font, left out: {left_out}", style="yellow", markup=False)
    _show_scores(scores, poster.verdict.failures, console)


def _show_scores(scores: dict[str, float], failures: tuple[str, ...], console: Console) -> None:
    rows = [
        (Text(name, style="red" if name in failures else ""), f"{value:g}",
         "fails" if name in failures else "")
        for name, value in scores.items()
    ]  # fmt: skip
    print_table(console, rows)
    missing = [name for name in failures if name not in scores]
    verdict = f"held back: {', '.join(failures)}" if failures else "passes the gate"
    verdict += f" (not measured: {', '.join(missing)})" if missing else ""
    console.print(verdict, style="red" if failures else "green")
