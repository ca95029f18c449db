"""Time composite and gate at 1536 x 1920 on one core, beside the usual tools, with their scores.

Speed is never told without quality: whoever composes is judged by the same gate, and whoever
measures is compared value by value.
"""

import importlib
import io
import sys
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from comfyui.custom_nodes.trip_poster.compose import compose
from comfyui.custom_nodes.trip_poster.ground import Scene, shade
from comfyui.custom_nodes.trip_poster.placement import Placement, place, with_tight_box
from comfyui.custom_nodes.trip_poster.vehicle_files import Vehicle, load_vehicle, read_car
from local.cloud.files import replace_bytes
from local.painter import paint
from shared.quality.colour import Bytes, ciede2000, lab_of
from shared.quality.evidence import Car, Claims, Delivered, Evidence, Orders
from shared.quality.gate import Verdict, judge
from shared.quality.thresholds import Thresholds
from shared.results.copies import app_copy, master_copy
from shared.results.label import stamp, xmp
from shared.vehicles.bundle import bundled
from shared.vehicles.freeze import freeze_bytes, mount_files
from tools.bench import own_process

_ROOT = Path(__file__).parents[2]
_SIZE, _CAR_WIDTH, _HORIZON = (1536, 1920), 960, 0.56
_MOST_COMPOSE, _MOST_GATE = 0.35, 0.6
_RUNS = 5
timed = partial(own_process.timed, runs=_RUNS)
_PROMPT = "春季，多云，黄昏。中远景是太湖鼋头渚，前景是空旷平整的路面。"
_SCORES = ("protected_changed", "badge_mean", "badge_p99", "edge_mean", "edge_p95", "seam")


@dataclass(frozen=True)
class Stage:
    """One vehicle on one plate, ready to be composed."""

    plate: Bytes
    vehicle: Vehicle
    placement: Placement
    car: Bytes
    badge: Bytes
    master: Image.Image


def main() -> int:
    """Print two tables; 1 when a limit is not kept."""
    print(f"{_SIZE[0]}x{_SIZE[1]}, car {_CAR_WIDTH} px, CPU time, median of {_RUNS}\n")
    stage = set_stage(_ROOT / ".local" / "bench")
    at, scene = stage.placement, Scene("spring", "cloudy", "dusk")
    shaded, shade_s = timed(partial(shade, stage.plate, stage.vehicle, at, scene))
    ours, compose_s = timed(lambda: compose(shaded, stage.car, at.x, at.y)[0])
    pillow, pillow_s = timed(lambda: with_pillow(stage, shaded))
    print(f"{'composite':38}{'seconds':>9}   scores of the same gate")
    verdict, gate_s = tell(stage, shaded, "opaque copied, edge in linear light", ours, compose_s)
    tell(stage, shaded, "Pillow: Lanczos + alpha_composite", pillow, pillow_s)
    print(f"{'shadow under the car':38}{shade_s:9.3f}\n")
    tell_differences(stage, ours, pillow)
    kept = {
        f"composite with shadow <= {_MOST_COMPOSE} s": compose_s + shade_s <= _MOST_COMPOSE,
        f"gate on the car's box, both copies <= {_MOST_GATE} s": gate_s <= _MOST_GATE,
        "our composite has no master fault": not _master_faults(verdict),
    }
    print(f"gate, master and app copy: {gate_s:.3f} s")
    return own_process.told(kept)


def set_stage(folder: Path) -> Stage:
    """Freeze the demonstration car at the bench's width and paint a plate."""
    sources = bundled(_ROOT / "comfyui" / "vehicles" / "citycar" / "g1" / "red")
    source = min(sources, key=lambda each: each.entry.rank)
    render, badge = source.render.read_bytes(), source.badge.read_bytes()
    frozen = freeze_bytes(
        render, badge, source.sidecar, widths=(_CAR_WIDTH,), passes=source.passes()
    )
    for key, data in mount_files(frozen):
        replace_bytes(folder / key, data)
    vehicle = load_vehicle(folder / "input", frozen.reference)
    placement, size = place(vehicle, _SIZE, _HORIZON)
    car = read_car(vehicle, size)
    mask = np.asarray(Image.open(vehicle.folder / f"sizes/{_CAR_WIDTH}.badge.png"))
    plate = np.asarray(paint(_PROMPT, width=_SIZE[0], height=_SIZE[1], seed=3))
    master = Image.open(io.BytesIO(render)).convert("RGBA")
    return Stage(plate, vehicle, with_tight_box(placement, car), car, mask, master)


def with_pillow(stage: Stage, plate: Bytes) -> Bytes:
    """Compose as most programs do: Lanczos in sRGB, then alpha_composite in sRGB."""
    height, width = stage.car.shape[:2]
    car = stage.master.resize((width, height), Image.Resampling.LANCZOS)
    canvas = Image.fromarray(plate).convert("RGBA")
    canvas.alpha_composite(car, (stage.placement.x, stage.placement.y))
    return np.asarray(canvas.convert("RGB"))


def tell(
    stage: Stage, plate: Bytes, name: str, poster: Bytes, seconds: float
) -> tuple[Verdict, float]:
    """Judge a composite and print its line."""
    marked = stamp(Image.fromarray(poster), clear_of=[stage.placement.car_box])
    packet = xmp(producer="", produce_id="bench")
    files = [
        ("master", master_copy(marked.picture, xmp=packet).data, True),
        ("app", app_copy(marked.picture, xmp=packet, lossless=False).data, False),
    ]
    copies = [
        Delivered(which, data, np.asarray(Image.open(io.BytesIO(data)).convert("RGB")), exact)
        for which, data, exact in files
    ]
    evidence = _evidence(stage, plate, marked.box)
    verdict, gate_s = timed(lambda: judge(evidence, copies, Thresholds()))
    found = "  ".join(f"{each} {verdict.scores[f'master.{each}']:g}" for each in _SCORES)
    faults = len(_master_faults(verdict))
    print(f"{name:38}{seconds:9.3f}   {found}  -> {'passes' if not faults else 'fails'}")
    return verdict, gate_s


def tell_differences(stage: Stage, ours: Bytes, other: Bytes) -> None:
    """Compare CIEDE2000 over the whole car box with scikit-image's, time and values."""
    x0, y0, x1, y1 = stage.placement.car_box
    one, two = lab_of(ours[y0:y1, x0:x1]), lab_of(other[y0:y1, x0:x1])
    mine, mine_s = timed(lambda: ciede2000(one, two))
    print(f"CIEDE2000 of {one.shape[1]}x{one.shape[0]} px{'seconds':>16}   mean    greatest gap")
    print(f"{'this gate, float64':38}{mine_s:9.3f}   {mine.mean():.4f}")
    try:
        theirs = importlib.import_module("skimage.color").deltaE_ciede2000
    except ImportError:
        print("scikit-image is not installed here; `poster bench picture` brings it\n")
        return
    values, seconds = timed(lambda: theirs(one, two))
    # Between exactly opposite hues the formula itself jumps, and a rounding decides the side.
    turn = np.degrees(np.arctan2(one[..., 2], one[..., 1]) - np.arctan2(two[..., 2], two[..., 1]))
    opposite = np.abs(np.abs(turn) - 180) < 1e-9
    gap = float(np.abs(values - mine)[~opposite].max())
    print(f"{'scikit-image deltaE_ciede2000':38}{seconds:9.3f}   {values.mean():.4f}  {gap:.1e}")
    print(f"{opposite.sum()} pixels of opposite hues left out of the gap\n")


def _master_faults(verdict: Verdict) -> list[str]:
    return [name for name in verdict.failures if name.startswith("master.")]


def _evidence(stage: Stage, plate: Bytes, mark: tuple[int, int, int, int]) -> Evidence:
    vehicle, at = stage.vehicle, stage.placement
    a, b, c, d = vehicle.contacts
    car = Car(stage.car, stage.badge, at.scale, (a, b, c, d), vehicle.horizon_y, vehicle.badge_box)
    claims = Claims(**{each.name: getattr(at, each.name) for each in fields(Claims)})
    orders = Orders("spring", "cloudy", "dusk")
    return Evidence(plate, stage.plate, car, claims, None, mark, orders)


if __name__ == "__main__":
    sys.exit(main())
