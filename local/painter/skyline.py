"""A modern city: towers in three depths, windows lit after dark, and a few well-known shapes."""

import itertools
from collections.abc import Callable

import numpy as np

from local.painter.canvas import Frame, Point, Sheet
from local.painter.colour import Array, mix, rgb, rgbs
from local.painter.noise import Generator
from local.painter.scene import Scene
from local.painter.shapes import LAMP, Faces, faces, halo

_GLASS = "#8fa7b8 #a9b6bd #c3bfb4 #7f94a8 #b5c2c6 #cdb89a"
_NEON = "#ff5fa0 #4fd8ff #ffb347 #8f7bff #59ffc0"


def paint_skyline(scene: Scene) -> None:
    """Paint the city on the horizon, its landmarks on the open side."""
    if scene.light.lamps > 0:
        canvas = scene.canvas
        up = np.clip((canvas.horizon - canvas.rows) / (0.30 * canvas.span), 0, 1)
        dome = np.exp(-(up**2) * 3) * np.ones_like(canvas.columns)
        canvas.glow((dome * 0.20 * scene.light.lamps).astype(np.float32), rgb("#d88a5a"))
    for index, (height, distance) in enumerate(((0.13, 0.85), (0.20, 0.5), (0.12, 0.22))):
        _row(scene, scene.rng(f"row {index}"), height, distance)
        if index == 1:
            _landmarks(scene)


def _row(scene: Scene, rng: Generator, height: float, distance: float) -> None:
    canvas, top = scene.canvas, scene.canvas.horizon - scene.canvas.span * height * 1.9
    sheet = Sheet((0, top, canvas.width, canvas.horizon + 3))
    x = -0.03 * canvas.width
    while x < canvas.width:
        width = canvas.breadth * float(rng.uniform(0.03, 0.075)) * (1.2 - 0.4 * distance)
        tall = canvas.span * height * float(rng.uniform(0.35, 1.0) ** 1.4 + 0.12)
        tower = Frame(sheet, (x, canvas.horizon + 2), width, tall)
        _tower(scene, tower, rng, distance)
        x += width * float(rng.uniform(0.85, 1.5))
    veil = 0.35 * min(scene.light.haziness, 2) * (0.4 + distance * 0.6)
    sheet.lay_on(canvas, scene.light.haze, veil)


def _tower(scene: Scene, tower: Frame, rng: Generator, distance: float) -> None:
    colours = rgbs(_GLASS)
    wall = faces(scene, colours[int(rng.integers(len(colours)))], distance, 0.06)
    split = float(rng.uniform(0.35, 0.65))
    tower.box(0, 1, split, 0, wall.side(scene, right=False))
    tower.box(split, 1, 1, 0, wall.side(scene, right=True))
    crown = int(rng.integers(4))
    if crown == 0:
        tower.box(0.2, 1.07, 0.8, 1, wall.shade)
    elif crown == 1:
        tower.polygon([(0, 1), (1, 1), (split, 1.14)], wall.lit)
    elif crown == 2:
        tower.stroke([(split, 1.22), (split, 1)], 0.06, wall.dark)
    _windows(scene, tower, rng, wall, distance)
    if scene.light.lamps > 0.5 and rng.random() < 0.30:
        neon = rgbs(_NEON)[int(rng.integers(5))]
        tower.stroke([(0, 1), (1, 1)], 0.08, mix(wall.lit, neon, 0.8))


def _windows(scene: Scene, tower: Frame, rng: Generator, wall: Faces, distance: float) -> None:
    sheet, width, (x, y) = tower.sheet, tower.wide, tower.at(0, 1)
    pitch = max(scene.unit * (0.62 - 0.25 * distance), 1.5)
    columns, rows = max(int(width / pitch / 1.1), 2), max(int(tower.tall / pitch), 2)
    lamps, cold = scene.light.lamps, rgb("#cfe6ff")
    share = rng.uniform(0.25, 0.55) * lamps
    for row in range(1, rows):
        top = y + tower.tall * row / rows
        if lamps == 0:
            sheet.stroke([(x, top), (x + width, top)], pitch * 0.22, mix(wall.dark, wall.lit, 0.5))
            continue
        for column in range(columns):
            if rng.random() > share:
                continue
            left = x + width * (column + 0.22) / columns
            lamp = LAMP if rng.random() < 0.7 else cold
            strength = float(rng.uniform(0.45, 0.95)) * (1 - 0.5 * distance)
            pane = mix(wall.lit, lamp, strength)
            sheet.box(left, top, left + width * 0.6 / columns, top + pitch * 0.5, pane)


def _landmarks(scene: Scene) -> None:
    canvas, side = scene.canvas, scene.side
    base = canvas.horizon + 2
    middle = canvas.width * (0.5 + 0.24 * side)
    reach = canvas.breadth * 0.5
    sheet = Sheet((middle - reach, canvas.horizon - canvas.span * 0.48, middle + reach, base + 1))
    tall = 0.36 * canvas.span
    step = canvas.breadth * 0.085 * side
    shown = _LANDMARKS[next((name for name in _LANDMARKS if name in scene.facts.features), "")]
    for build, away, high in shown:
        build(scene, Frame(sheet, (middle - step * away, base), tall * high))
    sheet.lay_on(canvas, scene.light.haze, 0.30 * min(scene.light.haziness, 2))
    if scene.light.lamps > 0.5:
        strength = 0.16 * scene.light.lamps
        halo(scene, middle, base - tall * 0.45, tall * 0.22, rgb("#ff8fc0"), strength)


def _floodlit(scene: Scene, own: Array, neon: Array) -> Faces:
    material = faces(scene, own, 0.35, 0.25)
    share = 0.55 * scene.light.lamps
    return Faces(
        mix(material.lit, neon, share), mix(material.shade, neon, share * 0.55), material.dark
    )


def _pearl(scene: Scene, tower: Frame) -> None:
    """Draw a television tower of spheres on three legs."""
    mast = _floodlit(scene, rgb("#b9bcc4"), rgb("#7fb8ff"))
    ball = _floodlit(scene, rgb("#c2708a"), rgb("#ff4f9a"))
    for way in (-1, 0, 1):
        tone = mast.lit if way >= 0 else mast.shade
        tower.stroke([(way * 0.035, 0.62), (way * 0.05, 0)], 0.026, tone)
    for way in (-1, 1):
        tower.stroke([(0, 0.20), (way * 0.14, 0)], 0.022, mast.shade)
    tower.stroke([(0, 1), (0, 0.6)], 0.012, mast.lit)
    tower.stroke([(0, 0.84), (0, 0.6)], 0.024, mast.lit)
    spheres = ((0.20, 0.085), (0.64, 0.066), (0.80, 0.026))
    for high, radius in (*spheres, *((high, 0.022) for high in (0.32, 0.40, 0.48))):
        _sphere(scene, Frame(tower.sheet, tower.at(0, high), tower.tall * radius), ball)


def _sphere(scene: Scene, ball: Frame, material: Faces) -> None:
    for step in range(8):
        share = step / 7
        offset, size = 0.38 * share, 1 - 0.82 * share
        tone = mix(mix(material.shade, material.dark, 0.25), material.lit, share)
        ball.disc(scene.light.side * offset, offset, size, size, tone)
    ball.stroke([(-1, 0), (1, 0)], 0.10, mix(material.lit, LAMP, 0.4))


def _twisted(scene: Scene, tower: Frame) -> None:
    """Draw a tall tower that tapers and turns."""
    glass = _floodlit(scene, rgb("#93adc0"), rgb("#6fc7ff"))
    rows = [(a, 0.066 - 0.034 * a**1.2) for a in np.linspace(0, 1, 30).tolist()]
    left = [tower.at(-half, a) for a, half in rows]
    right = [tower.at(half, a * (0.955 if a > 0.95 else 1)) for a, half in rows]
    seam = [tower.at(half * float(np.cos(2.6 * a + 0.6)), a) for a, half in rows]
    sheet = tower.sheet
    sheet.polygon(left + seam[::-1], glass.side(scene, right=False))
    sheet.polygon(seam + right[::-1], glass.side(scene, right=True))
    _floors(scene, sheet, left, right, glass)
    sheet.stroke(seam, tower.tall * 0.004, glass.dark)


def _floors(
    scene: Scene, sheet: Sheet, left: list[Point], right: list[Point], glass: Faces
) -> None:
    line = mix(glass.lit, LAMP, 0.7) if scene.light.lamps > 0.5 else glass.dark
    for (x0, y0), (x1, _) in zip(left[1:-1], right[1:-1], strict=True):
        sheet.stroke([(x0, y0), (x1, y0)], scene.unit * 0.09, mix(line, glass.shade, 0.25))


def _opener(scene: Scene, tower: Frame) -> None:
    """Draw a wedge of a tower with an opening at its head."""
    glass = _floodlit(scene, rgb("#8398ad"), rgb("#5f8fff"))
    blade = Frame(tower.sheet, (tower.x, tower.base), tower.tall * 0.062, tower.tall)
    for way in (-1, 1):
        edge = [(way, 0), (way * 0.95, 0.6), (way * 0.55, 1), (0, 1), (0, 0)]
        blade.polygon(edge, glass.side(scene, right=way > 0))
    hole = [(-0.38, 0.965), (0.38, 0.965), (0.26, 0.885), (-0.26, 0.885)]
    blade.polygon(hole, mix(scene.light.haze, scene.light.stops[2][1], 0.5))
    heights = np.linspace(0.04, 0.84, 24).tolist()
    left, right = ([blade.at(way, up) for up in heights] for way in (-0.9, 0.9))
    _floors(scene, tower.sheet, left, right, glass)


def _stepped(scene: Scene, tower: Frame) -> None:
    """Draw a tower that steps back like a pagoda of steel."""
    steel = _floodlit(scene, rgb("#b8b2a2"), rgb("#ffd27a"))
    heights = (0, 0.45, 0.68, 0.82, 0.91, 0.955)
    halves = (0.070, 0.058, 0.046, 0.032, 0.018)
    for (low, high), half in zip(itertools.pairwise(heights), halves, strict=True):
        tower.box(-half, high, 0, low, steel.side(scene, right=False))
        tower.box(0, high, half, low, steel.side(scene, right=True))
        eave = mix(steel.lit, LAMP, 0.8 * scene.light.lamps)
        tower.stroke([(-half, high), (half, high)], 0.008, eave)
        for share in (-0.6, -0.2, 0.2, 0.6):
            rib = [(half * share, high), (half * share, low)]
            tower.stroke(rib, 0.004, mix(steel.dark, steel.lit, 0.3))
    tower.stroke([(0, 1.06), (0, 0.95)], 0.008, steel.lit)


def _canton(scene: Scene, tower: Frame) -> None:
    """Draw a slim-waisted lattice tower."""
    t = np.linspace(0, 1, 34)
    halves = (0.024 + 0.052 * np.abs(t - 0.62) ** 1.5 * 1.7).tolist()
    rows, neons = list(zip(t.tolist(), halves, strict=True)), rgbs(_NEON)
    for index, (a, half) in enumerate(rows):
        neon = mix(neons[(index // 5) % 5], neons[(index // 5 + 1) % 5], (index % 5) / 5)
        band = _floodlit(scene, rgb("#b9c2c8"), neon)
        tower.stroke([(-half, 0.8 * a), (0, 0.8 * a)], 0.026, band.side(scene, right=False))
        tower.stroke([(0, 0.8 * a), (half, 0.8 * a)], 0.026, band.side(scene, right=True))
    for shift in (5, -5, 9, -9):
        web = [tower.at(half * float(np.sin(a * 3 + shift)), 0.8 * a) for a, half in rows]
        tower.sheet.stroke(web, tower.tall * 0.003, rgb("#20242c"), 0.5)
    top = _floodlit(scene, rgb("#c9ced2"), rgb("#ffd0f0"))
    tower.stroke([(0, 1), (0, 0.79)], 0.010, top.lit)


# What is built, how far back from the first (in steps), and how high.
_LANDMARKS: dict[str, tuple[tuple[Callable[[Scene, Frame], None], float, float], ...]] = {
    "canton": ((_canton, 0.0, 1.15),),
    "pearl": (
        *((_pearl, 0.0, 0.88), (_twisted, 2.0, 1.08)),
        *((_opener, 2.95, 0.86), (_stepped, 1.25, 0.72)),
    ),
    "": ((_twisted, 0.0, 0.98), (_stepped, 1.2, 0.72), (_opener, 2.3, 0.62)),
}
