"""What tracing leaves for mixing: the parts of a view's light, and its passes, in one folder."""

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .camera import Camera, View
from .shapes import Floats

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Groups:
    """The parts of a view's light, for the pixels that show the car, rows of `pixels`.

    `light` is (n, 3, 2, groups, 3): scatterings in the paint, off the ground or not, groups of
    lights, colour; `facts` is (n, 8): coverage, emblem, albedo (negative: paint), normal.
    """

    camera: Camera
    pixels: NDArray[np.int64]
    light: NDArray[np.float16]
    facts: NDArray[np.float32]

    @cached_property
    def _nearest(self) -> NDArray[np.int64]:
        """For each pixel of the picture the row of the nearest that the car covers by half."""
        height, width = self.camera.size
        row = np.full(height * width, -1)
        row[self.pixels] = np.arange(len(self.pixels))
        open_ = np.ones(height * width, dtype=bool)
        open_[self.pixels] = self.facts[:, 0] < 0.5
        _, (y, x) = ndimage.distance_transform_edt(
            open_.reshape(height, width), return_indices=True
        )
        return np.where(row < 0, row[y.ravel() * width + x.ravel()], row)

    def filled(self, values: NDArray[Any]) -> Floats:
        """Put values (n, ...) into a picture and continue them over the rest of it."""
        return np.asarray(values[self._nearest].reshape(*self.camera.size, *values.shape[1:]))

    def spread(self, values: NDArray[Any]) -> Floats:
        """Put values (n, ...) of the car's pixels into a picture (height, width, ...)."""
        height, width = self.camera.size
        picture = np.zeros((height * width, *values.shape[1:]))
        picture[self.pixels] = values
        return picture.reshape(height, width, *values.shape[1:])


@dataclass(frozen=True)
class Mask:
    """A pass that no paint changes: bytes (height, width) or (height, width, 3), and its box."""

    values: NDArray[np.uint8]
    box: Box


def gathered(camera: Camera, light: Floats, facts: Floats) -> Groups:
    """Keep the pixels that show the car."""
    count = camera.size[0] * camera.size[1]
    facts = facts.reshape(count, -1)
    pixels = np.flatnonzero(facts[:, 0] > 0)
    kept = light.reshape(count, *light.shape[2:])[pixels]
    return Groups(camera, pixels, kept.astype(np.float16), facts[pixels].astype(np.float32))


def save_groups(file: Path, groups: Groups) -> None:
    """Write groups; a file is either whole or not there."""
    camera = json.dumps(asdict(groups.camera))
    draft = file.with_suffix(".part.npz")
    np.savez(draft, pixels=groups.pixels, light=groups.light, facts=groups.facts, camera=camera)
    draft.replace(file)


def load_groups(file: Path) -> Groups:
    with np.load(file) as kept:
        told = json.loads(str(kept["camera"]))
        told["view"], told["crop"] = View(**told["view"]), tuple(told["crop"])
        return Groups(Camera(**told), kept["pixels"], kept["light"], kept["facts"])


def save_masks(file: Path, masks: dict[str, Mask]) -> None:
    """Write passes by name."""
    arrays = {f"{name}.values": mask.values for name, mask in masks.items()}
    boxes = {f"{name}.box": np.array(mask.box) for name, mask in masks.items()}
    draft = file.with_suffix(".part.npz")
    np.savez_compressed(draft, **arrays, **boxes)  # type: ignore[arg-type]  # names have dots
    draft.replace(file)


def load_masks(file: Path) -> dict[str, Mask]:
    with np.load(file) as kept:
        names = [name.removesuffix(".values") for name in kept if name.endswith(".values")]
        return {name: Mask(kept[f"{name}.values"], tuple(kept[f"{name}.box"].tolist()))
                for name in names}  # fmt: skip
