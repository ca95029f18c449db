"""The small drawn car as a set: one view in several lights, with passes, on the mount."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from shared.vehicles.freeze import freeze_bytes
from shared.vehicles.sidecar import Camera, Light, Pass, PassName, Sidecar
from tests.comfyui import small_car

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

BOX = (-40, 40, 232, 120)
LIGHTS: dict[str, Light] = {
    "day_left": Light(
        azimuth_deg=250, elevation_deg=45, softness=0.1, cct_k=5600, sun_to_sky=2.5,
        time_of_day="midday", weather="clear",
    ),
    "day_right": Light(
        azimuth_deg=110, elevation_deg=45, softness=0.1, cct_k=5600, sun_to_sky=2.5,
        time_of_day="midday", weather="clear",
    ),
    "low_left": Light(
        azimuth_deg=260, elevation_deg=10, softness=0.1, cct_k=3300, sun_to_sky=0.9,
        time_of_day="sunset", weather="clear",
    ),
    "low_right": Light(
        azimuth_deg=100, elevation_deg=10, softness=0.1, cct_k=3300, sun_to_sky=0.9,
        time_of_day="sunset", weather="clear",
    ),
    "overcast": Light(
        azimuth_deg=180, elevation_deg=75, softness=1, cct_k=6500, sun_to_sky=0,
        time_of_day="midday", weather="overcast",
    ),
    "snow": Light(
        azimuth_deg=180, elevation_deg=75, softness=1, cct_k=6700, sun_to_sky=0, ground="bright",
        time_of_day="midday", weather="overcast",
    ),
    "dusk": Light(
        azimuth_deg=180, elevation_deg=35, softness=0.9, cct_k=9500, sun_to_sky=0, lamps=True,
        time_of_day="dusk", weather="partly_cloudy",
    ),
    "night": Light(
        azimuth_deg=148, elevation_deg=50, softness=0.3, cct_k=3400, sun_to_sky=0, lamps=True,
        time_of_day="night", weather="clear",
    ),
}  # fmt: skip


def put_set_on_mount(data_dir: Path, view: str = "front_left") -> dict[str, str]:
    """Freeze the car once for each light; return light -> reference."""
    return {lit: _put(data_dir, view, lit) for lit in LIGHTS}


def passes(lit: str) -> dict[PassName, bytes]:
    """Return small passes: a dark foot, a sun's shadow to one side, a red mirror, white lamps."""
    sky = np.full((20, 68), 255, dtype=np.uint8)
    sky[4:14, 16:58] = 60
    sun = np.full((20, 68), 255, dtype=np.uint8)
    sun[4:16, (30 if lit.endswith("left") else 2) :][:, :36] = 0
    mirror = np.zeros((20, 68, 4), dtype=np.uint8)
    mirror[8:16, 10:58] = (200, 20, 20, 255)
    lamps = np.zeros((20, 68, 3), dtype=np.uint8)
    lamps[10:16, 4:20] = 255
    planes: dict[PassName, NDArray[np.uint8]] = {"shadow_sky": sky, "reflection": mirror}
    if lit.startswith(("day", "low")):
        planes["shadow_sun"] = sun
    if lit in {"dusk", "night"}:
        planes["lamps"] = lamps
    return {name: small_car.png(Image.fromarray(plane)) for name, plane in planes.items()}


def _put(data_dir: Path, view: str, lit: str) -> str:
    paint = (180, 20 + list(LIGHTS).index(lit), 30)  # every light's render has bytes of its own
    data, files = small_car.png(small_car.render(paint)), passes(lit)
    told = {name: _told(name, bytes_) for name, bytes_ in files.items()}
    sidecar: Sidecar = small_car.sidecar(data).model_copy(
        update={
            "view": view,
            "lit": lit,
            "light": LIGHTS[lit],
            "camera": Camera(heading_deg=37, focal_px=300, principal_x=96),
            "passes": told,
        }
    )
    badge = small_car.png(small_car.badge())
    frozen = freeze_bytes(data, badge, sidecar, widths=small_car.WIDTHS, passes=files)
    return small_car.put_on_mount(data_dir, frozen)


def _told(name: PassName, data: bytes) -> Pass:
    return Pass(file=f"{name}.png", sha256=hashlib.sha256(data).hexdigest(), box=BOX)
