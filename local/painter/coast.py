"""By the water: islands, headlands, lighthouses, sails and great bridges."""

from __future__ import annotations

import numpy as np

from local.painter.canvas import Sheet
from local.painter.colour import mix, rgb
from local.painter.hills import hill_colour
from local.painter.noise import smooth
from local.painter.scene import Scene
from local.painter.shapes import LAMP, Faces, faces, halo, mound


def paint_islands(scene: Scene, count: int) -> None:
    """Scatter low islands along the horizon."""
    canvas, rng = scene.canvas, scene.rng("islands")
    sheet = Sheet((0, canvas.horizon - 0.15 * canvas.span, canvas.width, canvas.horizon + 2))
    for index in range(count):
        x = canvas.width * float(rng.uniform(0.05, 0.95))
        half = canvas.breadth * float(rng.uniform(0.06, 0.16))
        height = canvas.span * float(rng.uniform(0.018, 0.05))
        mound(
            scene,
            sheet,
            x,
            canvas.horizon + 1,
            half,
            height,
            hill_colour(scene),
            0.75 - 0.25 * index / count,
        )
    sheet.lay_on(canvas, scene.light.haze, 0.2)


def paint_headland(scene: Scene) -> tuple[float, float]:
    """Raise a rocky headland on the open side; returns its summit."""
    canvas = scene.canvas
    x, half, height = (
        canvas.width * (0.5 + 0.36 * scene.side),
        canvas.breadth * 0.26,
        canvas.span * 0.055,
    )
    sheet = Sheet(
        (x - half * 1.1, canvas.horizon - height * 1.6, x + half * 1.1, canvas.horizon + 3)
    )
    mound(
        scene,
        sheet,
        x,
        canvas.horizon + 2,
        half,
        height,
        mix(hill_colour(scene), rgb("#8a7a63"), 0.35),
        0.3,
    )
    rng, rock = scene.rng("rocks"), faces(scene, rgb("#9a8468"), 0.25)
    for _ in range(46):
        at = float(rng.uniform(-1, 1))
        size = height * float(rng.uniform(0.08, 0.24))
        left, foot = x + at * half, canvas.horizon + 2
        peak = (left + size * float(rng.uniform(-0.4, 0.4)), foot - size * 1.2)
        sheet.polygon(
            [(left - size, foot), peak, (left + size * 0.2, foot)], rock.side(scene, right=False)
        )
        sheet.polygon(
            [(left + size * 0.2, foot), peak, (left + size, foot)], rock.side(scene, right=True)
        )
    sheet.lay_on(canvas)
    return x - scene.side * half * 0.25, canvas.horizon - height * 0.93


def paint_lighthouse(scene: Scene, x: float, base: float) -> None:
    """Paint a white lighthouse with red bands, its lamp burning from dusk to dawn."""
    canvas = scene.canvas
    tall = 0.21 * canvas.span
    white, red = faces(scene, rgb("#f3efe6"), 0.12, 0.15), faces(scene, rgb("#c2402f"), 0.12, 0.15)
    sheet = Sheet((x - tall * 0.4, base - tall * 1.1, x + tall * 0.4, base + 6))
    for step in range(6):
        low, high = step / 6 * 0.78, (step + 1) / 6 * 0.78
        _drum(scene, sheet, (x, base), tall, (low, high), red if step % 2 else white)
    iron = faces(scene, rgb("#4a4f55"), 0.12)
    sheet.box(
        x - tall * 0.082, base - tall * 0.80, x + tall * 0.082, base - tall * 0.775, iron.shade
    )
    glass = mix(faces(scene, rgb("#bcd3dc"), 0.1).lit, LAMP, scene.light.lamps)
    sheet.box(x - tall * 0.045, base - tall * 0.89, x + tall * 0.045, base - tall * 0.80, glass)
    sheet.polygon(
        [
            (x - tall * 0.06, base - tall * 0.885),
            (x, base - tall * 0.97),
            (x + tall * 0.06, base - tall * 0.885),
        ],
        red.shade,
    )
    sheet.lay_on(canvas)
    if scene.light.lamps > 0.2:
        _beam(scene, x, base - tall * 0.845)


def _drum(
    scene: Scene,
    sheet: Sheet,
    foot: tuple[float, float],
    tall: float,
    span: tuple[float, float],
    paint: Faces,
) -> None:
    """Draw one band of a round, tapering tower in strips from light to shade."""
    x, base = foot
    low, high = (base - tall * s for s in span)
    wide, narrow = (tall * (0.085 - 0.036 * s) for s in span)
    right = scene.light.side > 0
    for strip in range(8):
        a, b = strip / 4 - 1, (strip + 1) / 4 - 1
        turn = (a + b) / 2 if right else -(a + b) / 2
        tone = mix(
            paint.shade, paint.lit, float(np.clip(0.62 + 0.75 * turn - 0.45 * turn * turn, 0, 1))
        )
        sheet.polygon(
            [
                (x + a * wide, low),
                (x + b * wide, low),
                (x + b * narrow, high),
                (x + a * narrow, high),
            ],
            tone,
        )


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
    for index in range(count):
        x = canvas.width * (0.5 + scene.side * float(rng.uniform(0.14, 0.46)))
        base = canvas.horizon + canvas.span * (0.004 + 0.010 * index)
        tall = canvas.span * (0.030 + 0.016 * index)
        cloth, hull = faces(scene, rgb("#efe6d2"), 0.35), faces(scene, rgb("#6b4f3d"), 0.3)
        sheet = Sheet((x - tall, base - tall * 1.3, x + tall, base + tall * 1.2))
        for step in range(3):
            left, width, high = (
                x - tall * (0.34 - 0.26 * step),
                tall * 0.26,
                tall * (0.85 + 0.2 * (step == 1)),
            )
            sheet.polygon(
                [
                    (left, base - high * 0.15),
                    (left + width * 0.1, base - high),
                    (left + width, base - high * 0.86),
                    (left + width * 0.95, base - high * 0.15),
                ],
                cloth.side(scene, right=step > 0),
            )
        sheet.polygon(
            [
                (x - tall * 0.52, base - tall * 0.12),
                (x + tall * 0.58, base - tall * 0.12),
                (x + tall * 0.42, base),
                (x - tall * 0.40, base),
            ],
            hull.shade,
        )
        sheet.polygon(
            [(x - tall * 0.30, base), (x + tall * 0.36, base), (x + tall * 0.1, base + tall * 0.8)],
            hull.dark,
            0.22,
        )
        sheet.lay_on(canvas, scene.light.haze, 0.15)


def paint_great_bridge(scene: Scene) -> None:
    """Span the horizon with a cable-stayed bridge of two pylons."""
    canvas = scene.canvas
    deck_y, tall = canvas.horizon - 0.035 * canvas.span, 0.30 * canvas.span
    steel = faces(scene, rgb("#d2d4d2"), 0.45, 0.35)
    sheet = Sheet((0, deck_y - tall * 1.05, canvas.width, canvas.horizon + 3))
    for place in (0.5 - 0.24 * scene.side, 0.5 + 0.24 * scene.side):
        x = canvas.width * place
        for step in range(1, 15):
            top = deck_y - tall * (0.42 + 0.5 * step / 14)
            for way in (-1, 1):
                sheet.stroke(
                    [(x, top), (x + way * canvas.width * 0.235 * step / 14, deck_y)],
                    scene.unit * 0.09,
                    steel.lit,
                    0.85,
                )
        for way in (-1, 1):
            leg = [
                (x + way * tall * 0.075, canvas.horizon + 2),
                (x + way * tall * 0.06, deck_y),
                (x + way * tall * 0.014, deck_y - tall),
            ]
            sheet.stroke(leg, tall * 0.036, steel.side(scene, right=way > 0))
        sheet.box(
            x - tall * 0.055,
            deck_y - tall * 0.36,
            x + tall * 0.055,
            deck_y - tall * 0.33,
            steel.shade,
        )
    sheet.box(0, deck_y, canvas.width, deck_y + tall * 0.028, steel.lit)
    sheet.box(0, deck_y + tall * 0.028, canvas.width, deck_y + tall * 0.055, steel.dark)
    sheet.lay_on(canvas, scene.light.haze, 0.18)
    if scene.light.lamps > 0.5:
        _deck_lamps(scene, deck_y)


def _deck_lamps(scene: Scene, y: float) -> None:
    canvas = scene.canvas
    beads = smooth(0.75, 1.0, np.cos(canvas.columns / canvas.width * 2 * np.pi * 46))
    row = np.exp(-(((canvas.rows - y) / (0.25 * scene.unit)) ** 2))
    canvas.glow((row * beads * 0.9 * scene.light.lamps).astype(np.float32), LAMP)
