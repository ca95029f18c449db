"""By the water: islands, headlands, lighthouses, sails and great bridges."""

import itertools

import numpy as np

from local.painter.canvas import Frame, Sheet
from local.painter.colour import mix, rgb
from local.painter.hills import hill_colour
from local.painter.noise import smooth
from local.painter.scene import Scene
from local.painter.shapes import LAMP, Faces, faces, halo, mound


def paint_islands(scene: Scene, count: int) -> None:
    """Scatter low islands along the horizon."""
    canvas, rng, own = scene.canvas, scene.rng("islands"), hill_colour(scene)
    sheet = Sheet((0, canvas.horizon - 0.15 * canvas.span, canvas.width, canvas.horizon + 2))
    for index in range(count):
        foot = canvas.width * float(rng.uniform(0.05, 0.95)), canvas.horizon + 1
        half = canvas.breadth * float(rng.uniform(0.06, 0.16))
        height = canvas.span * float(rng.uniform(0.018, 0.05))
        mound(scene, sheet, foot, half, height, own, 0.75 - 0.25 * index / count)
    sheet.lay_on(canvas, scene.light.haze, 0.2)


def paint_headland(scene: Scene) -> tuple[float, float]:
    """Raise a rocky headland on the open side; returns its summit."""
    canvas, level = scene.canvas, scene.canvas.horizon
    x, half = canvas.width * (0.5 + 0.36 * scene.side), canvas.breadth * 0.26
    height = canvas.span * 0.055
    sheet = Sheet((x - half * 1.1, level - height * 1.6, x + half * 1.1, level + 3))
    own = mix(hill_colour(scene), rgb("#8a7a63"), 0.35)
    mound(scene, sheet, (x, level + 2), half, height, own, 0.3)
    rng, rock = scene.rng("rocks"), faces(scene, rgb("#9a8468"), 0.25)
    for _ in range(46):
        left = x + float(rng.uniform(-1, 1)) * half
        stone = Frame(sheet, (left, level + 2), height * float(rng.uniform(0.08, 0.24)))
        peak = (float(rng.uniform(-0.4, 0.4)), 1.2)
        for way, right in ((-1, False), (1, True)):
            stone.polygon([(way, 0), peak, (0.2, 0)], rock.side(scene, right=right))
    sheet.lay_on(canvas)
    return x - scene.side * half * 0.25, level - height * 0.93


def paint_lighthouse(scene: Scene, x: float, base: float) -> None:
    """Paint a white lighthouse with red bands, its lamp burning from dusk to dawn."""
    canvas = scene.canvas
    tall = 0.21 * canvas.span
    white, red = faces(scene, rgb("#f3efe6"), 0.12, 0.15), faces(scene, rgb("#c2402f"), 0.12, 0.15)
    sheet = Sheet((x - tall * 0.4, base - tall * 1.1, x + tall * 0.4, base + 6))
    tower = Frame(sheet, (x, base), tall)
    for step in range(6):
        _drum(scene, tower, step / 6 * 0.78, (step + 1) / 6 * 0.78, red if step % 2 else white)
    tower.box(-0.082, 0.80, 0.082, 0.775, faces(scene, rgb("#4a4f55"), 0.12).shade)
    glass = mix(faces(scene, rgb("#bcd3dc"), 0.1).lit, LAMP, scene.light.lamps)
    tower.box(-0.045, 0.89, 0.045, 0.80, glass)
    tower.polygon([(-0.06, 0.885), (0, 0.97), (0.06, 0.885)], red.shade)
    sheet.lay_on(canvas)
    if scene.light.lamps > 0.2:
        _beam(scene, x, base - tall * 0.845)


def _drum(scene: Scene, tower: Frame, low: float, high: float, paint: Faces) -> None:
    """Draw one band of a round, tapering tower in strips from light to shade."""
    wide, narrow = (0.085 - 0.036 * up for up in (low, high))
    for strip in range(8):
        a, b = strip / 4 - 1, (strip + 1) / 4 - 1
        turn = (a + b) / 2 * (1 if scene.light.side > 0 else -1)
        share = float(np.clip(0.62 + 0.75 * turn - 0.45 * turn * turn, 0, 1))
        shape = [(a * wide, low), (b * wide, low), (b * narrow, high), (a * narrow, high)]
        tower.polygon(shape, mix(paint.shade, paint.lit, share))


def _beam(scene: Scene, x: float, y: float) -> None:
    canvas = scene.canvas
    away = (canvas.columns - x) * -scene.side / canvas.width
    spread = np.abs((canvas.rows - y) / canvas.span + 0.10 * away)
    beam = np.exp(-((spread / (0.004 + 0.05 * np.maximum(away, 0))) ** 2)) * np.exp(-away / 0.35)
    beam = np.where(away > 0, beam, 0) * 0.30 * scene.light.lamps
    canvas.glow(beam.astype(np.float32), LAMP)
    halo(scene, x, y, 2.4 * scene.unit, LAMP, 0.9 * scene.light.lamps)


def paint_sails(scene: Scene, count: int) -> None:
    """Put a few sailing boats on the water near the horizon, on the open side."""
    canvas, rng = scene.canvas, scene.rng("sails")
    cloth, hull = faces(scene, rgb("#efe6d2"), 0.35), faces(scene, rgb("#6b4f3d"), 0.3)
    for index in range(count):
        x = canvas.width * (0.5 + scene.side * float(rng.uniform(0.14, 0.46)))
        base = canvas.horizon + canvas.span * (0.004 + 0.010 * index)
        tall = canvas.span * (0.030 + 0.016 * index)
        sheet = Sheet((x - tall, base - tall * 1.3, x + tall, base + tall * 1.2))
        for step in range(3):
            left, high = x - tall * (0.34 - 0.26 * step), tall * (0.85 + 0.2 * (step == 1))
            sail = Frame(sheet, (left, base), tall * 0.26, high)
            shape = [(0, 0.15), (0.1, 1), (1, 0.86), (0.95, 0.15)]
            sail.polygon(shape, cloth.side(scene, right=step > 0))
        boat = Frame(sheet, (x, base), tall)
        boat.polygon([(-0.52, 0.12), (0.58, 0.12), (0.42, 0), (-0.40, 0)], hull.shade)
        boat.polygon([(-0.30, 0), (0.36, 0), (0.1, -0.8)], hull.dark, 0.22)
        sheet.lay_on(canvas, scene.light.haze, 0.15)


def paint_great_bridge(scene: Scene) -> None:
    """Span the horizon with a cable-stayed bridge of two pylons."""
    canvas = scene.canvas
    deck_y, tall = canvas.horizon - 0.035 * canvas.span, 0.30 * canvas.span
    steel = faces(scene, rgb("#d2d4d2"), 0.45, 0.35)
    sheet = Sheet((0, deck_y - tall * 1.05, canvas.width, canvas.horizon + 3))
    for place in (0.5 - 0.24 * scene.side, 0.5 + 0.24 * scene.side):
        x = canvas.width * place
        for step, way in itertools.product(range(1, 15), (-1, 1)):
            top = deck_y - tall * (0.42 + 0.5 * step / 14)
            cable = [(x, top), (x + way * canvas.width * 0.235 * step / 14, deck_y)]
            sheet.stroke(cable, scene.unit * 0.09, steel.lit, 0.85)
        pylon = Frame(sheet, (x, deck_y), tall)
        for way in (-1, 1):
            foot = (x + way * tall * 0.075, canvas.horizon + 2)
            leg = [foot, pylon.at(way * 0.06, 0), pylon.at(way * 0.014, 1)]
            sheet.stroke(leg, tall * 0.036, steel.side(scene, right=way > 0))
        pylon.box(-0.055, 0.36, 0.055, 0.33, steel.shade)
    sheet.box(0, deck_y, canvas.width, deck_y + tall * 0.028, steel.lit)
    sheet.box(0, deck_y + tall * 0.028, canvas.width, deck_y + tall * 0.055, steel.dark)
    sheet.lay_on(canvas, scene.light.haze, 0.18)
    if scene.light.lamps > 0.5:
        beads = smooth(0.75, 1.0, np.cos(canvas.columns / canvas.width * 2 * np.pi * 46))
        row = np.exp(-(((canvas.rows - deck_y) / (0.25 * scene.unit)) ** 2))
        canvas.glow((row * beads * 0.9 * scene.light.lamps).astype(np.float32), LAMP)
