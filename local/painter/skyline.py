"""A modern city: towers in three depths, windows lit after dark, and a few well-known shapes."""

from __future__ import annotations

import numpy as np

from local.painter.canvas import Point, Sheet
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
    canvas = scene.canvas
    sheet = Sheet(
        (0, canvas.horizon - canvas.span * height * 1.9, canvas.width, canvas.horizon + 3)
    )
    x = -0.03 * canvas.width
    while x < canvas.width:
        width = canvas.breadth * float(rng.uniform(0.03, 0.075)) * (1.2 - 0.4 * distance)
        tall = canvas.span * height * float(rng.uniform(0.35, 1.0) ** 1.4 + 0.12)
        _tower(scene, sheet, rng, (x, canvas.horizon + 2), (width, tall), distance)
        x += width * float(rng.uniform(0.85, 1.5))
    sheet.lay_on(
        canvas, scene.light.haze, 0.35 * min(scene.light.haziness, 2) * (0.4 + distance * 0.6)
    )


def _tower(
    scene: Scene,
    sheet: Sheet,
    rng: Generator,
    foot: Point,
    size: tuple[float, float],
    distance: float,
) -> None:
    x, base = foot
    width, tall = size
    colours = rgbs(_GLASS)
    wall = faces(scene, colours[int(rng.integers(len(colours)))], distance, 0.06)
    split = x + width * float(rng.uniform(0.35, 0.65))
    sheet.box(x, base - tall, split, base, wall.side(scene, right=False))
    sheet.box(split, base - tall, x + width, base, wall.side(scene, right=True))
    crown = int(rng.integers(4))
    if crown == 0:
        sheet.box(x + width * 0.2, base - tall * 1.07, x + width * 0.8, base - tall, wall.shade)
    elif crown == 1:
        sheet.polygon(
            [(x, base - tall), (x + width, base - tall), (split, base - tall * 1.14)], wall.lit
        )
    elif crown == 2:
        sheet.stroke([(split, base - tall * 1.22), (split, base - tall)], width * 0.06, wall.dark)
    _windows(scene, sheet, rng, (x, base - tall, width, tall), wall, distance)
    if scene.light.lamps > 0.5 and rng.random() < 0.30:
        neon = rgbs(_NEON)[int(rng.integers(5))]
        sheet.stroke(
            [(x, base - tall), (x + width, base - tall)], width * 0.08, mix(wall.lit, neon, 0.8)
        )


def _windows(
    scene: Scene,
    sheet: Sheet,
    rng: Generator,
    box: tuple[float, float, float, float],
    wall: Faces,
    distance: float,
) -> None:
    x, y, width, tall = box
    pitch = max(scene.unit * (0.62 - 0.25 * distance), 1.5)
    columns, rows = max(int(width / pitch / 1.1), 2), max(int(tall / pitch), 2)
    lamps = scene.light.lamps
    cold, warm = rgb("#cfe6ff"), LAMP
    share = rng.uniform(0.25, 0.55) * lamps
    for row in range(1, rows):
        top = y + tall * row / rows
        if lamps == 0:
            sheet.stroke([(x, top), (x + width, top)], pitch * 0.22, mix(wall.dark, wall.lit, 0.5))
            continue
        for column in range(columns):
            if rng.random() > share:
                continue
            left = x + width * (column + 0.22) / columns
            pane = mix(
                wall.lit,
                warm if rng.random() < 0.7 else cold,
                float(rng.uniform(0.45, 0.95)) * (1 - 0.5 * distance),
            )
            sheet.box(left, top, left + width * 0.6 / columns, top + pitch * 0.5, pane)


def _landmarks(scene: Scene) -> None:
    canvas, side = scene.canvas, scene.side
    base = canvas.horizon + 2
    middle = canvas.width * (0.5 + 0.24 * side)
    reach = canvas.breadth * 0.5
    sheet = Sheet((middle - reach, canvas.horizon - canvas.span * 0.48, middle + reach, base + 1))
    tall = 0.36 * canvas.span
    step = canvas.breadth * 0.085 * side
    if "canton" in scene.facts.features:
        _canton(scene, sheet, middle, base, tall * 1.15)
    elif "pearl" in scene.facts.features:
        _pearl(scene, sheet, middle, base, tall * 0.88)
        _twisted(scene, sheet, middle - step * 2.0, base, tall * 1.08)
        _opener(scene, sheet, middle - step * 2.95, base, tall * 0.86)
        _stepped(scene, sheet, middle - step * 1.25, base, tall * 0.72)
    else:
        _twisted(scene, sheet, middle, base, tall * 0.98)
        _stepped(scene, sheet, middle - step * 1.2, base, tall * 0.72)
        _opener(scene, sheet, middle - step * 2.3, base, tall * 0.62)
    sheet.lay_on(canvas, scene.light.haze, 0.30 * min(scene.light.haziness, 2))
    if scene.light.lamps > 0.5:
        halo(
            scene, middle, base - tall * 0.45, tall * 0.22, rgb("#ff8fc0"), 0.16 * scene.light.lamps
        )


def _floodlit(scene: Scene, own: Array, neon: Array) -> Faces:
    material = faces(scene, own, 0.35, 0.25)
    share = 0.55 * scene.light.lamps
    return Faces(
        mix(material.lit, neon, share), mix(material.shade, neon, share * 0.55), material.dark
    )


def _pearl(scene: Scene, sheet: Sheet, x: float, base: float, tall: float) -> None:
    """Draw a television tower of spheres on three legs."""
    mast = _floodlit(scene, rgb("#b9bcc4"), rgb("#7fb8ff"))
    ball = _floodlit(scene, rgb("#c2708a"), rgb("#ff4f9a"))
    for way in (-1, 0, 1):
        sheet.stroke(
            [(x + way * tall * 0.035, base - tall * 0.62), (x + way * tall * 0.05, base)],
            tall * 0.026,
            mast.lit if way >= 0 else mast.shade,
        )
    for way in (-1, 1):
        sheet.stroke(
            [(x, base - tall * 0.20), (x + way * tall * 0.14, base)], tall * 0.022, mast.shade
        )
    sheet.stroke([(x, base - tall), (x, base - tall * 0.6)], tall * 0.012, mast.lit)
    sheet.stroke([(x, base - tall * 0.84), (x, base - tall * 0.6)], tall * 0.024, mast.lit)
    for high, radius in ((0.20, 0.085), (0.64, 0.066), (0.80, 0.026)):
        _sphere(scene, sheet, x, base - tall * high, tall * radius, ball)
    for high in (0.32, 0.40, 0.48):
        _sphere(scene, sheet, x, base - tall * high, tall * 0.022, ball)


def _sphere(scene: Scene, sheet: Sheet, x: float, y: float, radius: float, material: Faces) -> None:
    sun = scene.light.side
    for step in range(8):
        share = step / 7
        offset = radius * 0.38 * share
        size = radius * (1 - 0.82 * share)
        tone = mix(mix(material.shade, material.dark, 0.25), material.lit, share)
        sheet.disc(x + sun * offset, y - offset, size, size, tone)
    sheet.stroke([(x - radius, y), (x + radius, y)], radius * 0.10, mix(material.lit, LAMP, 0.4))


def _twisted(scene: Scene, sheet: Sheet, x: float, base: float, tall: float) -> None:
    """Draw a tall tower that tapers and turns."""
    glass = _floodlit(scene, rgb("#93adc0"), rgb("#6fc7ff"))
    t = np.linspace(0, 1, 30)
    half = tall * (0.066 - 0.034 * t**1.2)
    left = [(x - float(h), base - tall * float(a)) for a, h in zip(t, half, strict=True)]
    right = [
        (x + float(h), base - tall * float(a) * (0.955 if a > 0.95 else 1))
        for a, h in zip(t, half, strict=True)
    ]
    seam = [
        (x + float(h) * float(np.cos(2.6 * a + 0.6)), b)
        for a, h, (_, b) in zip(t, half, left, strict=True)
    ]
    sheet.polygon(left + seam[::-1], glass.side(scene, right=False))
    sheet.polygon(seam + right[::-1], glass.side(scene, right=True))
    _floors(scene, sheet, left, right, glass)
    sheet.stroke(seam, tall * 0.004, glass.dark)


def _floors(
    scene: Scene, sheet: Sheet, left: list[Point], right: list[Point], glass: Faces
) -> None:
    line = mix(glass.lit, LAMP, 0.7) if scene.light.lamps > 0.5 else glass.dark
    for (x0, y0), (x1, _) in zip(left[1:-1], right[1:-1], strict=True):
        sheet.stroke([(x0, y0), (x1, y0)], scene.unit * 0.09, mix(line, glass.shade, 0.25))


def _opener(scene: Scene, sheet: Sheet, x: float, base: float, tall: float) -> None:
    """Draw a wedge of a tower with an opening at its head."""
    glass = _floodlit(scene, rgb("#8398ad"), rgb("#5f8fff"))
    w = tall * 0.062
    sheet.polygon(
        [
            (x - w, base),
            (x - w * 0.95, base - tall * 0.6),
            (x - w * 0.55, base - tall),
            (x, base - tall),
            (x, base),
        ],
        glass.side(scene, right=False),
    )
    sheet.polygon(
        [
            (x, base),
            (x, base - tall),
            (x + w * 0.55, base - tall),
            (x + w * 0.95, base - tall * 0.6),
            (x + w, base),
        ],
        glass.side(scene, right=True),
    )
    hole = [
        (x - w * 0.38, base - tall * 0.965),
        (x + w * 0.38, base - tall * 0.965),
        (x + w * 0.26, base - tall * 0.885),
        (x - w * 0.26, base - tall * 0.885),
    ]
    sheet.polygon(hole, mix(scene.light.haze, scene.light.stops[2][1], 0.5))
    edges = [(x - w * 0.9, base - tall * a) for a in np.linspace(0.04, 0.84, 24)]
    _floors(scene, sheet, edges, [(x + w * 0.9, b) for _, b in edges], glass)


def _stepped(scene: Scene, sheet: Sheet, x: float, base: float, tall: float) -> None:
    """Draw a tower that steps back like a pagoda of steel."""
    steel = _floodlit(scene, rgb("#b8b2a2"), rgb("#ffd27a"))
    for low, high, half in (
        (0, 0.45, 0.070),
        (0.45, 0.68, 0.058),
        (0.68, 0.82, 0.046),
        (0.82, 0.91, 0.032),
        (0.91, 0.955, 0.018),
    ):
        sheet.box(
            x - tall * half,
            base - tall * high,
            x,
            base - tall * low,
            steel.side(scene, right=False),
        )
        sheet.box(
            x, base - tall * high, x + tall * half, base - tall * low, steel.side(scene, right=True)
        )
        sheet.stroke(
            [(x - tall * half, base - tall * high), (x + tall * half, base - tall * high)],
            tall * 0.008,
            mix(steel.lit, LAMP, 0.8 * scene.light.lamps),
        )
        for share in (-0.6, -0.2, 0.2, 0.6):
            sheet.stroke(
                [
                    (x + tall * half * share, base - tall * high),
                    (x + tall * half * share, base - tall * low),
                ],
                tall * 0.004,
                mix(steel.dark, steel.lit, 0.3),
            )
    sheet.stroke([(x, base - tall * 1.06), (x, base - tall * 0.95)], tall * 0.008, steel.lit)


def _canton(scene: Scene, sheet: Sheet, x: float, base: float, tall: float) -> None:
    """Draw a slim-waisted lattice tower."""
    t = np.linspace(0, 1, 34)
    half = tall * (0.024 + 0.052 * np.abs(t - 0.62) ** 1.5 * 1.7)
    body = [(x - float(h), base - tall * 0.8 * float(a)) for a, h in zip(t, half, strict=True)]
    other = [(x + float(h), b) for (_, b), h in zip(body, half, strict=True)]
    for index, ((x0, y0), (x1, _)) in enumerate(zip(body, other, strict=True)):
        neon = mix(
            rgbs(_NEON)[(index // 5) % 5], rgbs(_NEON)[(index // 5 + 1) % 5], (index % 5) / 5
        )
        band = _floodlit(scene, rgb("#b9c2c8"), neon)
        sheet.stroke([(x0, y0), (x, y0)], tall * 0.026, band.side(scene, right=False))
        sheet.stroke([(x, y0), (x1, y0)], tall * 0.026, band.side(scene, right=True))
    for shift in (5, -5, 9, -9):
        web = [
            (x + float(h) * float(np.sin(a * 3 + shift)), b)
            for a, h, (_, b) in zip(t, half, body, strict=True)
        ]
        sheet.stroke(web, tall * 0.003, rgb("#20242c"), 0.5)
    top = _floodlit(scene, rgb("#c9ced2"), rgb("#ffd0f0"))
    sheet.stroke([(x, base - tall), (x, base - tall * 0.79)], tall * 0.010, top.lit)
