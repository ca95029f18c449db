"""The members of a set, frozen as large as the small plates need, and how each is lit."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from local.cloud.files import replace_bytes
from shared.quality.car_view import view_of
from shared.quality.evidence import Car
from shared.vehicles.bundle import BundledRender, bundled
from shared.vehicles.freeze import mount_files
from shared.vehicles.sidecar import Sidecar

# The one that stands in the small picture, and the one for another lens.
WIDTHS = (480, 400)


@dataclass(frozen=True)
class Member:
    """A member of a set: the render with its sidecar, its long axis' heading.

    `axis` is -90 to 90 degrees, positive where it recedes to the right.
    """

    render: BundledRender
    axis: float

    @property
    def reference(self) -> str:
        """`model/generation/paint/version`."""
        return self.render.reference

    @property
    def view(self) -> str:
        return self.render.sidecar.view or ""

    @property
    def lit(self) -> str:
        return self.render.sidecar.lit or ""

    def __str__(self) -> str:
        """Return paint and member for people."""
        return f"{self.render.sidecar.paint} {self.view}.{self.lit}"

    def frozen_on(self, mount: Path) -> None:
        """Freeze it onto the mount, if nobody has; the sidecar comes last and all at once."""
        if (mount / f"input/vehicles/{self.reference}/sidecar.json").is_file():
            return
        for key, data in mount_files(self.render.frozen(WIDTHS)):
            replace_bytes(mount / key, data)


def members_of(folder: Path) -> list[Member]:
    """Return every member of the sets in a folder; a render that states no view is in none."""
    return [Member(each, _axis(each.sidecar)) for each in bundled(folder) if each.sidecar.view]


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
