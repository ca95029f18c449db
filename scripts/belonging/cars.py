"""The members of a set, frozen as large as the small plates need, and how each is lit."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scripts.belonging.plates import LIGHTS
from shared.quality.car_view import view_of
from shared.quality.evidence import Car
from shared.vehicles.bundle import bundled
from shared.vehicles.freeze import freeze, mount_files, open_png
from shared.vehicles.sidecar import Light

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scripts.belonging.plates import Lit
    from shared.vehicles.bundle import BundledRender
    from shared.vehicles.sidecar import Sidecar

# The one that stands in the small picture, and the one for another lens.
WIDTHS = (480, 400)
# What a car with one render is stated as, so that the measures can be tried with it too.
_STATED: dict[Lit, tuple[float, float, float, float, float]] = {
    "day_left": (238, 45, 0.1, 5600, 2.5),
    "day_right": (122, 45, 0.1, 5600, 2.5),
    "low_left": (250, 10, 0.1, 3300, 0.85),
    "low_right": (110, 10, 0.1, 3300, 0.85),
    "overcast": (180, 75, 1.0, 6500, 0.0),
    "snow": (180, 75, 1.0, 6700, 0.0),
    "dusk": (180, 35, 0.9, 9500, 0.0),
    "night": (148, 50, 0.3, 3400, 0.0),
}


@dataclass(frozen=True)
class Member:
    """A member of a set: the render's files, what is stated of it, its long axis' heading.

    `axis` is -90 to 90 degrees, positive where it recedes to the right.
    """

    render: BundledRender
    sidecar: Sidecar
    axis: float

    @property
    def reference(self) -> str:
        """`model/generation/paint/version`."""
        return self.sidecar.reference

    @property
    def view(self) -> str:
        """The view's name."""
        return self.sidecar.view or ""

    @property
    def lit(self) -> str:
        """The light's name."""
        return self.sidecar.lit or ""

    def __str__(self) -> str:
        """Return paint and member for people."""
        return f"{self.sidecar.paint} {self.view}.{self.lit}"

    def frozen_on(self, mount: Path) -> None:
        """Freeze it onto the mount, if nobody has; the sidecar comes last and all at once."""
        if (mount / f"input/vehicles/{self.reference}/sidecar.json").is_file():
            return
        told, folder = self.sidecar.passes or {}, self.render.render.parent
        passes = {name: (folder / own.file).read_bytes() for name, own in told.items()}
        files = (self.render.render, self.render.badge)
        picture, badge = (open_png(path.read_bytes()) for path in files)
        frozen = freeze(picture, badge, self.sidecar, widths=WIDTHS, passes=passes)
        for key, data in mount_files(frozen):
            path = mount / key
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{path.name}.{os.getpid()}")
            part.write_bytes(data)
            part.replace(path)


def members_of(folder: Path) -> list[Member]:
    """Return every render of a folder; a set of one is stated in every light."""
    return [
        Member(render, sidecar, _axis(sidecar))
        for render in bundled(folder)
        for sidecar in _stated(render)
    ]


def _stated(render: BundledRender) -> Iterator[Sidecar]:
    if render.sidecar.view:
        yield render.sidecar
        return
    for lit in LIGHTS:
        version = hashlib.sha256(f"{render.sidecar.sha256}/{lit}".encode()).hexdigest()[:12]
        changes: dict[str, object] = {
            "view": "only",
            "lit": lit,
            "light": _light(lit),
            "version": version,
        }
        yield render.sidecar.model_copy(update=changes)


def _light(lit: Lit) -> Light:
    azimuth, elevation, softness, cct, ratio = _STATED[lit]
    return Light(
        azimuth_deg=azimuth,
        elevation_deg=elevation,
        softness=softness,
        cct_k=cct,
        sun_to_sky=ratio,
        lamps=lit in {"dusk", "night"},
        time_of_day="dusk" if lit == "dusk" else "night" if lit == "night" else "midday",
    )


def _axis(sidecar: Sidecar) -> float:
    """Return the heading of the long axis, -90 to 90 degrees, positive to the right."""
    empty = np.zeros((1, sidecar.px_size[0], 4), dtype=np.uint8)
    car = Car(
        pixels=empty,
        badge=empty[..., 3],
        scale=1.0,
        contacts=sidecar.contacts,
        horizon_y=sidecar.horizon_y,
        badge_box=sidecar.badge_box,
        light=sidecar.light,
        camera=sidecar.camera,
    )
    view = view_of(car)
    return 90.0 if view is None else (view.heading + 90) % 180 - 90
