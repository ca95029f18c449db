"""The frozen files of a vehicle on the mount, checked against its sidecar."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.core.errors import PictureError
from shared.vehicles.sidecar import FrozenSize, Sidecar, parse_sidecar

if TYPE_CHECKING:
    from shared.ports import ObjectStore

VEHICLES = "input/vehicles/"
_SIDECAR_BYTES = 262_144


@dataclass(frozen=True)
class FrozenFiles:
    """One size of a vehicle: the PNGs of the car (RGBA) and of its badge's mask (L)."""

    sidecar: Sidecar
    size: FrozenSize
    car: bytes
    badge: bytes


def read_sidecar(mount: ObjectStore, vehicle: str) -> Sidecar:
    """Return the sidecar of a frozen render; PictureError when there is none."""
    data = mount.get(f"{VEHICLES}{vehicle}/sidecar.json", max_bytes=_SIDECAR_BYTES)
    if data is None:
        raise PictureError(f"there is no vehicle {vehicle} on the mount")
    return parse_sidecar(data)


def read_frozen(mount: ObjectStore, vehicle: str, width: int, *, max_bytes: int) -> FrozenFiles:
    """Return the frozen render of that width; PictureError when it is not the registered one."""
    sidecar = read_sidecar(mount, vehicle)
    size = next((s for s in sidecar.sizes if s.width == width), None)
    if size is None or sidecar.reference != vehicle:
        raise PictureError(f"vehicle {vehicle} has no size of {width} pixels")

    def read(name: str, digest: str) -> bytes:
        found = mount.get(f"{VEHICLES}{vehicle}/{name}", max_bytes=max_bytes)
        if found is None or hashlib.sha256(found).hexdigest() != digest:
            raise PictureError(f"vehicle {vehicle}: {name} is not the registered file")
        return found

    car, badge = read(size.file, size.sha256), read(size.badge_file, size.badge_sha256)
    return FrozenFiles(sidecar, size, car, badge)
