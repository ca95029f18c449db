"""The skin of the car: one implicit surface blended from side, top, nose, tail and greenhouse."""

import numpy as np

from .shapes import Floats, bump, curve, smooth_max, smooth_min, step

WHEELBASE = 2.62
AXLES = (WHEELBASE / 2, -WHEELBASE / 2)  # front, rear
TYRE_RADIUS = 0.345
TYRE_WIDTH = 0.225
TYRE_FACE_Y = 0.872  # the outer face of the tyres
ARCH_RADIUS = 0.392
ARCH_Z = 0.352


def wheel_distance(x: Floats, z: Floats) -> Floats:
    """Return the distance, in side view, from the nearer arch's centre."""
    return np.asarray(np.hypot(np.abs(x) - WHEELBASE / 2, z - ARCH_Z), dtype=np.float64)


def side(x: Floats, y: Floats, z: Floats) -> Floats:
    """The lower body's flank, with its shoulder line, scooped doors and flared arches."""
    shoulder = 0.875 - 0.022 * x
    away = z - shoulder
    crease = 0.013 * np.exp(-np.sqrt(away**2 + 0.010**2) / 0.05)
    doors = step(1.0, 0.62, np.abs(x))
    scoop = doors * (0.020 * bump(z, 0.47, 0.10) - 0.006 * bump(z, 0.31, 0.05))
    around = wheel_distance(x, z)
    flare = 0.020 * bump(around, ARCH_RADIUS + 0.01, 0.085) * step(0.1, 0.3, z)
    haunch = 0.016 * bump(np.abs(x), WHEELBASE / 2, 0.42) * bump(z, 0.80, 0.13)
    plain = curve("half_width")(x) - curve("section")(z)
    return np.abs(y) - (plain + crease - scoop + flare + haunch)


def _lid(x: Floats, y: Floats) -> Floats:
    crown = 0.055 * (y / 0.8) ** 2
    along = step(0.50, 0.90, x) * step(1.98, 1.55, x)
    ridge = 0.017 * along * step(0.33, 0.47, np.abs(y) + 0.10 * (x - 1.4))
    return curve("top")(x) - crown - ridge


def _recesses(y: Floats, z: Floats) -> Floats:
    """How far the tail lies back behind the plate and in the diffuser."""
    plate = step(0.300, 0.276, np.abs(y)) * step(0.672, 0.690, z) * step(0.842, 0.824, z)
    return 0.022 * plate + 0.045 * step(0.575, 0.515, np.abs(y)) * step(0.415, 0.375, z)


def lower(x: Floats, y: Floats, z: Floats) -> Floats:
    """Everything below the windows."""
    flat = np.abs(y) / 0.8
    nose = x - (curve("nose")(z) - 0.15 * flat**2 - 0.11 * flat**4)
    tail = -x - (curve("tail")(z) - 0.10 * flat**2 - 0.08 * flat**4 - _recesses(y, z))
    shell = smooth_max(side(x, y, z), z - _lid(x, y), 0.085)
    shell = smooth_max(shell, nose, 0.16)
    shell = smooth_max(shell, tail, 0.16)
    return smooth_max(shell, curve("floor")(x) - z, 0.07)


def cabin_side(x: Floats, y: Floats, z: Floats) -> Floats:
    """The side of the greenhouse, leaning inwards."""
    rise = z - 1.0
    lean = 0.25 * rise + 0.42 * rise**2
    return (np.abs(y) - (curve("cabin_width")(x) - lean)) / 1.08


def windscreen(x: Floats, y: Floats, z: Floats) -> Floats:
    """The windscreen's curved sheet, extended without end."""
    rise = z - 1.0
    sheet = 1.06 - 1.62 * rise - 0.45 * rise**2 - 0.20 * y**2 - 0.16 * y**4
    return (x - sheet) / 2.05


def hatch_line(z: Floats) -> Floats:
    """How far the hatch lies behind the car's middle, on the centre line."""
    rise = z - 1.05
    # Upright below the window's foot, so that the hatch never juts out over the bumper.
    rise = 0.5 * (rise + np.sqrt(rise**2 + 0.03**2))
    return np.asarray(2.005 - 0.50 * rise - 0.78 * rise**2, dtype=np.float64)


def cabin(x: Floats, y: Floats, z: Floats) -> Floats:
    """The greenhouse."""
    hatch = (-x - (hatch_line(z) - 0.16 * y**2)) / 1.2
    roof = z - (curve("roof")(x) - 0.10 * y**2 - 0.08 * y**4)
    shell = smooth_max(cabin_side(x, y, z), roof, 0.11)
    shell = smooth_max(shell, windscreen(x, y, z), 0.07)
    shell = smooth_max(shell, hatch, 0.12)
    spoiler = smooth_max(np.abs(roof + 0.020) - 0.019, np.abs(y) - 0.535, 0.03)
    spoiler = smooth_max(spoiler, np.maximum(-x - 1.865 + 0.10 * y**2, x + 1.4), 0.02)
    shell = smooth_min(shell, spoiler, 0.045)
    return smooth_max(shell, 0.7 - z, 0.05)


def skin(x: Floats, y: Floats, z: Floats) -> Floats:
    """The whole car without wheels and attached parts; negative inside."""
    return smooth_min(lower(x, y, z), cabin(x, y, z), 0.03)
