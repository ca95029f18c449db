"""Where the panels of the skin lie: outlines in side, nose and top view."""

from __future__ import annotations

import numpy as np

from .body import ARCH_RADIUS, cabin_side, wheel_distance, windscreen
from .mesh import Field
from .panels import Panel
from .shapes import Floats, curve, outline, polygon, smooth_min
from .tail import diffuser, gate, light_bar, rear_bumper, rear_window, reflector

GAP = 0.0034  # half the width of a shut line

_WINDOWS = outline(
    [(0.80, 1.045), (0.50, 1.195), (0.24, 1.318), (0.00, 1.392), (-0.35, 1.430), (-0.80, 1.428),
     (-1.20, 1.392), (-1.50, 1.330), (-1.72, 1.245)],
    [(-1.72, 1.245), (-1.62, 1.092)],
    [(-1.62, 1.092), (-1.0, 1.082), (-0.2, 1.064), (0.80, 1.045)],
    soften=0.010,
)  # fmt: skip
_SCREEN = outline(
    [(-0.715, 1.055), (0.0, 1.042), (0.715, 1.055)],
    [(0.715, 1.055), (0.655, 1.21), (0.578, 1.398)],
    [(0.578, 1.398), (0.30, 1.432), (0.0, 1.440), (-0.30, 1.432), (-0.578, 1.398)],
    [(-0.578, 1.398), (-0.655, 1.21), (-0.715, 1.055)],
    soften=0.014,
)
_FRONT_DOOR = outline(
    [(0.70, 1.10), (0.79, 0.99), (0.835, 0.88), (0.85, 0.62), (0.825, 0.335)],
    [(0.825, 0.335), (-0.30, 0.335)],
    [(-0.30, 0.335), (-0.29, 0.80), (-0.26, 1.10)],
    [(-0.26, 1.10), (0.70, 1.10)],
    soften=0.012,
)
_REAR_DOOR = outline(
    [(-0.30, 0.335), (-0.29, 0.80), (-0.26, 1.15)],
    [(-0.26, 1.15), (-1.24, 1.15)],
    [(-1.24, 1.15), (-1.20, 1.00), (-1.13, 0.88), (-1.00, 0.755), (-0.885, 0.62), (-0.835, 0.48),
     (-0.81, 0.335)],
    [(-0.81, 0.335), (-0.30, 0.335)],
    soften=0.012,
)  # fmt: skip
_HOOD = outline(
    [(0.99, 0.0), (0.975, 0.40), (0.925, 0.735)],
    [(0.925, 0.735), (1.35, 0.722), (1.62, 0.690), (1.76, 0.630)],
    [(1.76, 0.630), (1.865, 0.48), (1.935, 0.25), (1.955, 0.0)],
    [(1.955, 0.0), (1.955, -0.1), (0.99, -0.1), (0.99, 0.0)],
    soften=0.010,
)
_BUMPER = outline(
    [(-0.2, 0.1), (1.105, 0.1)],
    [(1.105, 0.1), (1.105, 0.745)],
    [(1.105, 0.745), (0.95, 0.765), (0.70, 0.755), (0.42, 0.745), (-0.2, 0.745)],
    [(-0.2, 0.745), (-0.2, 0.1)],
)
_LAMP = outline(
    [(0.425, 0.776), (0.70, 0.800), (0.95, 0.812), (1.16, 0.822)],
    [(1.16, 0.822), (1.10, 0.760), (0.95, 0.722), (0.70, 0.700), (0.455, 0.690)],
    [(0.455, 0.690), (0.425, 0.776)],
    soften=0.008,
)
_GRILLE = outline(
    [(-0.40, 0.775), (-0.30, 0.828), (0.0, 0.838), (0.30, 0.828), (0.40, 0.775)],
    [(0.40, 0.775), (0.425, 0.700), (0.36, 0.605)],
    [(0.36, 0.605), (0.0, 0.590), (-0.36, 0.605)],
    [(-0.36, 0.605), (-0.425, 0.700), (-0.40, 0.775)],
    soften=0.010,
)
_INTAKE = outline(
    [(-0.56, 0.405), (0.56, 0.405)],
    [(0.56, 0.405), (0.63, 0.345), (0.57, 0.275)],
    [(0.57, 0.275), (-0.57, 0.275)],
    [(-0.57, 0.275), (-0.63, 0.345), (-0.56, 0.405)],
    soften=0.012,
)
_CURTAIN = outline(
    [(0.872, 0.590), (0.932, 0.602)],
    [(0.932, 0.602), (0.958, 0.46), (0.930, 0.335)],
    [(0.930, 0.335), (0.735, 0.335)],
    [(0.735, 0.335), (0.825, 0.372), (0.868, 0.450), (0.872, 0.590)],
    soften=0.008,
)
_CHIN = outline(
    [(-0.2, 0.256), (0.60, 0.256)],
    [(0.60, 0.256), (0.56, 0.222)],
    [(0.56, 0.222), (-0.2, 0.222)],
    [(-0.2, 0.222), (-0.2, 0.258)],
    soften=0.005,
)
_SILL = curve((2.2, 0.281), (1.6, 0.278), (0.9, 0.298), (-0.9, 0.298), (-1.6, 0.33), (-2.2, 0.36))


def round_nose(x: Floats, y: Floats) -> Floats:
    """Measure along the bumper from the middle, 0, round the corner to the arch, about 1.2."""
    return y + 0.8 * (2.08 - x)


def windows(x: Floats, y: Floats, z: Floats) -> Floats:
    """The side windows with their frames."""
    gate = -(cabin_side(x, y, z) + 0.030)
    return _all([polygon(_WINDOWS, x, z), np.where(np.abs(x) < 1.9, gate, 1.0)])


def screen(x: Floats, y: Floats, z: Floats) -> Floats:
    """The windscreen."""
    return np.maximum(polygon(_SCREEN, y, z), -10.0 * (windscreen(x, y, z) + 0.03))


def hood(x: Floats, y: Floats, z: Floats) -> Floats:
    """The bonnet; it overlaps the wells below only in top view, hence the height."""
    return np.maximum(polygon(_HOOD, x, y), 0.78 - z)


def cowl(x: Floats, y: Floats, z: Floats) -> Floats:
    """The black tray between bonnet and windscreen."""
    spans = np.broadcast_arrays(y - 0.705, 0.60 - x, x - 1.1, z - 1.066, 0.9 - z)
    return _all([*spans, GAP - hood(x, y, z)])


def _nose(shape: Floats) -> Field:
    return lambda x, y, z: np.maximum(polygon(shape, round_nose(x, y), z), 1.25 - x)


lamp, grille, intake, curtain, bumper, chin = (
    _nose(shape) for shape in (_LAMP, _GRILLE, _INTAKE, _CURTAIN, _BUMPER, _CHIN)
)


def light_strip(x: Floats, y: Floats, z: Floats) -> Floats:
    """The daytime light: a brow along the lamp's upper edge and a stroke below its outer end."""
    edge = lamp(x, y, z) + 0.009
    brow = np.maximum(edge, -0.009 - lamp(x, y, z + 0.011))
    stroke = _all([edge, -0.009 - lamp(x, y, z - 0.008), 0.86 - round_nose(x, y)])
    return np.asarray(np.minimum(brow, stroke), dtype=np.float64)


def lamp_shelf(x: Floats, y: Floats, z: Floats) -> Floats:
    """The bright blade on which the projectors seem to stand."""
    level = 0.711 + 0.075 * (round_nose(x, y) - 0.45)
    return np.maximum(np.abs(z - level) - 0.0035, lamp(x, y, z) + 0.014)


def front_door(x: Floats, y: Floats, z: Floats) -> Floats:
    """The front door below its window."""
    return np.maximum(polygon(_FRONT_DOOR, x, z), 0.5 - y)


def rear_door(x: Floats, y: Floats, z: Floats) -> Floats:
    """The rear door below its window."""
    return np.maximum(polygon(_REAR_DOOR, x, z), 0.5 - y)


def cladding(x: Floats, y: Floats, z: Floats) -> Floats:
    """The dark trim along arches, sills and chin."""
    ring = np.where(y > 0.5, wheel_distance(x, z) - (ARCH_RADIUS + 0.048), 1.0)
    foot = smooth_min(z - _SILL(x), diffuser(x, y, z), 0.03)
    return smooth_min(ring, foot, 0.03)


def _all(regions: list[Floats]) -> Floats:
    """Intersect regions given by their values."""
    return np.asarray(np.max(regions, axis=0), dtype=np.float64)


def _outside(*regions: Field, gap: float = GAP) -> Field:
    def field(x: Floats, y: Floats, z: Floats) -> Floats:
        return _all([gap - region(x, y, z) for region in regions])

    return field


def _within(region: Field, *others: Field, shrink: float = GAP) -> Field:
    outside = _outside(*others) if others else None

    def field(x: Floats, y: Floats, z: Floats) -> Floats:
        inner = region(x, y, z) + shrink
        return inner if outside is None else np.maximum(inner, outside(x, y, z))

    return field


def _well(x: Floats, y: Floats, z: Floats) -> Floats:  # noqa: ARG001  (as for all fields)
    return wheel_distance(x, z) - ARCH_RADIUS - GAP


def _between(region: Field, low: float, high: float, shrink: float) -> Field:
    """Cut a window out of the glass area between two pillars, which lean a little."""

    def field(x: Floats, y: Floats, z: Floats) -> Floats:
        lean = 0.10 * (z - 1.06)
        return _all([region(x, y, z) + shrink, low + lean - x, x - high - lean])

    return field


def _belt_strip(x: Floats, y: Floats, z: Floats) -> Floats:
    """The bright strip below the side windows."""
    edge = windows(x, y, z)
    return _all([edge - 0.014, -0.001 - edge, z - 1.105, x - 0.58])


def _slats(region: Field, pitch: float, share: float, start: float) -> list[Field]:
    """Cut a region into level bars."""

    def bar(height: float) -> Field:
        return lambda x, y, z: np.maximum(
            region(x, y, z) + 0.010, np.abs(z - height) - share * pitch / 2
        )

    return [bar(start + k * pitch) for k in range(int(0.25 / pitch))]


def _frame(region: Field, width: float) -> Field:
    """Return the strip along the inside of a region's border."""

    def field(x: Floats, y: Floats, z: Floats) -> Floats:
        edge = region(x, y, z)
        return np.maximum(edge, -edge - width)

    return field


def _painted(region: Field) -> Panel:
    # Dark walls make a shut line read as a line, on white paint too.
    return Panel("paint", region, wall_material="shadow")


def skin_panels() -> list[Panel]:
    """Return every panel of the left half of the skin, mirrored later."""
    rear = (rear_window, light_bar, reflector)
    openings = (windows, screen, cowl, grille, lamp, intake, curtain, cladding, *rear, _well)
    paint = [
        _painted(_within(hood, cowl, screen)),
        _painted(_within(front_door, windows, cladding, _well)),
        _painted(_within(rear_door, windows, cladding, _well)),
        _painted(_within(bumper, hood, grille, lamp, intake, curtain, cladding, _well)),
        _painted(_within(gate, rear_window, light_bar, windows)),
        _painted(_within(rear_bumper, gate, light_bar, reflector, cladding, _well)),
        _painted(_outside(*openings, hood, front_door, rear_door, bumper, gate, rear_bumper)),
    ]
    glass = [
        Panel("gloss_black", _within(windows, shrink=0.001), radius=0.003, lift=-0.002),
        *(
            Panel("glass", _between(windows, low, high, 0.016), radius=0.002, lift=0.001)
            for low, high in ((-0.225, 2.0), (-1.175, -0.325), (-2.0, -1.215))
        ),
        Panel(
            "gloss_black", _frame(_within(screen, shrink=0.003), 0.030), lift=0.001, radius=0.002
        ),
        Panel("screen_glass", _within(screen, shrink=0.003), radius=0.003, lift=-0.001, wall=0.003),
        Panel("gloss_black", _within(rear_window, shrink=0.002), radius=0.003, lift=-0.002),
        Panel("glass", _within(rear_window, shrink=0.030), radius=0.002, lift=0.001),
    ]
    trim = [
        Panel("plastic", _within(cladding, intake, curtain, _well, shrink=0.0), lift=0.006,
              radius=0.006, wall=0.07),
        Panel("plastic", _within(cowl, screen), lift=-0.012),
        Panel("gloss_black", _frame(grille, 0.016),
              lift=0.003, radius=0.004, fine=1),
        Panel("gloss_black", _frame(curtain, 0.009),
              lift=0.002, radius=0.003, fine=1),
        Panel("plastic", _within(curtain, shrink=0.011), lift=-0.022, radius=0.003),
        Panel("satin", chin, lift=0.008, radius=0.004, wall=0.012, fine=1),
        Panel("lens", _within(lamp, shrink=0.001), radius=0.003, wall=0.002),
        Panel("tail_glass", _within(light_bar, gate, shrink=0.002), radius=0.004, wall=0.004),
        Panel("tail_glass", lambda x, y, z: np.maximum(light_bar(x, y, z), gate(x, y, z)) + 0.002,
              radius=0.004, wall=0.004),
        Panel("tail_lens", _within(reflector, shrink=0.001), radius=0.003, fine=1),
        Panel("satin", _belt_strip, lift=0.004, radius=0.004, wall=0.008, fine=1),
    ]  # fmt: skip
    slats = [
        *(Panel("dark_chrome", bar, lift=-0.008, radius=0.005, wall=0.03, fine=1)
          for bar in _slats(grille, 0.034, 0.38, 0.607)),
        *(Panel("plastic", bar, lift=-0.012, radius=0.004, wall=0.03, fine=1)
          for bar in _slats(intake, 0.036, 0.33, 0.295)),
    ]  # fmt: skip
    return paint + glass + trim + slats


def shell_region(x: Floats, y: Floats, z: Floats) -> Floats:
    """Where the dark inner shell runs: everywhere but wheel wells, lamps and windscreen."""
    open_to_see = [-region(x, y, z) for region in (lamp, light_bar, screen)]
    return _all([0.010 + values for values in open_to_see] + [-_well(x, y, z)])
