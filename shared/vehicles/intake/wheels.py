"""A member's wheels as a signature that light and paint hardly change, and how two differ.

The discs of both wheels on the flank that is seen are made flat by camera and contacts, in
log-polar coordinates: there another size is a shift along the radius. The signature is the
direction of the gradient of log luminance, its angle doubled, so that an edge is the same whichever
of its sides is lit (Granlund 1978), its length m / (m + median of m).
"""

from __future__ import annotations

import base64
import math
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from shared.vehicles.intake.stance import ground_points
from shared.vehicles.resample import decode_srgb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shared.vehicles.sidecar import Sidecar

    Floats = NDArray[np.float64]
    Field = NDArray[np.complex128]
    Wheels = tuple[str, str]

# The disc's radius as a share of the wheelbase; how far the tyre's face lies beyond the middle
# of its tread, as a share of the track.
_DISC, _FACE = 0.13, 0.06
# Radii from this share of the disc on, and how finely; pairs are averaged in the signature.
_INNERMOST, _RADII, _ANGLES = 0.3, 48, 96
_LEAST_SINE, _LEAST_PIXELS = 0.35, 12
_DARK, _LEAST_CONTRAST = 0.02, 0.02
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_BLUR = (0.0545, 0.2442, 0.4026, 0.2442, 0.0545)  # a Gaussian of one sample
_CELL = math.log(1 / _INNERMOST) / (_RADII - 1)
_MOST_CELLS = 4


def wheels_of(car: NDArray[np.uint8], sidecar: Sidecar, scale: float) -> Wheels | None:
    """Return the signatures of front and rear wheel; None where they are hardly seen.

    `car` [h,w,4] is the master times `scale`.
    """
    points = ground_points(sidecar)
    camera = sidecar.camera
    if points is None or camera is None:
        return None
    sine = math.sin(math.radians(camera.heading_deg))
    if abs(sine) < _LEAST_SINE:
        return None
    shine = np.cbrt(decode_srgb(car[..., :3]) @ _LUMINANCE) * (car[..., 3] / 255.0)
    left_rear, left_front, right_front, right_rear = (np.array(each) for each in points)
    near = ((left_front, left_rear), (right_front, right_rear))
    (front, rear), (far_front, far_rear) = near if sine > 0 else near[::-1]
    along = front - rear
    wheels = ((front, far_front), (rear, far_rear))
    with np.errstate(all="ignore"):  # numbers without bounds end outside the picture
        found = [
            _signature(_flat(shine, middle + _FACE * (middle - far), along, sidecar, scale))
            for middle, far in wheels
        ]
    return (found[0], found[1]) if found[0] and found[1] else None


def difference(one: Wheels, other: Wheels) -> float:
    """Return 1 - correlation of the wheel that differs more; of members of one view."""
    return max(1 - _likeness(_read(a), _read(b)) for a, b in zip(one, other, strict=True))


def size_ratio(one: Wheels, other: Wheels) -> float:
    """Return how large the first one's wheels are against the other's; of members of one view."""
    ratios = [_ratio(_read(a), _read(b)) for a, b in zip(one, other, strict=True)]
    return max(ratios, key=lambda each: abs(math.log(each)))


def size_across(one: Wheels, others: Sequence[Wheels]) -> float:
    """Return the same against other views, by where rims and tyres run round: the median."""
    mine = [_rings(_read(each)) for each in one]
    ratios = [
        math.sqrt(math.prod(_ratio(a, _rings(_read(b))) for a, b in zip(mine, each, strict=True)))
        for each in others
    ]
    return median(ratios)


def _flat(
    shine: Floats, middle: Floats, along: Floats, sidecar: Sidecar, scale: float
) -> Floats | None:
    """Return a wheel's disc [radii,angles]; None where it is too small or not in the picture."""
    camera = sidecar.camera
    base = float(np.hypot(*along))
    if camera is None or camera.focal_px is None or camera.principal_x is None or not base:
        return None
    radius = _DISC * base
    radii = radius * np.exp(np.linspace(math.log(_INNERMOST), 0, _RADII))[:, None]
    turns = np.arange(_ANGLES) * (2 * math.pi / _ANGLES)
    sideways = radii * np.cos(turns) / base
    high = radius + radii * np.sin(turns)
    away = middle[1] + along[1] * sideways
    if float(away.min()) <= 0:
        return None
    x = scale * (camera.principal_x + camera.focal_px * (middle[0] + along[0] * sideways) / away)
    y = scale * (sidecar.horizon_y + camera.focal_px * (sidecar.camera_height_m - high) / away)
    rows, columns = shine.shape
    inside = x.min() >= 0 and y.min() >= 0 and x.max() < columns and y.max() < rows
    if not inside or float(min(np.ptp(x), np.ptp(y))) < 2 * _LEAST_PIXELS:
        return None
    return _sampled(shine, x - 0.5, y - 0.5)


def _sampled(plane: Floats, x: Floats, y: Floats) -> Floats:
    left = np.clip(np.floor(x).astype(np.intp), 0, plane.shape[1] - 2)
    top = np.clip(np.floor(y).astype(np.intp), 0, plane.shape[0] - 2)
    right, down = np.clip(x - left, 0, 1), np.clip(y - top, 0, 1)
    upper = plane[top, left] * (1 - right) + plane[top, left + 1] * right
    lower = plane[top + 1, left] * (1 - right) + plane[top + 1, left + 1] * right
    return np.asarray(upper * (1 - down) + lower * down, dtype=np.float64)


def _signature(disc: Floats | None) -> str:
    """Return the signature of a disc, nothing for one that shows nothing."""
    if disc is None:
        return ""
    tone = np.log(disc + _DARK)
    tone = _blurred(np.pad(tone, ((2, 2), (0, 0)), mode="edge"), axis=0)[2:-2]
    tone = _blurred(tone, axis=1)
    outward = np.gradient(tone, axis=0) / _CELL
    around = (np.roll(tone, -1, axis=1) - np.roll(tone, 1, axis=1)) * _ANGLES / (4 * math.pi)
    steep = np.hypot(outward, around)
    usual = float(np.median(steep))
    if usual < _LEAST_CONTRAST:
        return ""
    field = (outward + 1j * around) ** 2 / np.maximum(steep, 1e-9) / (steep + usual)
    cells = field.reshape(_RADII // 2, 2, _ANGLES // 2, 2).mean(axis=(1, 3))
    codes = np.rint(127 * np.stack([cells.real, cells.imag])).astype(np.int8)
    return base64.b64encode(codes.tobytes()).decode()


def _blurred(plane: Floats, axis: int) -> Floats:
    return np.asarray(
        sum(weight * np.roll(plane, step - 2, axis) for step, weight in enumerate(_BLUR))
    )


def _read(signature: str) -> Field:
    codes = np.frombuffer(base64.b64decode(signature), dtype=np.int8)
    real, imaginary = codes.reshape(2, _RADII // 2, _ANGLES // 2).astype(np.float64)
    return np.asarray(real + 1j * imaginary)


def _rings(field: Field) -> Field:
    """Return [radii,1]: how far edges run round."""
    return np.asarray(field.real.mean(axis=1, keepdims=True), dtype=np.complex128)


def _likeness(one: Field, other: Field) -> float:
    power = float(np.vdot(one, one).real * np.vdot(other, other).real)
    return float(np.vdot(one, other).real) / math.sqrt(power) if power else 0.0


def _ratio(one: Field, other: Field) -> float:
    """Return by which size they are most alike: shifted along the radius, a parabola between."""
    count = len(one)
    likeness = [
        _likeness(one[max(by, 0) : count + min(by, 0)], other[max(-by, 0) : count - max(by, 0)])
        for by in range(-_MOST_CELLS, _MOST_CELLS + 1)
    ]
    best = int(np.argmax(likeness))
    between = 0.0
    if 0 < best < len(likeness) - 1:
        before, there, after = likeness[best - 1 : best + 2]
        between = (before - after) / (2 * (before - 2 * there + after))
    return math.exp(2 * _CELL * (best - _MOST_CELLS + between))
