"""Old China: pagodas, white-walled houses under black tiles, stone arch bridges, lanterns."""

import itertools

import numpy as np

from local.painter.canvas import Frame, Sheet
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
    stone = faces(scene, rgb("#b9b2a4"), distance).shade
    Frame(sheet, (x, base), height, step).box(-0.21, 0.16, 0.21, 0, stone)
    for storey in range(storeys):
        half = height * (0.130 - 0.0105 * storey)
        y = base - step * 0.16 - storey * step
        _storey(scene, Frame(sheet, (x, y), half, step), walls)
        roof(scene, sheet, (x, y - step * 0.56), half * 1.62, step * 0.44, tiles, 0.5)
    top = base - step * 0.16 - storeys * step
    gold = faces(scene, rgb("#d8a844"), distance, 0.4)
    finial = Frame(sheet, (x, top), height * 0.13)
    finial.stroke([(0, -0.2), (0, 1)], 0.07, gold.shade)
    for up, size in ((0.1, 0.13), (0.35, 0.10), (0.58, 0.075), (0.8, 0.05)):
        finial.disc(0, up, size, size * 0.8, gold.lit)
    sheet.lay_on(scene.canvas)
    if scene.light.lamps > 0.5:
        halo(scene, x, base - height * 0.45, height * 0.30, LAMP, 0.28 * scene.light.lamps)


def _storey(scene: Scene, frame: Frame, walls: Faces) -> None:
    frame.box(-1, 0.7, 0, 0, walls.side(scene, right=False))
    frame.box(0, 0.7, 1, 0, walls.side(scene, right=True))
    pane = window_colour(scene, walls)
    for share in (-0.62, 0.0, 0.62):
        frame.box(share - 0.15, 0.40, share + 0.15, 0.08, pane)
        frame.disc(share, 0.40, 0.15, 0.15, pane)
    sill = [frame.at(-1.15, 0.03), frame.at(1.15, 0.03)]
    frame.sheet.stroke(sill, frame.tall * 0.07, walls.dark)


def paint_arch_bridge(scene: Scene, x: float, base: float, half: float, distance: float) -> None:
    """Paint a humped stone bridge with one round arch over the water."""
    stone = faces(scene, rgb("#c9c0ae"), distance, 0.25)
    rise = half * 0.52
    sheet = Sheet((x - half * 1.1, base - rise * 1.5, x + half * 1.1, base + 4))
    hump, round_ = Frame(sheet, (x, base), half, rise), Frame(sheet, (x, base), half * 0.40)
    t = np.linspace(-1, 1, 41)
    deck = [hump.at(float(a), float(0.12 + 0.88 * np.cos(a * np.pi / 2) ** 1.2)) for a in t]
    turn = [(float(np.cos(a)), float(np.sin(a))) for a in np.linspace(0, np.pi, 25)]
    hole = [round_.at(a, b) for a, b in turn]
    sheet.polygon([(x - half, base), *deck, (x + half, base), *hole], stone.lit)
    sheet.stroke([round_.at(1.07 * a, 1.07 * b) for a, b in turn], half * 0.05, stone.shade)
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
        _front(scene, Frame(sheet, (x, base), width, tall), own)
        x += width * float(rng.uniform(0.92, 1.15))
    sheet.lay_on(scene.canvas, scene.light.haze, 0.12 * scene.light.haziness)


def _front(scene: Scene, frame: Frame, own: Array) -> None:
    distance = 0.30
    walls = faces(scene, own, distance, 0.10)
    tiles = faces(scene, rgb("#454b50"), distance)
    wood = faces(scene, rgb("#6b4a35"), distance)
    frame.box(0, 1, 1, 0, walls.side(scene, right=True))
    frame.box(0, 0.10, 1, 0, walls.dark)
    pane = window_colour(scene, wood)
    for share in (0.22, 0.5, 0.78):
        frame.box(share - 0.075, 0.78, share + 0.075, 0.50, wood.shade)
        frame.box(share - 0.055, 0.76, share + 0.055, 0.52, pane)
    eaves, half, rise = frame.at(0.5, 1), frame.wide * 0.60, frame.tall * 0.42
    roof(scene, frame.sheet, eaves, half, rise, tiles, 0.72)


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
    z0, at = max(z0, 7.0), scene.spot
    way, veil = np.sign(x), z1 / 160
    back, eave, low, ridge = x + way * 4.4, x - way * 0.6, tall - 0.15, tall + 2.1
    outer, foot, inner = at(back, tall + 3.2, z0), at(x - way, 0.0, z0), at(x - way, 0.0, z1)
    columns = np.clip([inner[0], outer[0], foot[0]], -2, scene.canvas.width + 2)
    sheet = Sheet((float(columns.min()), max(outer[1], -2), float(columns.max()), foot[1] + 2))
    walls, tiles = faces(scene, rgb("#eeeae0"), veil, 0.10), faces(scene, rgb("#42484d"), veil)
    right, middle = bool(way < 0), (x + back) / 2
    long_wall = [at(x, 0, z0), at(x, tall, z0), at(x, tall, z1), at(x, 0, z1)]
    sheet.polygon(long_wall, walls.side(scene, right))
    outline = ((x, 0), (x, tall), (middle, ridge), (back, tall), (back, 0))
    gable = [at(across, up, z0) for across, up in outline]
    sheet.polygon(gable, walls.lit if scene.light.night else walls.shade)
    _steps(scene, sheet, (x, back, z0, tall, ridge), walls, tiles)
    near, far = at(eave, low, z0 - 0.2), at(eave, low, z1)
    slope = [near, at(middle, ridge, z0 - 0.2), at(middle, ridge, z1), far]
    sheet.polygon(slope, tiles.side(scene, right))
    sheet.polygon([near, far, at(x, tall - 0.3, z1), at(x, tall - 0.3, z0)], tiles.dark)
    for z in np.linspace(z0, z1, 14).tolist():
        sheet.stroke([at(eave, low, z), at(middle, ridge, z)], 0.10 * scene.scale(z), tiles.dark)
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
    ends = (0.0, 0.22, 0.42, 0.58, 0.78, 1.0)
    heights = (tall + 0.5, tall + 1.2, ridge + 0.35, tall + 1.2, tall + 0.5)
    plaster = walls.lit if scene.light.night else mix(walls.shade, walls.lit, 0.4)
    for (a, b), high in zip(itertools.pairwise(ends), heights, strict=True):
        xa, xb = x + (back - x) * a, x + (back - x) * b
        low = [scene.spot(xa, tall - 0.1, z), scene.spot(xb, tall - 0.1, z)]
        up = [scene.spot(xb, high, z), scene.spot(xa, high, z)]
        sheet.polygon(low + up, plaster)
        sheet.stroke(up, 0.22 * scene.scale(z), tiles.dark)


def _openings(
    scene: Scene, sheet: Sheet, x: float, depth: tuple[float, float], chance: float
) -> None:
    """Cut windows and a door into the long wall, and hang lanterns under the eaves."""
    wood = faces(scene, rgb("#6a4632"), depth[0] / 160)
    pane = window_colour(scene, wood)
    z0, z1 = depth

    def pierce(z: float, half: float, low: float, high: float, colour: Array) -> None:
        corners = [(z - half, low), (z - half, high), (z + half, high), (z + half, low)]
        sheet.polygon([scene.spot(x, h, d) for d, h in corners], colour)

    for share in (0.18, 0.5, 0.82):
        z = z0 + (z1 - z0) * share
        bottom = 0.0 if share == 0.5 else 1.0
        pierce(z, 0.75, bottom, 2.3, wood.shade)
        pierce(z, 0.6, bottom + 0.1, 2.15, pane)
    for share in (0.12, 0.37, 0.63, 0.88):
        lit = share < 0.5 + chance
        pierce(z0 + (z1 - z0) * share, 0.7, 3.3, 4.4, pane if lit else wood.dark)
    red = mix(scene.light.lit(rgb("#c8342a")), rgb("#ff6a3a"), 0.8 * scene.light.lamps)
    for share in (0.34, 0.66):
        z = z0 + (z1 - z0) * (share + 0.03 * chance)
        lantern = Frame(sheet, scene.spot(x - np.sign(x) * 0.45, 3.0, z), 0.22 * scene.scale(z))
        lantern.stroke([(0, 2), (0, -1.9)], 0.12, wood.dark)
        lantern.disc(0, 0, 1, 0.85, red)
