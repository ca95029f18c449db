"""Set a frozen render into plain reference plates, as the nodes would, and ask the gate.

The nodes' own code places, grades and shadows here: what they will do on the GPU cannot be told by
other formulas. What is wrong on a plain plate comes from the render, so no trip would mend it.
"""

from __future__ import annotations

import io
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from shared.core.errors import PictureError
from shared.quality.evidence import Car, Claims, Delivered, Evidence, Orders
from shared.quality.gate import Verdict, judge
from shared.quality.remedies import measure_named, remedies
from shared.results.copies import master_copy
from shared.results.label import stamp, xmp
from shared.vehicles.freeze import FrozenVehicle, mount_files
from shared.vehicles.intake.findings import Finding, fault, note, proposal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shared.quality.colour import Bytes
    from shared.quality.thresholds import Thresholds
    from shared.vehicles.sidecar import Sidecar

_CANVAS = (1152, 1440)
_Colour = tuple[int, int, int]
_DOUBTFUL = "a poster like this waits for a reviewer"


@dataclass(frozen=True)
class Ground:
    """A plate of two colours, sRGB codes, and what its trip would say of the light."""

    name: str
    orders: Orders
    sky: _Colour
    ground: _Colour


# Between them the most and the least light that a car's shadow meets: dry asphalt in the sun, a
# wet road by night, fresh snow under clouds.
_SUMMER_DAY, _BLUE, _BLACK = Orders("summer", "clear", "day"), (150, 185, 220), (24, 28, 44)
DRY_ROAD = Ground("a dry road by day", _SUMMER_DAY, _BLUE, (128, 126, 122))
WET_NIGHT = Ground("a wet road by night", Orders("autumn", "rain", "night"), _BLACK, (44, 45, 50))
SNOW = Ground(
    "snow under clouds", Orders("winter", "snow", "day"), (205, 212, 222), (226, 230, 236)
)
GROUNDS = (DRY_ROAD, WET_NIGHT, SNOW)
_PALE_SQUARE = Ground("a pale square by day", _SUMMER_DAY, _BLUE, (186, 182, 174))
_DRY_NIGHT = Ground("a dry road by night", Orders("autumn", "clear", "night"), _BLACK, (52, 52, 54))


class Tried(NamedTuple):
    """The gate's verdict on one ground."""

    ground: str
    verdict: Verdict


def tried(frozen: FrozenVehicle, thresholds: Thresholds) -> tuple[Finding, ...]:
    """Return what the gate says of this render on every ground it is for, and what to change.

    What fails on all of them is a fault; on some, a person has to accept it; a doubt is a note.
    Nothing that a render may hold makes this raise.
    """
    from comfyui.custom_nodes.trip_poster.errors import PlacementError

    try:
        grounds = grounds_for(frozen.sidecar)
        verdicts = [Tried(each.name, on(each, frozen, thresholds)) for each in grounds]
    except (PlacementError, PictureError) as error:
        return (fault("gate_no_poster", f"no poster can be made of it: {error}"),)
    return (*_failed(verdicts, thresholds), *_doubted(verdicts, thresholds))


def grounds_for(sidecar: Sidecar) -> tuple[Ground, ...]:
    """Return all grounds for a set of one, and those in its own light for a member of a set."""
    light = sidecar.light
    if not sidecar.view:
        return GROUNDS
    if light.time_of_day in {"dusk", "night"} or sidecar.lit in {"dusk", "night"}:
        return (WET_NIGHT, _DRY_NIGHT)
    if light.ground == "bright" or sidecar.lit == "snow":
        return (SNOW, _PALE_SQUARE)
    return (DRY_ROAD, _PALE_SQUARE)


def _failed(verdicts: Sequence[Tried], thresholds: Thresholds) -> Iterator[Finding]:
    found = {
        each.ground: [n for n in each.verdict.failures if measure_named(n).cause != "plate"]
        for each in verdicts
    }
    for name in dict.fromkeys(name for names in found.values() for name in names):
        on = [each for each in verdicts if name in found[each.ground]]
        told = _told(name, on, verdicts, thresholds)
        if len(on) == len(verdicts):
            yield fault(_code(name), f"every poster would fail the gate: {told}")
        else:
            yield proposal(_code(name), f"some posters would fail the gate, {_DOUBTFUL}: {told}")


def _doubted(verdicts: Sequence[Tried], thresholds: Thresholds) -> Iterator[Finding]:
    for name in dict.fromkeys(name for each in verdicts for name in each.verdict.doubts):
        on = [each for each in verdicts if name in each.verdict.doubts]
        told = _told(name, on, verdicts, thresholds)
        yield note(_code(name), f"the gate doubts it, {_DOUBTFUL}: {told}")


def _told(name: str, on: Sequence[Tried], verdicts: Sequence[Tried], thresholds: Thresholds) -> str:
    """Return the sentence with the value farthest from the limit, and on which grounds."""
    pick = min if measure_named(name).bound == "at least" else max
    worst = pick(on, key=lambda each: each.verdict.scores.get(name, 0.0))
    (told,) = remedies(worst.verdict.scores, [name], thresholds)
    everywhere = len(on) == len(verdicts)
    where = "" if everywhere else f" (on {' and '.join(each.ground for each in on)})"
    return f"{told}{where}"


def _code(name: str) -> str:
    return f"gate_{name.rpartition('.')[2]}"


def on(ground: Ground, frozen: FrozenVehicle, thresholds: Thresholds) -> Verdict:
    """Return the gate's verdict on the poster of this car on this ground.

    PlacementError where no size of it fits, PictureError where the gate cannot measure it.
    """
    from comfyui.custom_nodes.trip_poster.compose import compose
    from comfyui.custom_nodes.trip_poster.ground import Scene
    from comfyui.custom_nodes.trip_poster.placement import place, with_tight_box
    from comfyui.custom_nodes.trip_poster.setting import grounded
    from comfyui.custom_nodes.trip_poster.vehicle_files import load_vehicle

    said = ground.orders
    scene = Scene(said.season, said.weather, said.time_of_day)
    with _laid_out(frozen) as folder:
        vehicle = load_vehicle(folder, frozen.reference)
        placement, size = place(vehicle, _CANVAS, thresholds.horizon)
        car = _car(frozen, size.width)
        placement = with_tight_box(placement, car.pixels)
        picture = plain(ground, thresholds.horizon)
        plate, bare = grounded(picture, vehicle, placement, size, scene)
    poster, _ = compose(plate, car.pixels, placement.x, placement.y)
    marked = stamp(Image.fromarray(poster), clear_of=[placement.car_box])
    master = master_copy(marked.picture, xmp=xmp(producer="", produce_id=frozen.reference))
    delivered = Delivered("master", master.data, np.asarray(marked.picture), lossless=True)
    evidence = Evidence(
        plate=plate,
        bare=bare,
        car=car,
        claims=Claims.of(placement),
        caption=None,
        mark_box=marked.box,
        orders=ground.orders,
    )
    return judge(evidence, [delivered], thresholds)


def plain(ground: Ground, horizon: float) -> Bytes:
    """Return the plate [1440,1152,3]; `horizon` is its row as a share of the height."""
    width, height = _CANVAS
    plate = np.empty((height, width, 3), dtype=np.uint8)
    row = round(horizon * height)
    plate[:row], plate[row:] = ground.sky, ground.ground
    return plate


@contextmanager
def _laid_out(frozen: FrozenVehicle) -> Iterator[Path]:
    """Write the files as they will lie in ComfyUI's input folder; give the folder."""
    with tempfile.TemporaryDirectory() as scratch:
        for key, data in mount_files(frozen):
            path = Path(scratch) / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        yield Path(scratch) / "input"


def _car(frozen: FrozenVehicle, width: int) -> Car:
    size = next(each for each in frozen.sidecar.sizes if each.width == width)
    sidecar = frozen.sidecar
    return Car(
        pixels=_pixels(frozen, size.file),
        badge=_pixels(frozen, size.badge_file),
        scale=size.scale,
        contacts=sidecar.contacts,
        horizon_y=sidecar.horizon_y,
        badge_box=sidecar.badge_box,
    )


def _pixels(frozen: FrozenVehicle, file: str) -> Bytes:
    with Image.open(io.BytesIO(dict(frozen.files)[file])) as picture:
        return np.array(picture)
