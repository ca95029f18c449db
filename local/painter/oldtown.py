"""Old China: pagodas, white-walled houses under black tiles, stone arch bridges, lanterns."""

from __future__ import annotations

import numpy as np

from local.painter.canvas import Sheet
from local.painter.colour import Array, mix, rgb
from local.painter.scene import Scene
from local.painter.shapes import LAMP, Faces, faces, halo, roof, window_colour

_WHITEWASH = rgb("#efece2")


def paint_pagoda(scene: Scene, x: float, base: float, height: float, distance: float) -> None:
    """Paint a pagoda of seven storeys, x and base in pixels."""
    sheet = Sheet((x - height * 0.4, base - height * 1.05, x + height * 0.4, base + 4))
    walls = faces(scene, rgb("#b7674a"), distance, 0.55)
    tiles = faces(scene, rgb("#4d565c"), distance, 0.12)
    storeys = 7
    step = height * 0.86 / storeys
    sheet.box(
        x - height * 0.21,
        base - step * 0.16,
        x + height * 0.21,
        base,
        faces(scene, rgb("#b9b2a4"), distance).shade,
    )
    for storey in range(storeys):
        half = height * (0.130 - 0.0105 * storey)
        y = base - step * 0.16 - storey * step
        _storey(scene, sheet, (x, y), half, step, walls)
        roof(scene, sheet, (x, y - step * 0.56), half * 1.62, step * 0.44, tiles, 0.5)
    top = base - step * 0.16 - storeys * step
    _finial(sheet, x, top, height * 0.13, faces(scene, rgb("#d8a844"), distance, 0.4))
    sheet.lay_on(scene.canvas)
    if scene.light.lamps > 0.5:
        halo(scene, x, base - height * 0.45, height * 0.30, LAMP, 0.28 * scene.light.lamps)


def _storey(
    scene: Scene, sheet: Sheet, foot: tuple[float, float], half: float, step: float, walls: Faces
) -> None:
    x, y = foot
    sheet.box(x - half, y - step * 0.7, x, y, walls.side(scene, right=False))
    sheet.box(x, y - step * 0.7, x + half, y, walls.side(scene, right=True))
    pane = window_colour(scene, walls)
    for share in (-0.62, 0.0, 0.62):
        cx, w = x + half * share, half * 0.15
        sheet.box(cx - w, y - step * 0.40, cx + w, y - step * 0.08, pane)
        sheet.disc(cx, y - step * 0.40, w, w, pane)
    sheet.stroke(
        [(x - half * 1.15, y - step * 0.03), (x + half * 1.15, y - step * 0.03)],
        step * 0.07,
        walls.dark,
    )


def _finial(sheet: Sheet, x: float, y: float, height: float, gold: Faces) -> None:
    sheet.stroke([(x, y + height * 0.2), (x, y - height)], height * 0.07, gold.shade)
    for share, size in ((0.1, 0.13), (0.35, 0.10), (0.58, 0.075), (0.8, 0.05)):
        sheet.disc(x, y - height * share, height * size, height * size * 0.8, gold.lit)


def paint_arch_bridge(scene: Scene, x: float, base: float, half: float, distance: float) -> None:
    """Paint a humped stone bridge with one round arch over the water."""
    stone = faces(scene, rgb("#c9c0ae"), distance, 0.25)
    rise = half * 0.52
    sheet = Sheet((x - half * 1.1, base - rise * 1.5, x + half * 1.1, base + 4))
    t = np.linspace(-1, 1, 41)
    deck = [
        (x + half * float(a), base - rise * float(0.12 + 0.88 * np.cos(a * np.pi / 2) ** 1.2))
        for a in t
    ]
    arch = half * 0.40
    hole = [
        (x + arch * float(np.cos(a)), base - arch * float(np.sin(a)))
        for a in np.linspace(0, np.pi, 25)
    ]
    sheet.polygon([(x - half, base), *deck, (x + half, base), *hole], stone.lit)
    ring = [
        (x + arch * 1.07 * float(np.cos(a)), base - arch * 1.07 * float(np.sin(a)))
        for a in np.linspace(0, np.pi, 25)
    ]
    sheet.stroke(ring, half * 0.05, stone.shade)
    sheet.stroke(deck, half * 0.035, stone.dark)
    rail = [(a, b - rise * 0.16) for a, b in deck]
    sheet.stroke(rail, half * 0.03, stone.lit)
    for (a, b), (_, c) in list(zip(deck, rail, strict=True))[::3]:
        sheet.stroke([(a, b), (a, c - rise * 0.05)], half * 0.025, stone.shade)
    sheet.lay_on(scene.canvas, scene.light.haze, 0.15)


def paint_waterside(
    scene: Scene, x0: float, x1: float, base: float, height: float, own: Array = _WHITEWASH
) -> None:
    """Paint a row of houses along the far bank."""
    rng = scene.rng("waterside")
    sheet = Sheet((x0 - height, base - height * 3, x1 + height, base + 4))
    x = x0
    while x < x1:
        width = height * float(rng.uniform(1.1, 2.0))
        tall = height * float(rng.uniform(0.8, 1.35))
        _front(scene, sheet, (x, base, width, tall), own)
        x += width * float(rng.uniform(0.92, 1.15))
    sheet.lay_on(scene.canvas, scene.light.haze, 0.12 * scene.light.haziness)


def _front(scene: Scene, sheet: Sheet, box: tuple[float, float, float, float], own: Array) -> None:
    (x, base, width, tall), distance = box, 0.30
    walls = faces(scene, own, distance, 0.10)
    tiles = faces(scene, rgb("#454b50"), distance)
    wood = faces(scene, rgb("#6b4a35"), distance)
    sheet.box(x, base - tall, x + width, base, walls.side(scene, right=True))
    sheet.box(x, base - tall * 0.10, x + width, base, walls.dark)
    pane = window_colour(scene, wood)
    for share in (0.22, 0.5, 0.78):
        cx = x + width * share
        sheet.box(
            cx - width * 0.075,
            base - tall * 0.78,
            cx + width * 0.075,
            base - tall * 0.50,
            wood.shade,
        )
        sheet.box(
            cx - width * 0.055, base - tall * 0.76, cx + width * 0.055, base - tall * 0.52, pane
        )
    roof(scene, sheet, (x + width / 2, base - tall), width * 0.60, tall * 0.42, tiles, 0.72)


def paint_street(scene: Scene, x: float, near: float, far: float) -> None:
    """Line one side of the road with houses, far to near; x in metres from the lane."""
    rng = scene.rng("street")
    z = far
    while z > near:
        length = float(rng.uniform(7, 11))
        _house(scene, x, z - length, z, float(rng.uniform(4.8, 7.0)), float(rng.random()))
        z -= length + float(rng.uniform(0, 1.2))


def _house(scene: Scene, x: float, z0: float, z1: float, tall: float, chance: float) -> None:
    """Paint one house as a long wall to the road, a gable to the viewer and a tiled slope."""
    z0 = max(z0, 7.0)
    way, veil = np.sign(x), z1 / 160
    back = x + way * 4.4
    outer, foot = scene.spot(back, tall + 3.2, z0), scene.spot(x - way, 0.0, z0)
    inner = scene.spot(x - way, 0.0, z1)
    columns = np.clip([inner[0], outer[0], foot[0]], -2, scene.canvas.width + 2)
    sheet = Sheet((float(columns.min()), max(outer[1], -2), float(columns.max()), foot[1] + 2))
    walls, tiles = faces(scene, rgb("#eeeae0"), veil, 0.10), faces(scene, rgb("#42484d"), veil)
    at = scene.spot
    long_wall, gable = (
        walls.side(scene, right=bool(way < 0)),
        walls.lit if scene.light.night else walls.shade,
    )
    sheet.polygon([at(x, 0, z0), at(x, tall, z0), at(x, tall, z1), at(x, 0, z1)], long_wall)
    ridge = tall + 2.1
    middle = (x + back) / 2
    slope = [
        at(x - way * 0.6, tall - 0.15, z0 - 0.2),
        at(middle, ridge, z0 - 0.2),
        at(middle, ridge, z1),
        at(x - way * 0.6, tall - 0.15, z1),
    ]
    gable_shape = [
        at(x, 0, z0),
        at(x, tall, z0),
        at(middle, ridge, z0),
        at(back, tall, z0),
        at(back, 0, z0),
    ]
    sheet.polygon(gable_shape, gable)
    _steps(scene, sheet, (x, back, z0, tall, ridge), walls, tiles)
    sheet.polygon(slope, tiles.side(scene, right=bool(way < 0)))
    eaves = [
        at(x - way * 0.6, tall - 0.15, z0 - 0.2),
        at(x - way * 0.6, tall - 0.15, z1),
        at(x, tall - 0.3, z1),
        at(x, tall - 0.3, z0),
    ]
    sheet.polygon(eaves, tiles.dark)
    _rows(scene, sheet, (x - way * 0.6, middle, tall - 0.15, ridge), (z0, z1), tiles)
    _openings(scene, sheet, x, (z0, z1), chance)
    sheet.lay_on(scene.canvas)


def _steps(
    scene: Scene,
    sheet: Sheet,
    box: tuple[float, float, float, float, float],
    walls: Faces,
    tiles: Faces,
) -> None:
    """Step the gable up in the manner of a horse's head, capped with tiles."""
    x, back, z, tall, ridge = box
    levels = (
        (0.0, 0.22, tall + 0.5),
        (0.22, 0.42, tall + 1.2),
        (0.42, 0.58, ridge + 0.35),
        (0.58, 0.78, tall + 1.2),
        (0.78, 1.0, tall + 0.5),
    )
    for a, b, high in levels:
        xa, xb = x + (back - x) * a, x + (back - x) * b
        low = [scene.spot(xa, tall - 0.1, z), scene.spot(xb, tall - 0.1, z)]
        up = [scene.spot(xb, high, z), scene.spot(xa, high, z)]
        sheet.polygon(
            low + up, walls.lit if scene.light.night else mix(walls.shade, walls.lit, 0.4)
        )
        sheet.stroke(up, 0.22 * scene.scale(z), tiles.dark)


def _rows(
    scene: Scene,
    sheet: Sheet,
    slope: tuple[float, float, float, float],
    depth: tuple[float, float],
    tiles: Faces,
) -> None:
    eave, middle, low, high = slope
    for z in np.linspace(depth[0], depth[1], 14):
        line = [scene.spot(eave, low, float(z)), scene.spot(middle, high, float(z))]
        sheet.stroke(line, 0.10 * scene.scale(float(z)), tiles.dark)


def _openings(
    scene: Scene, sheet: Sheet, x: float, depth: tuple[float, float], chance: float
) -> None:
    """Cut windows and a door into the long wall, and hang lanterns under the eaves."""
    wood = faces(scene, rgb("#6a4632"), depth[0] / 160)
    pane = window_colour(scene, wood)
    z0, z1 = depth
    for share in (0.18, 0.5, 0.82):
        z = z0 + (z1 - z0) * share
        bottom = 0.0 if abs(share - 0.5) < 0.1 else 1.0
        corners = [(z - 0.75, bottom), (z - 0.75, 2.3), (z + 0.75, 2.3), (z + 0.75, bottom)]
        sheet.polygon([scene.spot(x, h, d) for d, h in corners], wood.shade)
        inner = [(z - 0.6, bottom + 0.1), (z - 0.6, 2.15), (z + 0.6, 2.15), (z + 0.6, bottom + 0.1)]
        sheet.polygon([scene.spot(x, h, d) for d, h in inner], pane)
    for share in (0.12, 0.37, 0.63, 0.88):
        z = z0 + (z1 - z0) * share
        upper = [(z - 0.7, 3.3), (z - 0.7, 4.4), (z + 0.7, 4.4), (z + 0.7, 3.3)]
        lit = share < 0.5 + chance
        sheet.polygon([scene.spot(x, h, d) for d, h in upper], pane if lit else wood.dark)
    red = mix(scene.light.lit(rgb("#c8342a")), rgb("#ff6a3a"), 0.8 * scene.light.lamps)
    for share in (0.34, 0.66):
        z = z0 + (z1 - z0) * (share + 0.03 * chance)
        lx, ly = scene.spot(x - np.sign(x) * 0.45, 3.0, z)
        size = 0.22 * scene.scale(z)
        sheet.stroke([(lx, ly - size * 2), (lx, ly + size * 1.9)], size * 0.12, wood.dark)
        sheet.disc(lx, ly, size, size * 0.85, red)
