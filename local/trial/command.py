"""A trial for designers: bind a trip, a style and a vehicle, run the graph, keep the pictures."""

import json
import time
from pathlib import Path

from rich.console import Console
from rich.text import Text

from local.cloud.files import replace_bytes
from local.printed import Say, print_facts, print_table, print_warnings
from local.trial.order import Order, Wishes, read_order
from local.trial.scores import judged
from local.trial.server import StandIn, TrialServer, refuse
from shared.core import ids
from shared.core.errors import (
    BundleError,
    InvalidRequestError,
    MalformedRequestError,
    Problem,
    UpstreamUnavailableError,
    WorkflowError,
)
from shared.vehicles.bundle import BundledRender, bundled
from shared.vehicles.freeze import FrozenVehicle, mount_files
from shared.workflows.task_workflow import scene_texts, shown_facts

VEHICLES = Path(__file__).parents[2] / "comfyui" / "vehicles"


def run_trial(wishes: Wishes, server: TrialServer | None, data: Path, *, say: Say) -> None:
    """Run a style's graph on a ComfyUI, else on the stand-in, and keep the pictures."""
    car, console = _car(wishes.vehicle), say.people
    order, bound = _order(wishes, car)
    folder = data / "tries" / order.record.job_id
    _tell(order, console)
    print_warnings(console, order.record.warnings)
    runs = server or StandIn()
    body, findings, filled = runs.ready(order.workflow, bound)
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

        said = runs.run(body, folder, seen=seen)
    for text in said:
        console.print(text, style="yellow", markup=False)
    console.print(f"finished after {time.monotonic() - began:.1f} s\n")
    pictures, scores = _keep(order, folder, console)
    if say.as_json:
        say.value({"pictures": pictures, "scores": scores})


def _order(wishes: Wishes, car: BundledRender) -> tuple[Order, bytes]:
    """Return what is tried, and its graph; InvalidRequestError names the wish that cannot be."""
    try:
        order = read_order(wishes, car.reference)
        return order, order.body()
    except MalformedRequestError as error:
        raise InvalidRequestError(f"{wishes.trip}: {error}") from error
    except WorkflowError as error:
        raise InvalidRequestError(str(error)) from error


def _car(name: str) -> BundledRender:
    """Return the named vehicle; of a set, the member that leads it."""
    ranked = sorted(bundled(VEHICLES), key=lambda each: each.entry.rank, reverse=True)
    known = {"/".join(each.entry.name): each for each in ranked}
    if name not in known:
        problem = Problem("--vehicle", f"one of: {', '.join(sorted(known))}")
        raise InvalidRequestError(problems=(problem,))
    return known[name]


def _tell(order: Order, console: Console) -> None:
    says = f"{_wanted(order)}  (the template's; no text model is asked)"
    told = {
        "style": f"{order.look.id}, workflow {order.workflow.name}",
        "vehicle": order.record.vehicle,
        "title": order.prompt.title,
        "prompt": "the workflow's own text model's" if order.asks else says,
    }
    print_facts(console, told)


def _put_inputs(
    order: Order, vehicle: FrozenVehicle, plate: Path | None, folder: Path, console: Console
) -> None:
    for key, data in mount_files(vehicle):
        replace_bytes(folder / key, data)
    if not order.needs_plate:
        return
    if plate is None:
        console.print("the plate is the local painter's: a demonstration picture, not a model's")
    replace_bytes(folder / ids.plate_key(order.record.task_id), _plate(order, plate))


def _plate(order: Order, plate: Path | None) -> bytes:
    if plate is not None:
        return plate.read_bytes()
    from local.painter import png

    seed = ids.seed_of(order.record.task_id)
    return png(_wanted(order), width=order.look.width, height=order.look.height, seed=seed)


def _wanted(order: Order) -> str:
    return scene_texts(order.look, shown_facts(order.record), order.prompt)[0]


def _keep(order: Order, folder: Path, console: Console) -> tuple[list[Path], dict[str, float]]:
    """Show and return where the pictures lie, and what the gate says of them."""
    output = folder / "output"
    pictures = sorted(output.rglob("*.png"))
    for path in pictures:
        console.print(f"  {path}")
    try:
        poster = judged(order.record, folder)
    except (BundleError, UpstreamUnavailableError) as error:
        console.print(f"not judged: {error}", style="yellow")
        return pictures, {}
    for copy in poster.copies:
        replace_bytes(output / "delivered" / copy.name, copy.data)
    scores = dict(poster.verdict.scores)
    replace_bytes(output / "scores.json", json.dumps(scores, indent=1).encode())
    console.print(f"  {output / 'scores.json'}\n")
    if poster.missing_characters:
        left_out = "".join(poster.missing_characters)
        console.print(f"not in the font, left out: {left_out}", style="yellow", markup=False)
    _show_scores(scores, poster.verdict.failures, console)
    return pictures, scores


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
