"""Common parts of landmarks: two-tone faces, curved roofs, lamps and their glow."""

from dataclasses import dataclass

import numpy as np

from local.painter.canvas import Frame, Point, Sheet
from local.painter.colour import Array, mix, rgb
from local.painter.scene import Scene

LAMP = rgb("#ffd58a")


@dataclass(frozen=True)
class Faces:
    """One material as seen in this light at some distance: sunny, shaded and dark."""

    lit: Array
    shade: Array
    dark: Array

    def side(self, scene: Scene, right: bool) -> Array:
        """Return the colour of the face that looks right or left."""
        return self.lit if right == (scene.light.side > 0) else self.shade


def faces(scene: Scene, own: Array, distance: float, glow: float = 0.0) -> Faces:
    """Light a material; glow (0..1) adds floodlight where lamps burn."""
    light = scene.light
    shares = (1.0, 0.30) if light.sided else (0.66, 0.62)
    tones = [
        light.tone(own, shares[0]),
        light.tone(own, shares[1]),
        light.shaded(mix(own, rgb("#20242c"), 0.55)),
    ]
    flood = glow * light.lamps
    tones = [
        mix(t, mix(own, LAMP, 0.45), flood * s)
        for t, s in zip(tones, (0.8, 0.6, 0.25), strict=True)
    ]
    lit, shade, dark = (light.far(t, distance * (1 - 0.5 * flood)) for t in tones)
    return Faces(lit, shade, dark)


def window_colour(scene: Scene, faces_: Faces) -> Array:
    """Dark panes by day, warm ones when lamps are lit."""
    return mix(faces_.dark, LAMP, 0.95 * scene.light.lamps)


def roof(
    scene: Scene, sheet: Sheet, eaves: Point, half: float, rise: float, tiles: Faces, ridge: float
) -> None:
    """Draw a hipped roof with upturned corners; `eaves` is the middle of its lower edge."""
    frame = Frame(sheet, eaves, half, rise)
    edge = [(float(t), float(0.62 * np.abs(t) ** 3.2)) for t in np.linspace(-1, 1, 25)]
    frame.polygon([*edge[12::-1], (-ridge, 1), (0, 1)], tiles.side(scene, right=False))
    frame.polygon([*edge[12:], (ridge, 1), (0, 1)], tiles.side(scene, right=True))
    line = [frame.at(*place) for place in edge]
    sheet.stroke(line, rise * 0.16, tiles.dark)
    for share in np.linspace(-0.8, 0.8, 9).tolist():
        row = [frame.at(share, 0.62 * abs(share) ** 3.2 + 0.1), frame.at(ridge * share, 0.97)]
        sheet.stroke(row, rise * 0.05, mix(tiles.dark, tiles.shade, 0.4))
    sheet.stroke([frame.at(-ridge, 1), frame.at(ridge, 1)], rise * 0.14, tiles.dark)
    if scene.snowy:
        cap = [(-ridge, 1.0), (ridge, 1.0), (0.72, 0.42), (-0.72, 0.42)]
        frame.polygon(cap, scene.light.tone(rgb("#eef2f7"), 0.85))
    if scene.light.lamps > 0.5:
        sheet.stroke([(x, y + rise * 0.10) for x, y in line], rise * 0.09, LAMP)


def halo(scene: Scene, x: float, y: float, radius: float, colour: Array, strength: float) -> None:
    """Let light glow around a place, after dark."""
    spot = _soft(scene, (x, y), (radius, radius), strength)
    if spot is not None:
        area, mask = spot
        area += (1 - area) * mask * colour


def shade(
    scene: Scene, place: Point, reach: tuple[float, float], colour: Array, strength: float
) -> None:
    """Darken softly around a place towards a colour."""
    spot = _soft(scene, place, reach, strength)
    if spot is not None:
        area, mask = spot
        area += mask * (colour - area)


def _soft(
    scene: Scene, place: Point, reach: tuple[float, float], strength: float
) -> tuple[Array, Array] | None:
    """Return the canvas around a place and a soft elliptic mask on it; None outside."""
    canvas, (x, y), (rx, ry) = scene.canvas, place, reach
    x0, x1 = max(int(x - 3 * rx), 0), min(int(x + 3 * rx), canvas.width)
    y0, y1 = max(int(y - 3 * ry), 0), min(int(y + 3 * ry), canvas.height)
    if x0 >= x1 or y0 >= y1:
        return None
    dx, dy = (canvas.columns[:, x0:x1] - x) / rx, (canvas.rows[y0:y1] - y) / ry
    mask = np.exp(-(dx * dx + dy * dy)) * np.float32(strength)
    return canvas.rgb[y0:y1, x0:x1], mask[..., None].astype(np.float32)


def mound(
    scene: Scene, sheet: Sheet, foot: Point, half: float, height: float, own: Array, distance: float
) -> None:
    """Raise a wooded knoll or an island, dabbed with trees."""
    rng = scene.rng(f"mound {foot[0]:.0f}")
    wood, frame = faces(scene, own, distance), Frame(sheet, foot, half, height)
    outline = [(float(a), float(1 - abs(a) ** 2.2)) for a in np.linspace(-1, 1, 41)]
    frame.polygon([*outline, (1, 0), (-1, 0)], wood.shade)
    right = scene.light.side > 0
    for _ in range(1100):
        a = float(rng.uniform(-0.97, 0.97))
        up = float(rng.random()) * (1 - abs(a) ** 2.2)
        sunny = (a if right else -a) * 0.5 + 0.30 * np.sin(a * 31 + 9 * up) + up * 0.5 + float(
            rng.normal(0, 0.2)
        ) > 0.25
        tone = mix(wood.lit if sunny else wood.dark, wood.shade, float(rng.uniform(0, 0.7)))
        size = height * float(rng.uniform(0.022, 0.055))
        sheet.disc(*frame.at(a, up), size * 1.1, size * 0.8, tone)
    frame.box(-1, 0.03, 1, 0, wood.dark)
