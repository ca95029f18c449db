"""What stands on the horizon, by setting."""

from collections.abc import Callable

from local.painter import coast, country, hills, oldtown, skyline
from local.painter.canvas import Point, Sheet
from local.painter.colour import rgb
from local.painter.facts import Setting
from local.painter.scene import Scene
from local.painter.shapes import mound


def paint_backdrop(scene: Scene) -> None:
    """Paint the land and landmarks behind the road."""
    _BACKDROPS.get(scene.facts.setting, hills.paint_hills)(scene)


def _place(scene: Scene, across: float, down: float = 2) -> Point:
    """Return a place on the open side: a share of the width from the middle, pixels down."""
    return scene.canvas.width * (0.5 + across * scene.side), scene.canvas.horizon + down


def _bank(scene: Scene, first: float, last: float) -> tuple[float, float]:
    """Return the left and right end, in pixels, of a bank on the open side."""
    x0, x1 = sorted(_place(scene, across)[0] for across in (first, last))
    return x0, x1


def _lake(scene: Scene) -> None:
    hills.paint_hills(scene, (0.13, 0.085, 0.05))
    _pagoda_knoll(scene)
    if "arch_bridge" in scene.facts.features:
        half = scene.canvas.breadth * 0.085
        oldtown.paint_arch_bridge(scene, *_place(scene, 0.40, 4), half, 0.25)


def _pagoda_knoll(scene: Scene) -> None:
    """Set a pagoda on a wooded knoll across the water."""
    canvas, (x, base) = scene.canvas, _place(scene, 0.21)
    height, half = 0.06 * canvas.span, canvas.breadth * 0.19
    oldtown.paint_pagoda(scene, x, base - height * 0.72, 0.23 * canvas.span, 0.30)
    sheet = Sheet((x - half, base - height * 1.3, x + half, base + 2))
    mound(scene, sheet, (x, base), half, height, hills.hill_colour(scene), 0.32)
    sheet.lay_on(canvas, scene.light.haze, 0.15)


def _sea(scene: Scene) -> None:
    coast.paint_islands(scene, 3)
    x, y = coast.paint_headland(scene)
    if "palms" not in scene.facts.features or "lighthouse" in scene.facts.features:
        coast.paint_lighthouse(scene, x, y + 4)


def _mountain(scene: Scene) -> None:
    if "wall" not in scene.facts.features:
        hills.paint_peaks(scene)
        return
    hills.paint_hills(scene, (0.26, 0.19))
    country.paint_wall(scene, hills.paint_ridge(scene, 0.20))
    hills.paint_hills(scene, (0.05,))


def _river(scene: Scene) -> None:
    if "karst" in scene.facts.features:
        hills.paint_peaks(scene)
    else:
        hills.paint_hills(scene, (0.19, 0.13, 0.07))
    if "pagoda" in scene.facts.features:
        _pagoda_knoll(scene)
    elif "great_bridge" in scene.facts.features:
        coast.paint_great_bridge(scene)


def _desert(scene: Scene) -> None:
    hills.paint_dunes(scene)
    if not {"spring_pool", "pagoda"}.isdisjoint(scene.facts.features):
        oldtown.paint_pagoda(scene, *_place(scene, 0.33), 0.15 * scene.canvas.span, 0.25)


def _oldtown(scene: Scene) -> None:
    canvas = scene.canvas
    hills.paint_hills(scene, (0.09, 0.05))
    oldtown.paint_pagoda(scene, *_place(scene, 0.20, 0), 0.31 * canvas.span, 0.30)
    bank = _bank(scene, 0.03, 0.55)
    oldtown.paint_waterside(scene, *bank, canvas.horizon + 3, 0.042 * canvas.span)
    if "water" in scene.facts.features:
        oldtown.paint_arch_bridge(scene, *_place(scene, 0.38, 6), canvas.breadth * 0.13, 0.12)


def _ice(scene: Scene) -> None:
    hills.paint_hills(scene, (0.10, 0.06))
    if "ice_palace" in scene.facts.features:
        country.paint_ice_palace(scene)
    elif "rime" not in scene.facts.features:
        bank, height = _bank(scene, 0.06, 0.5), 0.040 * scene.canvas.span
        base = scene.canvas.horizon + 4
        oldtown.paint_waterside(scene, *bank, base, height, rgb("#8a5d3c"))


def _bridge(scene: Scene) -> None:
    hills.paint_hills(scene, (0.11, 0.06))
    if "great_bridge" in scene.facts.features:
        coast.paint_great_bridge(scene)
    else:
        half = scene.canvas.breadth * 0.24
        oldtown.paint_arch_bridge(scene, *_place(scene, 0.24, 4), half, 0.2)


def _tea(scene: Scene) -> None:
    hills.paint_hills(scene, (0.22,))
    country.paint_terraces(scene)


_BACKDROPS: dict[Setting, Callable[[Scene], None]] = {
    "lake": _lake,
    "sea": _sea,
    "mountain": _mountain,
    "river": _river,
    "desert": _desert,
    "grassland": lambda scene: hills.paint_hills(scene, (0.075, 0.055, 0.035)),
    "oldtown": _oldtown,
    "city": skyline.paint_skyline,
    "ice": _ice,
    "bridge": _bridge,
    "tea": _tea,
}
