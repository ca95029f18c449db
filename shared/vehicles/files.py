"""The frozen files of a vehicle on the mount, checked against its sidecar."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shared.errors import PictureError
from shared.vehicles.catalogue import CATALOGUE_KEY, Catalogue, parse_catalogue
from shared.vehicles.sidecar import parse_sidecar

if TYPE_CHECKING:
    from shared.ports import ObjectStore

_FOLDER = "input/vehicles/"
_SIDECAR_BYTES = 262_144


def read_catalogue(mount: ObjectStore) -> Catalogue:
    """Return the catalogue; an empty one where no vehicle has been taken in yet."""
    data = mount.get(CATALOGUE_KEY, max_bytes=4_194_304)
    return Catalogue() if data is None else parse_catalogue(data)


def read_frozen(mount: ObjectStore, vehicle: str, width: int, *, max_bytes: int) -> bytes:
    """Return the frozen render of that width; PictureError when it is not the registered one."""
    sidecar = mount.get(f"{_FOLDER}{vehicle}/sidecar.json", max_bytes=_SIDECAR_BYTES)
    if sidecar is None:
        msg = f"there is no vehicle {vehicle} on the mount"
        raise PictureError(msg)
    size = next((s for s in parse_sidecar(sidecar).sizes if s.width == width), None)
    if size is None:
        msg = f"vehicle {vehicle} has no size of {width} pixels"
        raise PictureError(msg)
    data = mount.get(f"{_FOLDER}{vehicle}/{size.file}", max_bytes=max_bytes)
    if data is None or hashlib.sha256(data).hexdigest() != size.sha256:
        msg = f"vehicle {vehicle}: the file of {width} pixels is not the registered one"
        raise PictureError(msg)
    return data
