"""Render the demo vehicle: `python -m render_vehicle trace|mix` from the tools folder."""

import argparse
import time
from pathlib import Path

import mitsuba as mi
import numpy as np

from .camera import VIEWS, frame_car
from .car import build_car
from .lamps import find_lamps
from .lights import LIGHTS
from .loading import Loaded, export_gltf, load_car
from .sets import Traced, write_light
from .store import gathered, save_groups, save_masks
from .vehicle import CITYCAR, read_vehicle, write_vehicle
from .wheels import contact_points


def _choice() -> argparse.Namespace:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--variant", default="llvm_ad_rgb", help="Mitsuba variant")
    common.add_argument("--cache", type=Path, default=Path(), help="where traced views are kept")
    common.add_argument("--views", nargs="+", default=list(VIEWS), choices=list(VIEWS))
    parser = argparse.ArgumentParser(description=__doc__)
    tasks = parser.add_subparsers(dest="task", required=True)
    trace = tasks.add_parser("trace", parents=[common], help="trace views that are not there yet")
    trace.add_argument("--width", type=int, default=1040)
    trace.add_argument("--samples", type=int, default=96)
    trace.add_argument("--step", type=float, default=0.006, help="mesh width in metres")
    trace.add_argument("--car", type=Path, help="glTF, GLB or USD in our car's place")
    trace.add_argument("--vehicle", type=Path, help="JSON that names the vehicle and its paints")
    mixing = tasks.add_parser("mix", parents=[common], help="write pictures of lights and paints")
    mixing.add_argument("--out", type=Path, required=True, help="the vehicles folder to write to")
    mixing.add_argument("--paints", nargs="+", help="all of the vehicle's if left out")
    mixing.add_argument("--lights", nargs="+", default=list(LIGHTS), choices=list(LIGHTS))
    export = tasks.add_parser("export", parents=[common], help="write our car as a GLB file")
    export.add_argument("--to", type=Path, required=True)
    export.add_argument("--step", type=float, default=0.012, help="mesh width in metres")
    return parser.parse_args()


def _load(choice: argparse.Namespace) -> Loaded:
    vehicle = read_vehicle(choice.vehicle) if choice.vehicle else CITYCAR
    write_vehicle(choice.cache / "vehicle.json", vehicle)
    if choice.car:
        return load_car(choice.car, vehicle)
    return Loaded(build_car(choice.step), {}, frozenset(), contact_points())


def _trace(choice: argparse.Namespace) -> None:
    from .ground import Ground
    from .passes import mirror_camera, trace_masks
    from .render import load_scene
    from .tracing import Tracer

    def wanted(name: str, part: str) -> bool:
        return not (choice.cache / f"{name}{part}.npz").exists()

    parts = ("", ".mirror", ".masks")
    todo = [name for name in choice.views if any(wanted(name, part) for part in parts)]
    if not todo:
        return
    choice.cache.mkdir(parents=True, exist_ok=True)
    loaded = _load(choice)
    np.save(choice.cache / "contacts.npy", loaded.contacts)
    scene, lamps = load_scene(loaded.car, loaded.bsdfs, loaded.badge), find_lamps(loaded.car)
    points = np.concatenate([mesh.points for mesh in loaded.car.values()])
    for name in todo:
        start = time.monotonic()
        camera = frame_car(points, VIEWS[name], width=choice.width, margin=20)
        ground = Ground(scene, camera.view.heading_deg, lamps.light)
        eyes = {"": camera, ".mirror": mirror_camera(camera, points)}
        for part, eye in eyes.items():
            if wanted(name, part):
                tracer = Tracer(scene, eye, ground)
                for _ in range(max(1, choice.samples // (2 if part else 1))):
                    tracer.sample()
                file = choice.cache / f"{name}{part}.npz"
                save_groups(file, gathered(eye, *tracer.result()))
        if wanted(name, ".masks"):
            save_masks(choice.cache / f"{name}.masks.npz", trace_masks(scene, camera, lamps))
        took = time.monotonic() - start
        print(f"{name}: {camera.size[1]}x{camera.size[0]}, {took:.0f} s", flush=True)


def _mix(choice: argparse.Namespace) -> None:
    for view in choice.views:
        start = time.monotonic()
        traced = Traced.load(choice.cache, view)
        for light in choice.lights:
            write_light(traced, light, choice.paints or list(traced.vehicle.paints), choice.out)
        print(f"{view}: mixed in {time.monotonic() - start:.0f} s", flush=True)


def main() -> None:
    """Trace or mix what is asked for."""
    choice = _choice()
    mi.set_variant(choice.variant)
    if choice.task == "export":
        export_gltf(build_car(choice.step), choice.to)
    else:
        {"trace": _trace, "mix": _mix}[choice.task](choice)


if __name__ == "__main__":
    main()
