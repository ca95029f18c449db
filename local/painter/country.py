"""Country landmarks: yurts on the steppe, terraced fields, palaces of ice, a crescent spring."""

from __future__ import annotations

import numpy as np

from local.painter.canvas import Sheet
from local.painter.colour import Array, mix, rgb, rgbs
from local.painter.noise import line, smooth
from local.painter.scene import Scene
from local.painter.shapes import LAMP, Faces, faces, halo


def paint_yurts(scene: Scene) -> None:
    """Pitch a few yurts on the open side, and let sheep graze."""
    rng = scene.rng("yurts")
    for z, x in ((120.0, 15.0), (88.0, 24.0), (74.0, 13.0)):
        _yurt(scene, scene.side * (x + float(rng.uniform(-2, 2))), z)
    wool = faces(scene, rgb("#f2ede0"), 0.3)
    for _ in range(26):
        z = float(rng.uniform(45, 140))
        x, y = scene.seen(scene.side * float(rng.uniform(6, 34)), 0.0, z)
        size = 0.55 * scene.scale(z)
        sheet = Sheet((x - size * 2, y - size * 2, x + size * 2, y + size))
        sheet.disc(x, y - size * 0.6, size, size * 0.55, wool.lit)
        sheet.disc(x + size * 0.9, y - size * 0.8, size * 0.3, size * 0.3, wool.dark)
        sheet.lay_on(scene.canvas)


def _yurt(scene: Scene, x: float, z: float) -> None:
    cx, foot = scene.seen(x, 0.0, z)
    size = 3.0 * scene.scale(z)
    cloth, trim = faces(scene, rgb("#f4f0e6"), 0.25, 0.2), faces(scene, rgb("#3f6ea3"), 0.25, 0.2)
    sheet = Sheet((cx - size * 1.2, foot - size * 1.5, cx + size * 1.2, foot + 3))
    for way in (-1, 1):
        tone = cloth.side(scene, right=way > 0)
        sheet.box(
            min(cx, cx + way * size), foot - size * 0.62, max(cx, cx + way * size), foot, tone
        )
        sheet.polygon(
            [
                (cx, foot - size * 1.18),
                (cx + way * size * 0.25, foot - size * 1.15),
                (cx + way * size * 1.04, foot - size * 0.60),
                (cx, foot - size * 0.56),
            ],
            tone,
        )
    sheet.box(cx - size, foot - size * 0.64, cx + size, foot - size * 0.54, trim.lit)
    sheet.box(
        cx - size * 0.20,
        foot - size * 0.5,
        cx + size * 0.20,
        foot,
        mix(trim.dark, LAMP, 0.8 * scene.light.lamps),
    )
    sheet.disc(cx, foot - size * 1.18, size * 0.2, size * 0.06, trim.shade)
    sheet.lay_on(scene.canvas)


def paint_terraces(scene: Scene) -> None:
    """Comb a hillside into rows of tea, or of rape in bloom."""
    canvas = scene.canvas
    rape = "rape" in scene.facts.features
    own = rgb("#e2bf2c" if rape else "#5d9440")
    for index, (height, distance) in enumerate(((0.16, 0.6), (0.115, 0.35), (0.075, 0.15))):
        rng = scene.rng(f"terrace {index}")
        wave = line(rng, canvas.width, 2, 3, 0.4)
        profile = (canvas.horizon - (0.62 + 0.38 * wave) * height * canvas.span).astype(np.float32)
        mask, top = canvas.below(profile, 1.2)
        bottom = scene.ground_top + 2
        down = (canvas.rows[top:bottom] - profile[None, :]) / (height * canvas.span)
        rows = np.sin((np.maximum(down, 0) ** 0.8 + 0.12 * wave[None, :]) * (46 - 9 * index))
        field = faces(scene, mix(own, rgb("#2f5a2c"), 0.08 * index), distance)
        share = np.clip(0.55 + 0.5 * rows, 0, 1)[..., None]
        canvas.blend(mask[: bottom - top], field.dark + share * (field.lit - field.dark), top)


def paint_ice_palace(scene: Scene) -> None:
    """Build a palace of ice on the open side, lit from within after dark."""
    canvas = scene.canvas
    middle, base, tall = (
        canvas.width * (0.5 + 0.15 * scene.side),
        canvas.horizon + 3,
        0.34 * canvas.span,
    )
    sheet = Sheet((middle - tall, base - tall * 1.2, middle + tall, base + 1))
    glow = rgbs("#35b8ff #ff5fb0 #ffc04a #7a6bff #45e0c0")
    towers = (
        (-0.62, 0.10, 0.42),
        (0.64, 0.10, 0.46),
        (-0.40, 0.12, 0.60),
        (0.42, 0.12, 0.64),
        (-0.19, 0.11, 0.72),
        (0.21, 0.11, 0.76),
        (0.0, 0.14, 0.98),
    )
    for index, (at, wide, high) in enumerate(towers):
        _ice_tower(
            scene,
            sheet,
            (middle + at * tall * 0.86, base),
            (wide * tall, high * tall),
            glow[index % 5],
        )
    _ice_wall(scene, sheet, (middle, base), (tall * 0.78, tall * 0.2), glow[0])
    sheet.lay_on(canvas, scene.light.haze, 0.10)
    _snow_bank(scene, middle, base, tall)
    if scene.light.lamps > 0.5:
        for index, (at, wide, high) in enumerate(towers):
            _spill(scene, middle + at * tall * 0.86, wide * tall, glow[index % 5])
            halo(
                scene,
                middle + at * tall * 0.86,
                base - high * tall * 0.45,
                tall * 0.16,
                glow[index % 5],
                0.20,
            )


def _spill(scene: Scene, x: float, width: float, colour: Array) -> None:
    """Let coloured light fall on the snow before a tower."""
    canvas, top = scene.canvas, scene.ground_top
    drop = (canvas.rows[top:] - canvas.horizon) / canvas.height
    across = (canvas.columns - x) / (width * (0.8 + 9 * drop))
    canvas.glow(
        (np.exp(-(across**2)) * np.exp(-drop / 0.055) * 0.5).astype(np.float32), colour, top
    )


def _snow_bank(scene: Scene, x: float, base: float, tall: float) -> None:
    """Bank snow against the foot of the palace."""
    canvas = scene.canvas
    away = (np.arange(canvas.width, dtype=np.float32) - x) / (tall * 0.95)
    bumps = line(scene.rng("bank"), canvas.width, 9, 4)
    rise = (0.030 + 0.022 * bumps) * np.clip(1 - away**4, -0.4, 1)
    mask, top = canvas.below((base - rise * canvas.span).astype(np.float32), 1.5)
    snow = scene.light.tone(rgb("#eef3f9"), 0.75)
    canvas.blend(mask[: scene.ground_top + 4 - top], snow, top)


def _ice(scene: Scene, neon: Array) -> Faces:
    ice = faces(scene, rgb("#c4e2f4"), 0.06)
    share = 0.72 * scene.light.lamps
    return Faces(
        mix(ice.lit, mix(neon, rgb("#ffffff"), 0.35), share),
        mix(ice.shade, neon, share),
        mix(ice.dark, neon, share * 0.35),
    )


def _ice_tower(
    scene: Scene, sheet: Sheet, foot: tuple[float, float], size: tuple[float, float], neon: Array
) -> None:
    x, base = foot
    half, tall = size[0] / 2, size[1]
    ice = _ice(scene, neon)
    body = tall * 0.72
    sheet.box(x - half, base - body, x + half * 0.1, base, ice.side(scene, right=False))
    sheet.box(x + half * 0.1, base - body, x + half, base, ice.side(scene, right=True))
    _blocks(sheet, (x - half, base - body, x + half, base), half * 0.36, ice)
    for share in (-0.82, -0.28, 0.28, 0.82):
        sheet.box(
            x + half * share - half * 0.16,
            base - body - half * 0.22,
            x + half * share + half * 0.16,
            base - body,
            ice.lit,
        )
    sheet.polygon(
        [(x - half * 0.8, base - body), (x, base - tall), (x, base - body)],
        ice.side(scene, right=False),
    )
    sheet.polygon(
        [(x + half * 0.8, base - body), (x, base - tall), (x, base - body)],
        ice.side(scene, right=True),
    )
    sheet.disc(
        x, base - tall, half * 0.12, half * 0.12, mix(ice.lit, LAMP, 0.6 * scene.light.lamps)
    )
    pane = mix(ice.dark, rgb("#fff2c4"), 0.9 * scene.light.lamps)
    for level in (0.30, 0.62):
        y = base - body * level
        sheet.box(x - half * 0.22, y - half * 0.5, x + half * 0.22, y, pane)
        sheet.disc(x, y - half * 0.5, half * 0.22, half * 0.3, pane)


def _blocks(sheet: Sheet, box: tuple[float, float, float, float], pitch: float, ice: Faces) -> None:
    x0, y0, x1, y1 = box
    for row, y in enumerate(np.arange(y1, y0, -pitch)):
        sheet.stroke([(x0, float(y)), (x1, float(y))], pitch * 0.07, ice.lit)
        for x in np.arange(x0 + pitch * (0.5 + 0.5 * (row % 2)), x1, pitch):
            sheet.stroke(
                [(float(x), float(y)), (float(x), max(float(y) - pitch, y0))],
                pitch * 0.06,
                ice.shade,
            )


def _ice_wall(
    scene: Scene, sheet: Sheet, foot: tuple[float, float], size: tuple[float, float], neon: Array
) -> None:
    (x, base), (half, tall) = foot, size
    ice = _ice(scene, neon)
    sheet.box(x - half, base - tall, x + half, base, ice.shade)
    _blocks(sheet, (x - half, base - tall, x + half, base), tall * 0.22, ice)
    for step in range(15):
        left = x - half + 2 * half * step / 15
        sheet.box(left, base - tall * 1.14, left + half / 13, base - tall, ice.lit)
    door = tall * 0.34
    pane = mix(ice.dark, rgb("#fff0c0"), 0.9 * scene.light.lamps)
    sheet.box(x - door, base - tall * 0.4, x + door, base, pane)
    sheet.disc(x, base - tall * 0.4, door, door, pane)


def paint_wall(scene: Scene, profile: Array) -> None:
    """Run a crenellated wall with watchtowers along a ridge."""
    canvas = scene.canvas
    stone = faces(scene, rgb("#b9a88a"), 0.25, 0.1)
    tall = 0.014 * canvas.span
    sheet = Sheet((0, float(profile.min()) - tall * 6, canvas.width, canvas.horizon))
    xs = np.arange(0, canvas.width, max(canvas.width // 200, 2))
    crest = [(float(x), float(profile[x]) - tall) for x in xs]
    foot = [(float(x), float(profile[x]) + tall * 0.6) for x in xs[::-1]]
    sheet.polygon(crest + foot, stone.lit)
    for x, y in crest[::2]:
        sheet.box(x, y - tall * 0.4, x + tall * 0.35, y, stone.lit)
    for place in (0.12, 0.34, 0.6, 0.84):
        x, y = crest[int(place * len(crest))]
        sheet.box(x - tall * 1.1, y - tall * 2.0, x + tall * 1.1, y + tall * 1.4, stone.shade)
        sheet.box(x, y - tall * 2.0, x + tall * 1.1, y + tall * 1.4, stone.side(scene, right=True))
        sheet.box(x - tall * 0.3, y - tall * 1.2, x + tall * 0.3, y - tall * 0.4, stone.dark)
    sheet.lay_on(canvas, scene.light.haze, 0.2)


def paint_spring(scene: Scene) -> None:
    """Lay a crescent of clear water at the foot of the dunes."""
    canvas = scene.canvas
    x, y = canvas.width * (0.5 + 0.27 * scene.side), canvas.horizon + 0.012 * canvas.height
    dx, dy = (
        (canvas.columns - x) / (0.20 * canvas.width),
        (canvas.rows - y) / (0.014 * canvas.height),
    )
    lake = smooth(1.04, 0.96, dx * dx + dy * dy) * smooth(
        0.80, 0.92, (dx / 0.9) ** 2 + (dy + 0.75) ** 2
    )
    canvas.blend(lake, mix(scene.light.stops[1][1], scene.light.tone(rgb("#2f7f86"), 0.6), 0.45))
