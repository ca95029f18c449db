"""A wet road: the car mirrored faintly below the line on which it stands."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .colour import Bytes, Floats, decode, encode
from .compose import cut_to
from .footprint import hull
from .ground import gaussian

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .placement import Placement
    from .vehicle_files import Vehicle

_SQUASH = 0.75
_STRENGTH = 0.20
_FADE_HEIGHTS = 0.35


def reflect(plate: Bytes, car: Bytes, vehicle: Vehicle, placement: Placement) -> Bytes:
    """Return the plate [H,W,3] with the car (RGBA, as placed) mirrored on wet ground."""
    feet = [placement.point(each) for each in vehicle.contacts]
    car, left, row = cut_to(car, plate.shape[:2], placement.x, placement.y)
    columns = np.arange(left, left + car.shape[1])
    line = contact_line(feet, columns)
    top = max(placement.horizon_y, math.floor(float(line.min())))
    distance = np.arange(top, plate.shape[0], dtype=np.float64)[:, None] - line[None, :]
    mirrored = _mirrored(car, line - row, distance)
    fade = np.clip(1 - distance / (_FADE_HEIGHTS * car.shape[0]), 0.0, 1.0)
    length = math.dist(feet[0], feet[1])
    soft = _softened(mirrored, fade, 0.01 * length)
    # No light of the car falls on the near side of its own line.
    weight = (_STRENGTH * fade * (distance >= 0))[..., None]
    out: Bytes = plate.copy()
    target = out[top:, left : left + car.shape[1]]
    target[:] = encode(decode(target) * (1 - weight * soft[..., 3:]) + weight * soft[..., :3])
    return out


def contact_line(feet: list[tuple[float, float]], columns: NDArray[Any]) -> NDArray[np.float64]:
    """Return the row on which the car stands at each column: the near edge of its footprint."""
    corners = hull(feet)
    first, last = min(corners), max(corners)
    rise = _slope(first, last)
    under = [p for p in corners if p[1] > first[1] + rise * (p[0] - first[0])]
    near = sorted({*under, first, last})
    xs, ys = [p[0] for p in near], [p[1] for p in near]
    line = np.interp(columns, xs, ys)
    head, tail = _slope(near[0], near[1]), _slope(near[-2], near[-1])
    line = np.where(columns < xs[0], ys[0] + head * (columns - xs[0]), line)
    return np.where(columns > xs[-1], ys[-1] + tail * (columns - xs[-1]), line)


def _slope(a: tuple[float, float], b: tuple[float, float]) -> float:
    return (b[1] - a[1]) / ((b[0] - a[0]) or 1.0)


def _mirrored(car: Bytes, line: NDArray[np.float64], distance: NDArray[np.float64]) -> Floats:
    """Return premultiplied linear RGBA of what stands above each ground point."""
    source = np.rint(line[None, :] - distance / _SQUASH).astype(int)
    valid = (distance >= 0) & (source >= 0) & (source < car.shape[0])
    picked = car[np.clip(source, 0, car.shape[0] - 1), np.arange(car.shape[1])[None, :]]
    alpha = (picked[..., 3].astype(np.float32) / np.float32(255.0)) * valid
    return np.dstack([decode(picked[..., :3]) * alpha[..., None], alpha]).astype(np.float32)


def _softened(mirrored: Floats, fade: NDArray[np.float64], sigma: float) -> Floats:
    """Blur more the farther from the tyres."""
    near = np.dstack([gaussian(mirrored[..., c], sigma) for c in range(4)])
    far = np.dstack([gaussian(mirrored[..., c], 4 * sigma) for c in range(4)])
    share = fade[..., None]
    return (share * near + (1 - share) * far).astype(np.float32)
