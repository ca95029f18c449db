"""Where the panels of the tail lie: hatch, rear window, light bar, bumper and diffuser."""

from __future__ import annotations

import numpy as np

from .body import hatch_line
from .mesh import Field
from .shapes import Floats, outline, polygon

BAR_Z = 0.932  # the middle of the light bar, where the emblem sits

_GATE = outline(
    [(-0.2, 0.615), (0.565, 0.615)],
    [(0.565, 0.615), (0.655, 0.66), (0.745, 0.80), (0.785, 0.90), (0.790, 0.99)],
    [(0.790, 0.99), (0.750, 1.08), (0.705, 1.25), (0.640, 1.42), (0.600, 1.62)],
    [(0.600, 1.62), (-0.2, 1.62)],
    [(-0.2, 1.62), (-0.2, 0.615)],
    soften=0.010,
)
_WINDOW = outline(
    [(-0.590, 1.080), (0.0, 1.066), (0.590, 1.080)],
    [(0.590, 1.080), (0.555, 1.22), (0.500, 1.348)],
    [(0.500, 1.348), (0.25, 1.366), (0.0, 1.370), (-0.25, 1.366), (-0.500, 1.348)],
    [(-0.500, 1.348), (-0.555, 1.22), (-0.590, 1.080)],
    soften=0.014,
)
_BAR = outline(
    [(-0.2, 0.957), (0.45, 0.958), (0.75, 0.970), (1.00, 0.980), (1.15, 0.978)],
    [(1.15, 0.978), (1.10, 0.925), (1.00, 0.880)],
    [(1.00, 0.880), (0.82, 0.856), (0.64, 0.864), (0.53, 0.895), (0.42, 0.906), (-0.2, 0.907)],
    [(-0.2, 0.907), (-0.2, 0.957)],
    soften=0.008,
)
_BUMPER = outline(
    [(-0.2, 0.1), (1.105, 0.1)],
    [(1.105, 0.1), (1.105, 0.725)],
    [(1.105, 0.725), (0.95, 0.742), (0.80, 0.728), (0.60, 0.70)],
    [(0.60, 0.70), (-0.2, 0.70)],
    [(-0.2, 0.70), (-0.2, 0.1)],
)
_REFLECTOR = outline(
    [(0.60, 0.470), (0.80, 0.488)],
    [(0.80, 0.488), (0.80, 0.462)],
    [(0.80, 0.462), (0.60, 0.444)],
    [(0.60, 0.444), (0.60, 0.470)],
    soften=0.004,
)
_DIFFUSER = outline(
    [(-0.2, 0.425), (0.50, 0.425)],
    [(0.50, 0.425), (0.60, 0.30), (0.62, 0.10)],
    [(0.62, 0.10), (-0.2, 0.10)],
    [(-0.2, 0.10), (-0.2, 0.425)],
    soften=0.012,
)


def round_tail(x: Floats, y: Floats) -> Floats:
    """Measure along the tail from the middle, 0, round the corner to the arch, about 1.2."""
    return y + 0.8 * (2.06 + x)


def _wrapped(shape: Floats) -> Field:
    return lambda x, y, z: np.maximum(polygon(shape, round_tail(x, y), z), x + 1.45)


light_bar, rear_bumper, reflector = (_wrapped(s) for s in (_BAR, _BUMPER, _REFLECTOR))


def gate(x: Floats, y: Floats, z: Floats) -> Floats:
    """The hatch with the roof's end above it."""
    # Measured along the skin, so that the shut line is even round the corner.
    along = y + 0.8 * np.maximum(hatch_line(z) + 0.03 + x, 0.0)
    return np.maximum(polygon(_GATE, along, z), x + 1.685)


def rear_window(x: Floats, y: Floats, z: Floats) -> Floats:
    """The glass of the hatch with its black border."""
    return np.maximum(polygon(_WINDOW, y, z), x + 1.5)


def diffuser(x: Floats, y: Floats, z: Floats) -> Floats:
    """The dark middle of the bumper's foot."""
    return np.where(x < -1.5, polygon(_DIFFUSER, y, z), 1.0)


def tail_strip(x: Floats, y: Floats, z: Floats) -> Floats:
    """The lit line: level in the middle, parted into a clasp inside each lamp."""
    along, edge = round_tail(x, y), light_bar(x, y, z)
    line = np.maximum(np.abs(z - BAR_Z) - 0.0065, along - 0.60)
    clasp = np.maximum(np.maximum(edge + 0.011, -(edge + 0.020)), 0.56 - along)
    return np.asarray(np.minimum(line, clasp), dtype=np.float64)
