"""Country landmarks: yurts on the steppe, terraced fields, palaces of ice, a crescent spring."""

import numpy as np

from local.painter.canvas import Frame, Sheet
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
    tent = Frame(sheet, (cx, foot), size)
    for way in (-1, 1):
        tone = cloth.side(scene, right=way > 0)
        tent.box(min(0, way), 0.62, max(0, way), 0, tone)
        tent.polygon([(0, 1.18), (way * 0.25, 1.15), (way * 1.04, 0.60), (0, 0.56)], tone)
    tent.box(-1, 0.64, 1, 0.54, trim.lit)
    tent.box(-0.20, 0.5, 0.20, 0, mix(trim.dark, LAMP, 0.8 * scene.light.lamps))
    tent.disc(0, 1.18, 0.2, 0.06, trim.shade)
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
    canvas, lamps = scene.canvas, scene.light.lamps
    middle, base = canvas.width * (0.5 + 0.15 * scene.side), canvas.horizon + 3
    tall = 0.34 * canvas.span
    sheet = Sheet((middle - tall, base - tall * 1.2, middle + tall, base + 1))
    glow = rgbs("#35b8ff #ff5fb0 #ffc04a #7a6bff #45e0c0")
    places = (-0.62, 0.64, -0.40, 0.42, -0.19, 0.21, 0.0)
    widths = (0.10, 0.10, 0.12, 0.12, 0.11, 0.11, 0.14)
    heights = (0.42, 0.46, 0.60, 0.64, 0.72, 0.76, 0.98)
    feet = [middle + at * tall * 0.86 for at in places]
    towers = list(zip(feet, widths, heights, (glow * 2)[:7], strict=True))
    for x, wide, high, neon in towers:
        _ice_tower(scene, Frame(sheet, (x, base), wide * tall / 2, high * tall), _ice(scene, neon))
    wall = Frame(sheet, (middle, base), tall * 0.78, tall * 0.2)
    _ice_wall(scene, wall, _ice(scene, glow[0]))
    sheet.lay_on(canvas, scene.light.haze, 0.10)
    _snow_bank(scene, middle, base, tall)
    for x, wide, high, neon in towers if lamps > 0.5 else ():
        _spill(scene, x, wide * tall, neon)
        halo(scene, x, base - high * tall * 0.45, tall * 0.16, neon, 0.20)


def _spill(scene: Scene, x: float, width: float, colour: Array) -> None:
    """Let coloured light fall on the snow before a tower."""
    canvas, top = scene.canvas, scene.ground_top
    drop = (canvas.rows[top:] - canvas.horizon) / canvas.height
    across = (canvas.columns - x) / (width * (0.8 + 9 * drop))
    light = np.exp(-(across**2)) * np.exp(-drop / 0.055) * 0.5
    canvas.glow(light.astype(np.float32), colour, top)


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


def _ice_tower(scene: Scene, tower: Frame, ice: Faces) -> None:
    body, lamps = 0.72, scene.light.lamps
    left, right = ice.side(scene, right=False), ice.side(scene, right=True)
    tower.box(-1, body, 0.1, 0, left)
    tower.box(0.1, body, 1, 0, right)
    _blocks(tower, body, 0.36 * tower.wide, ice)
    x, top = tower.at(0, body)
    crown = Frame(tower.sheet, (x, top), tower.wide)
    for share in (-0.82, -0.28, 0.28, 0.82):
        crown.box(share - 0.16, 0.22, share + 0.16, 0, ice.lit)
    tower.polygon([(-0.8, body), (0, 1), (0, body)], left)
    tower.polygon([(0.8, body), (0, 1), (0, body)], right)
    tower.disc(0, 1, 0.12, 0.12, mix(ice.lit, LAMP, 0.6 * lamps))
    pane = mix(ice.dark, rgb("#fff2c4"), 0.9 * lamps)
    for level in (0.30, 0.62):
        window = Frame(tower.sheet, tower.at(0, body * level), tower.wide)
        window.box(-0.22, 0.5, 0.22, 0, pane)
        window.disc(0, 0.5, 0.22, 0.3, pane)


def _blocks(wall: Frame, top: float, pitch: float, ice: Faces) -> None:
    """Draw the joints of blocks of ice, `pitch` pixels high, up to a share of the height."""
    (x0, y0), (x1, y1) = wall.at(-1, top), wall.at(1, 0)
    for row, y in enumerate(np.arange(y1, y0, -pitch).tolist()):
        wall.sheet.stroke([(x0, y), (x1, y)], pitch * 0.07, ice.lit)
        for x in np.arange(x0 + pitch * (0.5 + 0.5 * (row % 2)), x1, pitch).tolist():
            wall.sheet.stroke([(x, y), (x, max(y - pitch, y0))], pitch * 0.06, ice.shade)


def _ice_wall(scene: Scene, wall: Frame, ice: Faces) -> None:
    wall.box(-1, 1, 1, 0, ice.shade)
    _blocks(wall, 1, wall.tall * 0.22, ice)
    for step in range(15):
        left = -1 + 2 * step / 15
        wall.box(left, 1.14, left + 1 / 13, 1, ice.lit)
    pane = mix(ice.dark, rgb("#fff0c0"), 0.9 * scene.light.lamps)
    door = Frame(wall.sheet, (wall.x, wall.base), wall.tall)
    door.box(-0.34, 0.4, 0.34, 0, pane)
    door.disc(0, 0.4, 0.34, 0.34, pane)


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
        tower = Frame(sheet, crest[int(place * len(crest))], tall)
        tower.box(-1.1, 2.0, 1.1, -1.4, stone.shade)
        tower.box(0, 2.0, 1.1, -1.4, stone.side(scene, right=True))
        tower.box(-0.3, 1.2, 0.3, 0.4, stone.dark)
    sheet.lay_on(canvas, scene.light.haze, 0.2)


def paint_spring(scene: Scene) -> None:
    """Lay a crescent of clear water at the foot of the dunes."""
    canvas = scene.canvas
    x, y = canvas.width * (0.5 + 0.27 * scene.side), canvas.horizon + 0.012 * canvas.height
    dx = (canvas.columns - x) / (0.20 * canvas.width)
    dy = (canvas.rows - y) / (0.014 * canvas.height)
    bay = smooth(0.80, 0.92, (dx / 0.9) ** 2 + (dy + 0.75) ** 2)
    lake = smooth(1.04, 0.96, dx * dx + dy * dy) * bay
    canvas.blend(lake, mix(scene.light.stops[1][1], scene.light.tone(rgb("#2f7f86"), 0.6), 0.45))
