"""Where the panels of the skin lie: outlines in side, nose, tail and top view."""

import numpy as np

from .body import ARCH_RADIUS, cabin_side, hatch_line, wheel_distance, windscreen
from .mesh import Field
from .panels import Panel
from .shapes import Floats, curve, polygon, smooth_min

GAP = 0.0034  # half the width of a shut line
BAR_Z = 0.932  # the middle of the light bar, where the emblem sits


def round_nose(x: Floats, y: Floats) -> Floats:
    """Measure along the bumper from the middle, 0, round the corner to the arch, about 1.2."""
    return y + 0.8 * (2.08 - x)


def round_tail(x: Floats, y: Floats) -> Floats:
    """Measure along the tail likewise."""
    return y + 0.8 * (2.06 + x)


def windows(x: Floats, y: Floats, z: Floats) -> Floats:
    """The side windows with their frames."""
    gate = -(cabin_side(x, y, z) + 0.030)
    return _all([polygon("windows", x, z), np.where(np.abs(x) < 1.9, gate, 1.0)])


def screen(x: Floats, y: Floats, z: Floats) -> Floats:
    """The windscreen."""
    return np.maximum(polygon("screen", y, z), -10.0 * (windscreen(x, y, z) + 0.03))


def hood(x: Floats, y: Floats, z: Floats) -> Floats:
    """The bonnet; it overlaps the wells below only in top view, hence the height."""
    return np.maximum(polygon("hood", x, y), 0.78 - z)


def cowl(x: Floats, y: Floats, z: Floats) -> Floats:
    """The black tray between bonnet and windscreen."""
    spans = np.broadcast_arrays(y - 0.705, 0.60 - x, x - 1.1, z - 1.066, 0.9 - z)
    return _all([*spans, GAP - hood(x, y, z)])


def _nose(name: str) -> Field:
    return lambda x, y, z: np.maximum(polygon(name, round_nose(x, y), z), 1.25 - x)


def _tail(name: str) -> Field:
    return lambda x, y, z: np.maximum(polygon(name, round_tail(x, y), z), x + 1.45)


def _door(name: str) -> Field:
    """A door below its window."""
    return lambda x, y, z: np.maximum(polygon(name, x, z), 0.5 - y)


front_door, rear_door = map(_door, ("front_door", "rear_door"))
lamp, grille, intake, curtain, bumper, chin = map(
    _nose, ("lamp", "grille", "intake", "curtain", "bumper", "chin")
)
light_bar, rear_bumper, reflector = map(_tail, ("bar", "rear_bumper", "reflector"))


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


def gate(x: Floats, y: Floats, z: Floats) -> Floats:
    """The hatch with the roof's end above it."""
    # Measured along the skin, so that the shut line is even round the corner.
    along = y + 0.8 * np.maximum(hatch_line(z) + 0.03 + x, 0.0)
    return np.maximum(polygon("gate", along, z), x + 1.685)


def rear_window(x: Floats, y: Floats, z: Floats) -> Floats:
    """The glass of the hatch with its black border."""
    return np.maximum(polygon("rear_window", y, z), x + 1.5)


def diffuser(x: Floats, y: Floats, z: Floats) -> Floats:
    """The dark middle of the bumper's foot."""
    return np.where(x < -1.5, polygon("diffuser", y, z), 1.0)


def tail_strip(x: Floats, y: Floats, z: Floats) -> Floats:
    """The lit line: level in the middle, parted into a clasp inside each lamp."""
    along, edge = round_tail(x, y), light_bar(x, y, z)
    line = np.maximum(np.abs(z - BAR_Z) - 0.0065, along - 0.60)
    clasp = np.maximum(np.maximum(edge + 0.011, -(edge + 0.020)), 0.56 - along)
    return np.asarray(np.minimum(line, clasp), dtype=np.float64)


def cladding(x: Floats, y: Floats, z: Floats) -> Floats:
    """The dark trim along arches, sills and chin."""
    ring = np.where(y > 0.5, wheel_distance(x, z) - (ARCH_RADIUS + 0.048), 1.0)
    foot = smooth_min(z - curve("sill")(x), diffuser(x, y, z), 0.03)
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
