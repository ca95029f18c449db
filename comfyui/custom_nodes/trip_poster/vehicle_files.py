"""Read a frozen vehicle from ComfyUI's input folder and prove that it is the right one.

input/vehicles/{model}/{generation}/{paint}/{version}/sidecar.json, sizes/{width}.png
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from .errors import VehicleFileError

if TYPE_CHECKING:
    from .colour import Bytes

_REFERENCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}(/[a-z0-9][a-z0-9_-]{0,31}){2}/[0-9a-f]{12}")
_FILE = re.compile(r"sizes/[0-9]{1,4}\.png")


@dataclass(frozen=True)
class Size:
    """One step of the size ladder."""

    width: int
    height: int
    scale: float
    file: str
    sha256: str


@dataclass(frozen=True)
class Vehicle:
    """What the nodes need of a sidecar; points and rows are pixels of the master render.

    `contacts` are the tyres on the ground: left rear, left front, right front, right rear.
    The light's azimuth runs clockwise from the view direction; 180 is behind the eye.
    """

    reference: str
    folder: Path
    contacts: tuple[tuple[float, float], ...]
    roof_y: float
    horizon_y: float
    light_azimuth_deg: float
    light_elevation_deg: float
    light_softness: float
    light_cct_k: float
    badge_box: tuple[int, int, int, int]
    sizes: tuple[Size, ...]

    @property
    def contact_y(self) -> float:
        """The row where the nearest tyre touches the ground."""
        return max(y for _, y in self.contacts)


def is_reference(text: str) -> bool:
    """Tell whether a text names a vehicle: model/generation/paint/version."""
    return _REFERENCE.fullmatch(text) is not None


def load_vehicle(input_folder: Path, reference: str) -> Vehicle:
    """Read the sidecar of a frozen vehicle; raises VehicleFileError."""
    if not is_reference(reference):
        msg = "vehicle must read model/generation/paint/version"
        raise VehicleFileError(msg)
    folder = input_folder / "vehicles" / reference
    try:
        return _parse(folder, reference, json.loads((folder / "sidecar.json").read_bytes()))
    except OSError as error:
        msg = f"vehicle {reference} is not in the input folder"
        raise VehicleFileError(msg) from error
    except (ValueError, KeyError, TypeError) as error:
        msg = f"vehicle {reference}: sidecar.json cannot be used ({type(error).__name__})"
        raise VehicleFileError(msg) from error


def read_car(vehicle: Vehicle, size: Size) -> Bytes:
    """Return the frozen car as straight sRGB RGBA; raises VehicleFileError on other bytes."""
    try:
        data = (vehicle.folder / size.file).read_bytes()
    except OSError as error:
        msg = f"vehicle {vehicle.reference}: {size.file} is missing"
        raise VehicleFileError(msg) from error
    if hashlib.sha256(data).hexdigest() != size.sha256:
        msg = f"vehicle {vehicle.reference}: {size.file} is not the file the sidecar names"
        raise VehicleFileError(msg)
    with Image.open(io.BytesIO(data)) as picture:
        if picture.mode != "RGBA" or picture.size != (size.width, size.height):
            msg = f"vehicle {vehicle.reference}: {size.file} has the wrong form"
            raise VehicleFileError(msg)
        return np.array(picture)


def _parse(folder: Path, reference: str, raw: dict[str, Any]) -> Vehicle:
    light = raw["light"]
    vehicle = Vehicle(
        reference=reference,
        folder=folder,
        contacts=tuple((float(x), float(y)) for x, y in raw["contacts"]),
        roof_y=float(raw["roof_y"]),
        horizon_y=float(raw["horizon_y"]),
        light_azimuth_deg=float(light["azimuth_deg"]),
        light_elevation_deg=float(light["elevation_deg"]),
        light_softness=float(light["softness"]),
        light_cct_k=float(light["cct_k"]),
        badge_box=_box(raw["badge_box"]),
        sizes=tuple(_size(each) for each in raw["sizes"]),
    )
    if len(vehicle.contacts) != 4 or not vehicle.sizes:
        msg = "four contacts and one size at least are needed"
        raise ValueError(msg)
    return vehicle


def _size(raw: dict[str, Any]) -> Size:
    file = str(raw["file"])
    if not _FILE.fullmatch(file):
        msg = "unexpected file name"
        raise ValueError(msg)
    width, height, scale = int(raw["width"]), int(raw["height"]), float(raw["scale"])
    return Size(width, height, scale, file, str(raw["sha256"]))


def _box(raw: list[int]) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = (int(each) for each in raw)
    return (x0, y0, x1, y1)
