"""Where the car stands: horizon, footprint, safe area, recomputed from the sidecar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.quality.colour import Bytes, Mask, lightness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.quality.evidence import Box, Car, Claims, Point

_FOOTPRINT_SCALE = 1.3
_CLAIM_PIXELS = 2


def placed(car: Car, claims: Claims, point: Point) -> Point:
    """Carry a point of the master render into the canvas."""
    return (claims.x + car.scale * point[0], claims.y + car.scale * point[1])


def tight_box(car: Car, claims: Claims) -> Box:
    """Return the box of the car's visible pixels, canvas pixels."""
    seen = car.pixels[..., 3] > 0
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    x0, x1 = claims.x + int(columns[0]), claims.x + int(columns[-1]) + 1
    return (x0, claims.y + int(rows[0]), x1, claims.y + int(rows[-1]) + 1)


def geometry_error(car: Car, claims: Claims, size: tuple[int, int], horizon: float) -> float:
    """Return |y_c - y_h - s k| / H: how far the car's horizon lies from the scene's.

    y_c: contact row in the canvas; k: contact row - horizon row of the render; y_h = `horizon` H.
    A pinhole camera that is level allows no other placement (Criminisi et al. 2000: heights on a
    ground plane are measured by the horizon).
    """
    contact = placed(car, claims, (0.0, car.contact_y))[1]
    expected = round(horizon * size[1]) + car.scale * (car.contact_y - car.horizon_y)
    return abs(contact - expected) / size[1]


def wrong_claims(car: Car, claims: Claims, size: tuple[int, int], horizon: float) -> int:
    """Count the statements of placement.json that the sidecar and the pixels do not bear out."""
    badge = [placed(car, claims, (car.badge_box[i], car.badge_box[i + 1])) for i in (0, 2)]
    right: list[tuple[Sequence[float], Sequence[float]]] = [
        (claims.canvas, size),
        ((claims.height,), (car.pixels.shape[0],)),
        ((claims.horizon_y,), (round(horizon * size[1]),)),
        ((claims.contact_y,), (placed(car, claims, (0.0, car.contact_y))[1],)),
        (claims.car_box, tight_box(car, claims)),
        (claims.badge_box, (*badge[0], *badge[1])),
    ]
    wrong = sum(_apart(said, found) > _CLAIM_PIXELS for said, found in right)
    return wrong + (abs(claims.scale - car.scale) > 1e-6)


def outside_safe_area(
    box: Box, size: tuple[int, int], sides: float, top: float, bottom: float
) -> int:
    """Return by how many pixels the car's box leaves the safe area; margins are shares."""
    width, height = size
    over = (
        sides * width - box[0],
        top * height - box[1],
        box[2] - (1 - sides) * width,
        box[3] - (1 - bottom) * height,
    )
    return max(0, *(int(np.ceil(each - 1e-9)) for each in over))


def footprint(car: Car, claims: Claims, ground: Bytes, limit: float) -> dict[str, float]:
    """Return what lies under the car on the plate without shadow; below `limit` H all is ground.

    footprint_rise: share of H by which the contact quadrilateral, grown by 1.3 about its centre,
    reaches above the limit; 0 when all of it is ground. footprint_slope: mean |grad L*| in it;
    footprint_spread: standard deviation of L* in it.
    """
    height = ground.shape[0]
    corners = grown([placed(car, claims, each) for each in car.contacts], _FOOTPRINT_SCALE)
    found = {"footprint_rise": max(0.0, limit - min(y for _, y in corners) / height)}
    rows = slice(max(int(min(y for _, y in corners)) - 1, 0), int(max(y for _, y in corners)) + 3)
    inside = polygon_mask([(x, y - rows.start) for x, y in corners], ground[rows].shape[1::-1])
    if not inside.any():
        return {**found, "footprint_rise": 1.0}
    light = lightness(ground[rows])
    return {
        **found,
        "footprint_slope": float(np.hypot(*np.gradient(light))[inside].mean()),
        "footprint_spread": float(light[inside].std()),
    }


def polygon_mask(corners: Sequence[Point], size: Sequence[int]) -> Mask:
    """Return the pixels of a canvas (width, height) whose centres lie in a convex polygon."""
    x, y = np.arange(size[0])[None, :], np.arange(size[1])[:, None]
    signs = []
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        signs.append((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) >= 0)
    inside = np.logical_and.reduce(signs)
    outside = ~np.logical_or.reduce(signs)
    return np.asarray(inside | outside)


def grown(corners: Sequence[Point], by: float) -> list[Point]:
    """Return a polygon grown about its middle."""
    cx = sum(x for x, _ in corners) / len(corners)
    cy = sum(y for _, y in corners) / len(corners)
    return [(cx + by * (x - cx), cy + by * (y - cy)) for x, y in corners]


def _apart(said: Sequence[float], found: Sequence[float]) -> float:
    return max(abs(a - b) for a, b in zip(said, found, strict=True))
