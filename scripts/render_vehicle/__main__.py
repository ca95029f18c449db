"""Render the demo vehicle: `python -m render_vehicle --out FOLDER` from the scripts folder."""

from __future__ import annotations

import argparse
from pathlib import Path

import mitsuba as mi
import numpy as np


def main() -> None:
    """Build the car once and render each paint asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the vehicles folder to write to")
    parser.add_argument("--paints", nargs="+", default=["black", "white", "red"])
    parser.add_argument("--width", type=int, default=1920)
    parser.add_argument("--samples", type=int, default=96)
    parser.add_argument("--step", type=float, default=0.006, help="mesh width in metres")
    parser.add_argument("--variant", default="llvm_ad_rgb", help="Mitsuba variant")
    choice = parser.parse_args()
    mi.set_variant(choice.variant)
    from .camera import frame_car
    from .car import build_car
    from .picture import finish, write_vehicle
    from .render import load_scene, render_layers

    car = build_car(choice.step)
    points = np.concatenate([mesh.points for mesh in car.values()])
    margin = round(20 * choice.width / 1920)
    camera = frame_car(
        points, azimuth_deg=37.0, distance_m=8.8, height_m=1.3, width=choice.width, margin=margin
    )
    for paint in choice.paints:
        layers = render_layers(load_scene(car, paint, camera), choice.samples)
        picture, mask = finish(*layers)
        write_vehicle(choice.out, paint, camera, picture, mask)


if __name__ == "__main__":
    main()
