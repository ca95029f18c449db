"""Trees as little paintings of their own: leaves dabbed over trunk and branches."""

import itertools
from collections.abc import Callable
from typing import Literal

import numpy as np
from PIL import Image

from local.painter.canvas import Frame, Sheet
from local.painter.colour import Array, mix, palette, rgb, rgbs
from local.painter.facts import Season
from local.painter.noise import Generator
from local.painter.scene import Scene

Kind = Literal[
    "broadleaf", "blossom", "willow", "poplar", "conifer", "bare", "palm", "bamboo", "bush"
]
Draw = Callable[["Brush"], None]


class Brush(Frame):
    """A sheet one tree high, with the tree's colours; places are fractions of it, from its top."""

    def __init__(self, scene: Scene, rng: Generator, size: int, leaves: list[Array]) -> None:
        super().__init__(Sheet((0, 0, size, size)), (0.0, 0.0), float(size), -float(size))
        self.rng, self.snowy = rng, scene.snowy
        self.rime = "rime" in scene.facts.features
        # A small picture needs fewer and larger dabs.
        self.density = float(np.clip(size / 480, 0.3, 1))
        self.sun = float(scene.light.side)
        self.across, self.above = scene.light.tilt
        light = scene.light
        shares = np.linspace(0, 1, 6)
        self.tones = [light.tone(_between(leaves, s), float(s) ** 0.8) for s in shares]
        self.bark = [light.shaded(rgb("#4a3b30")), light.lit(rgb("#8a7058"))]
        self.snow = [light.tone(rgb("#dfe7f1"), s) for s in (0.25, 0.9)]

    def dab(self, x: float, y: float, radius: float, tone: int) -> None:
        """Put one dab of a leaf tone."""
        self.disc(x, y, radius, radius * 0.76, self.tones[min(max(tone, 0), 5)])

    def limb(self, x0: float, y0: float, x1: float, y1: float, width: float) -> None:
        """Draw a branch, its sunny side lighter."""
        self.stroke([(x0, y0), (x1, y1)], width, self.bark[0])
        edge = self.sun * width * 0.24
        self.stroke([(x0 + edge, y0), (x1 + edge, y1)], width * 0.34, self.bark[1])


def _between(colours: list[Array], share: float) -> Array:
    place = share * (len(colours) - 1)
    low = min(int(place), len(colours) - 2)
    return mix(colours[low], colours[low + 1], place - low)


def tree(scene: Scene, kind: Kind, name: str) -> Image.Image:
    """Paint one tree on a square transparent sheet, its foot at the middle of the lower edge."""
    rng = scene.rng(f"tree {kind} {name}")
    size = max(round(0.3125 * scene.lens), 48)
    own = palette("kinds_of_leaves").get(kind) or _SEASONAL_LEAVES.get((kind, scene.facts.season))
    brush = Brush(scene, rng, size, rgbs(own) if own else scene.leaves)
    _DRAW[kind](brush)
    return brush.sheet.picture()


_SEASONAL_LEAVES: dict[tuple[Kind, Season], str] = {
    ("poplar", "autumn"): "#a85f1a #d98c22 #f2b53a #fbd768",
    ("willow", "spring"): "#4d7430 #749a42 #9dbb58 #c3d383",
}


def _puff(brush: Brush, x: float, y: float, radius: float, count: int, dab: float) -> None:
    """Dab a ball of leaves, its lower half in shade, over a dark core."""
    rng = brush.rng
    brush.dab(x, y + 0.1 * radius, radius * 0.72, 1)
    angle = rng.random(count) * 2 * np.pi
    reach = np.sqrt(rng.random(count)) * np.where(rng.random(count) < 0.12, 1.25, 1)
    dx, dy = np.cos(angle) * reach, np.sin(angle) * reach
    facing = brush.across * dx * brush.sun - brush.above * dy + 0.25 * rng.standard_normal(count)
    order = np.argsort(facing + 0.6 * rng.random(count))
    tones = np.rint(2.3 + 2.6 * facing).astype(int)
    sizes = dab * rng.uniform(0.5, 1.3, count)
    for i in order:
        place = x + float(dx[i]) * radius, y + float(dy[i]) * radius * 0.82
        brush.dab(*place, float(sizes[i]), int(tones[i]))


def _crown(brush: Brush, puffs: int, wide: float, tall: float, middle: float, dab: float) -> None:
    """Fill an egg-shaped crown with balls of leaves, from the lowest up."""
    rng = brush.rng
    angle = np.arange(puffs) * 2.399963  # the golden angle spreads them evenly
    reach = np.sqrt((np.arange(puffs) + 0.5) / puffs)
    xs = 0.5 + np.cos(angle) * reach * wide + rng.normal(0, 0.02, puffs)
    ys = middle + np.sin(angle) * reach * tall + rng.normal(0, 0.02, puffs)
    for i in np.argsort(-ys):
        radius = float(rng.uniform(0.075, 0.13))
        count = int(2600 * radius * brush.density)
        _puff(brush, float(xs[i]), float(ys[i]), radius, count, dab * 0.5 / brush.density**0.5)


def _trunk(brush: Brush, height: float, width: float) -> None:
    lean = float(brush.rng.uniform(-0.03, 0.03))
    left, right, top = 0.5 + lean - width * 0.5, 0.5 + lean + width * 0.5, 1 - height
    shape = [(0.5 - width, 1), (left, top), (right, top), (0.5 + width, 1)]
    brush.polygon(shape, brush.bark[0])
    brush.limb(0.5 + 0.4 * width * brush.sun, 1, 0.5 + lean, 1 - height, width * 0.6)
    for _ in range(4):
        start = float(brush.rng.uniform(0.55, 0.95)) * height
        reach = float(brush.rng.uniform(-0.22, 0.22))
        brush.limb(0.5 + lean, 1 - start, 0.5 + reach, 1 - start - 0.22, width * 0.45)


def _leafy(
    brush: Brush, trunk: tuple[float, float], crown: tuple[int, float, float, float, float]
) -> None:
    _trunk(brush, *trunk)
    _crown(brush, *crown)


def _blossom(brush: Brush) -> None:
    _trunk(brush, 0.55, 0.024)
    _branches(brush, 0.5, 0.66, -np.pi / 2, 0.17, 4, 0.014)
    _crown(brush, 17, 0.33, 0.24, 0.38, 0.011)


def _willow(brush: Brush) -> None:
    _trunk(brush, 0.6, 0.026)
    _crown(brush, 12, 0.24, 0.14, 0.28, 0.013)
    rng = brush.rng
    for x in np.sort(rng.uniform(0.10, 0.90, 130)):
        top = 0.16 + 0.5 * (abs(x - 0.5) ** 1.5) + rng.uniform(0, 0.16)
        length, sway = rng.uniform(0.22, 0.56), rng.uniform(-0.05, 0.05)
        tone = int(np.clip(rng.normal(2.6 + 3.8 * brush.across * (x - 0.5) * brush.sun, 1.1), 0, 5))
        strand = [(x + sway * t * t, top + length * t) for t in np.linspace(0, 1, 7)]
        brush.stroke(strand, 0.0022, brush.tones[tone], 0.8)
        for t in rng.random(24):
            place = x + sway * t * t + rng.normal(0, 0.006), top + length * t
            brush.dab(*place, 0.0042, tone + int(rng.integers(-1, 2)))


def _conifer(brush: Brush) -> None:
    rng = brush.rng
    brush.limb(0.5, 1, 0.5, 0.1, 0.022)
    tiers = 20
    for tier in range(tiers):
        y = 0.91 - 0.86 * tier / tiers
        half = 0.24 * (1 - tier / tiers) ** 0.85 + 0.012
        _bough(brush, y, half)
        if brush.snowy:
            for along in rng.uniform(-0.95, 0.95, 30).tolist():
                x, top = 0.5 + along * half, y - 0.012 + 0.042 * abs(along)
                brush.disc(x, top, 0.013, 0.007, brush.snow[int(along * brush.sun > -0.2)])


def _bough(brush: Brush, y: float, half: float) -> None:
    """Dab one tier of a conifer, drooping to both sides."""
    rng, count = brush.rng, int(50 + 480 * half * brush.density)
    size, low = 0.0068 / brush.density**0.5, y + 0.035
    core = [(0.5 - half * 0.92, low), (0.5, y - 0.06), (0.5 + half * 0.92, low)]
    brush.polygon(core, brush.tones[0])
    for along in np.sort(rng.uniform(-1, 1, count))[:: int(brush.sun)]:
        droop = 0.045 * abs(along) + rng.normal(0, 0.009)
        sunny = 2.0 + 3.57 * brush.across * along * brush.sun
        tone = round(sunny + rng.normal(0, 0.9) - 22 * droop + 0.6)
        brush.dab(0.5 + along * half, y + droop, size, tone)


def _branches(
    brush: Brush, x: float, y: float, angle: float, length: float, depth: int, width: float
) -> None:
    """Fork a branch again and again."""
    if depth == 0:
        return
    x1, y1 = x + np.cos(angle) * length, y + np.sin(angle) * length
    brush.limb(x, y, x1, y1, width)
    if brush.snowy and abs(np.cos(angle)) > 0.25:
        lift, thick = width * 0.5, width * (1.1 if brush.rime else 0.6)
        brush.stroke([(x, y - lift), (x1, y1 - lift)], thick, brush.snow[1], 0.95)
    for turn in (-1, 1, 0) if depth > 2 else (-1, 1):
        bend = turn * brush.rng.uniform(0.28, 0.62) + brush.rng.normal(0, 0.1)
        shrink = brush.rng.uniform(0.66, 0.82)
        _branches(brush, x1, y1, angle + bend, length * shrink, depth - 1, width * 0.62)


def _palm(brush: Brush) -> None:
    rng = brush.rng
    lean = float(rng.uniform(0.06, 0.2)) * (1 if rng.random() < 0.5 else -1)
    trunk = [(0.5 + lean * t * t, 1 - 0.66 * t) for t in np.linspace(0, 1, 12)]
    for (x0, y0), (x1, y1) in itertools.pairwise(trunk):
        brush.limb(x0, y0, x1, y1, 0.026 - 0.010 * (1 - y0))
    top = trunk[-1]
    spread = np.linspace(-np.pi * 1.10, np.pi * 0.10, 14) + rng.normal(0, 0.09, 14)
    for angle in rng.permutation(spread):
        _frond(brush, top, float(angle), float(rng.uniform(0.24, 0.34)))
    for _ in range(4):
        brush.disc(top[0] + rng.normal(0, 0.012), top[1] + 0.02, 0.013, 0.014, brush.bark[1])


def _frond(brush: Brush, root: tuple[float, float], angle: float, length: float) -> None:
    rng = brush.rng
    base = 2.4 + 4.29 * brush.across * np.cos(angle) * brush.sun - 0.8 * np.sin(angle)
    drop = float(rng.uniform(0.5, 0.85))
    for t in np.linspace(0.05, 1, 38):
        x = root[0] + np.cos(angle) * length * t
        y = root[1] + np.sin(angle) * length * t * 0.8 + drop * length * t * t
        blade = 0.085 * np.sin(np.pi * (0.10 + 0.86 * t)) * rng.uniform(0.8, 1.15)
        for way, hang in ((-1, -0.25), (1, 0.95)):
            tip = x + np.cos(angle) * blade * 0.6 + way * 0.012, y + blade * hang
            tone = int(np.clip(base + rng.normal(0, 0.7) + 0.5 * way, 0, 5))
            brush.stroke([(x, y), tip], 0.0036, brush.tones[tone])


def _bamboo(brush: Brush) -> None:
    rng = brush.rng
    for x in np.sort(rng.uniform(0.3, 0.7, 9)):
        lean = float(rng.normal(0, 0.07))
        top = float(rng.uniform(0.05, 0.22))
        tone = brush.tones[int(rng.integers(2, 5))]
        stem = [(x + lean * t * t, 1 - (1 - top) * t) for t in np.linspace(0, 1, 10)]
        brush.stroke(stem, 0.011, tone)
        for px, py in stem[1:-1]:
            brush.stroke([(px - 0.007, py), (px + 0.007, py)], 0.003, brush.tones[0])
        for px, py in stem[4:]:
            for _ in range(24):
                _blade(brush, px + rng.normal(0, 0.05), py + rng.normal(0, 0.04))


def _blade(brush: Brush, x: float, y: float) -> None:
    turn = brush.rng.uniform(0.2, 1.1) * brush.rng.choice([-1, 1])
    length = brush.rng.uniform(0.02, 0.045)
    tip = x + np.sin(turn) * length, y + np.cos(turn) * length
    tone = brush.tones[int(np.clip(brush.rng.normal(2.8, 1.3), 0, 5))]
    brush.stroke([(x, y), tip], 0.006, tone)


_DRAW: dict[Kind, Draw] = {
    "broadleaf": lambda brush: _leafy(brush, (0.5, 0.026), (20, 0.30, 0.27, 0.38, 0.016)),
    "blossom": _blossom, "willow": _willow, "conifer": _conifer,
    "poplar": lambda brush: _leafy(brush, (0.5, 0.02), (18, 0.11, 0.38, 0.46, 0.014)),
    "bare": lambda brush: _branches(brush, 0.5, 1.0, -np.pi / 2, 0.25, 6, 0.03),
    "palm": _palm, "bamboo": _bamboo,
    "bush": lambda brush: _crown(brush, 12, 0.34, 0.12, 0.82, 0.02),
}  # fmt: skip
