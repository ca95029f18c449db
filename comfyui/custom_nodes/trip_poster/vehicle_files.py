"""Read a frozen vehicle from ComfyUI's input folder and prove that it is the right one.

input/vehicles/{model}/{generation}/{paint}/{version}/sidecar.json, sizes/{width}.png,
passes/{name}.png
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from .errors import VehicleFileError

if TYPE_CHECKING:
    from .colour import Bytes

_REFERENCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}(/[a-z0-9][a-z0-9_-]{0,31}){2}/[0-9a-f]{12}")
_FILE = re.compile(r"sizes/[0-9]{1,4}\.png")
_PASS_FILE = re.compile(r"passes/[a-z][a-z0-9_]{0,31}\.png")
MOST_MEMBERS = 16


@dataclass(frozen=True)
class Size:
    """One step of the size ladder."""

    width: int
    height: int
    scale: float
    file: str
    sha256: str


@dataclass(frozen=True)
class Pass:
    """One picture beside the car, what it does to the ground; box in pixels of the master."""

    file: str
    sha256: str
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Vehicle:
    """What the nodes need of a sidecar; points and rows are pixels of the master render.

    `contacts` are the tyres on the ground: left rear, left front, right front, right rear.
    The light's azimuth runs clockwise from the view direction; 180 is behind the eye.
    What a render does not say of itself is empty or None. `heading_deg` is the angle at the car
    from its nose to the camera, counterclockwise seen from above; `sun_to_sky` the sun's
    illuminance of level ground over the sky's, 0 without a sun.
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
    view: str = ""
    lit: str = ""
    heading_deg: float | None = None
    sun_to_sky: float | None = None
    lamps: bool = False
    bright_ground: bool = False
    time_of_day: str = ""
    weather: str = ""
    passes: dict[str, Pass] = field(default_factory=dict)

    @property
    def contact_y(self) -> float:
        """The row where the nearest tyre touches the ground."""
        return max(y for _, y in self.contacts)


def are_references(text: str, most: int = MOST_MEMBERS) -> bool:
    """Tell whether a text names one to so many vehicles, a space between them."""
    names = text.split(" ")
    return len(names) <= most and all(map(_REFERENCE.fullmatch, names))


def load_members(input_folder: Path, references: str) -> tuple[Vehicle, ...]:
    """Read the vehicles that a text names, in its order; raises VehicleFileError."""
    if not are_references(references):
        msg = f"vehicle must read model/generation/paint/version, up to {MOST_MEMBERS} of them"
        raise VehicleFileError(msg)
    return tuple(load_vehicle(input_folder, each) for each in references.split(" "))


def load_vehicle(input_folder: Path, reference: str) -> Vehicle:
    """Read the sidecar of a frozen vehicle; raises VehicleFileError."""
    if not are_references(reference, 1):
        raise VehicleFileError("vehicle must read model/generation/paint/version")
    folder = input_folder / "vehicles" / reference
    try:
        return _parse(folder, reference, json.loads((folder / "sidecar.json").read_bytes()))
    except OSError as error:
        raise VehicleFileError(f"vehicle {reference} is not in the input folder") from error
    except (ValueError, KeyError, TypeError) as error:
        msg = f"vehicle {reference}: sidecar.json cannot be used ({type(error).__name__})"
        raise VehicleFileError(msg) from error


def read_car(vehicle: Vehicle, size: Size) -> Bytes:
    """Return the frozen car as straight sRGB RGBA; raises VehicleFileError on other bytes."""
    with Image.open(io.BytesIO(_proved(vehicle, size.file, size.sha256))) as picture:
        if picture.mode != "RGBA" or picture.size != (size.width, size.height):
            raise VehicleFileError(f"vehicle {vehicle.reference}: {size.file} has the wrong form")
        return np.array(picture)


def read_pass(vehicle: Vehicle, name: str, mode: str) -> tuple[Image.Image, Pass] | None:
    """Return a pass in a mode of Pillow's, with where it lies; None where the render has none.

    Raises VehicleFileError on other bytes than the sidecar names.
    """
    found = vehicle.passes.get(name)
    if found is None:
        return None
    with Image.open(io.BytesIO(_proved(vehicle, found.file, found.sha256))) as picture:
        if picture.mode != mode:
            raise VehicleFileError(f"vehicle {vehicle.reference}: {found.file} has the wrong form")
        return picture.copy(), found


def axis_deg(vehicle: Vehicle) -> float | None:
    """Return where the car's long axis runs to: degrees to the view direction, right positive.

    None where the sidecar states no camera.
    """
    if vehicle.heading_deg is None:
        return None
    return (vehicle.heading_deg + 90) % 180 - 90


def _proved(vehicle: Vehicle, file: str, sha256: str) -> bytes:
    try:
        data = (vehicle.folder / file).read_bytes()
    except OSError as error:
        raise VehicleFileError(f"vehicle {vehicle.reference}: {file} is missing") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        msg = f"vehicle {vehicle.reference}: {file} is not the file the sidecar names"
        raise VehicleFileError(msg)
    return data


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
        view=str(raw.get("view") or ""),
        lit=str(raw.get("lit") or ""),
        heading_deg=_number((raw.get("camera") or {}).get("heading_deg")),
        sun_to_sky=_number(light.get("sun_to_sky")),
        lamps=bool(light.get("lamps")),
        bright_ground=light.get("ground") == "bright",
        time_of_day=str(light.get("time_of_day") or ""),
        weather=str(light.get("weather") or ""),
        passes={name: _pass(each) for name, each in (raw.get("passes") or {}).items()},
    )
    if len(vehicle.contacts) != 4 or not vehicle.sizes:
        raise ValueError("four contacts and one size at least are needed")
    return vehicle


def _number(raw: Any) -> float | None:
    return None if raw is None else float(raw)


def _pass(raw: dict[str, Any]) -> Pass:
    return Pass(_file(raw, _PASS_FILE), str(raw["sha256"]), _box(raw["box"]))


def _size(raw: dict[str, Any]) -> Size:
    width, height, scale = int(raw["width"]), int(raw["height"]), float(raw["scale"])
    return Size(width, height, scale, _file(raw, _FILE), str(raw["sha256"]))


def _file(raw: dict[str, Any], form: re.Pattern[str]) -> str:
    if not form.fullmatch(str(raw["file"])):
        raise ValueError("unexpected file name")
    return str(raw["file"])


def _box(raw: list[int]) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = (int(each) for each in raw)
    return (x0, y0, x1, y1)
