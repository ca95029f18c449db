"""What stands on the horizon, by setting."""

from __future__ import annotations

from collections.abc import Callable

from local.painter import coast, country, hills, oldtown, skyline
from local.painter.canvas import Sheet
from local.painter.colour import rgb
from local.painter.facts import Setting
from local.painter.scene import Scene
from local.painter.shapes import mound


def paint_backdrop(scene: Scene) -> None:
    """Paint the land and landmarks behind the road."""
    _BACKDROPS.get(scene.facts.setting, _country)(scene)


def _country(scene: Scene) -> None:
    hills.paint_hills(scene)


def _lake(scene: Scene) -> None:
    hills.paint_hills(scene, (0.13, 0.085, 0.05))
    _pagoda_knoll(scene)
    if "arch_bridge" in scene.facts.features:
        canvas = scene.canvas
        oldtown.paint_arch_bridge(
            scene,
            canvas.width * (0.5 + 0.40 * scene.side),
            canvas.horizon + 4,
            canvas.breadth * 0.085,
            0.25,
        )


def _pagoda_knoll(scene: Scene) -> None:
    """Set a pagoda on a wooded knoll across the water."""
    canvas = scene.canvas
    x, base, height = (
        canvas.width * (0.5 + 0.21 * scene.side),
        canvas.horizon + 2,
        0.06 * canvas.span,
    )
    oldtown.paint_pagoda(scene, x, base - height * 0.72, 0.23 * canvas.span, 0.30)
    half = canvas.breadth * 0.19
    sheet = Sheet((x - half, base - height * 1.3, x + half, base + 2))
    mound(scene, sheet, x, base, half, height, hills.hill_colour(scene), 0.32)
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
    if "spring_pool" in scene.facts.features or "pagoda" in scene.facts.features:
        canvas = scene.canvas
        oldtown.paint_pagoda(
            scene,
            canvas.width * (0.5 + 0.33 * scene.side),
            canvas.horizon + 2,
            0.15 * canvas.span,
            0.25,
        )


def _grassland(scene: Scene) -> None:
    hills.paint_hills(scene, (0.075, 0.055, 0.035))


def _oldtown(scene: Scene) -> None:
    canvas, side = scene.canvas, scene.side
    hills.paint_hills(scene, (0.09, 0.05))
    oldtown.paint_pagoda(
        scene, canvas.width * (0.5 + 0.20 * side), canvas.horizon, 0.31 * canvas.span, 0.30
    )
    x0, x1 = sorted((canvas.width * (0.5 + 0.03 * side), canvas.width * (0.5 + 0.55 * side)))
    oldtown.paint_waterside(scene, x0, x1, canvas.horizon + 3, 0.042 * canvas.span)
    if "water" in scene.facts.features:
        oldtown.paint_arch_bridge(
            scene,
            canvas.width * (0.5 + 0.38 * side),
            canvas.horizon + 6,
            canvas.breadth * 0.13,
            0.12,
        )


def _city(scene: Scene) -> None:
    skyline.paint_skyline(scene)


def _ice(scene: Scene) -> None:
    hills.paint_hills(scene, (0.10, 0.06))
    canvas = scene.canvas
    if "ice_palace" in scene.facts.features:
        country.paint_ice_palace(scene)
    elif "rime" not in scene.facts.features:
        x0, x1 = sorted(
            (canvas.width * (0.5 + 0.06 * scene.side), canvas.width * (0.5 + 0.5 * scene.side))
        )
        oldtown.paint_waterside(
            scene, x0, x1, canvas.horizon + 4, 0.040 * canvas.span, rgb("#8a5d3c")
        )


def _bridge(scene: Scene) -> None:
    hills.paint_hills(scene, (0.11, 0.06))
    if "great_bridge" in scene.facts.features:
        coast.paint_great_bridge(scene)
    else:
        canvas = scene.canvas
        oldtown.paint_arch_bridge(
            scene,
            canvas.width * (0.5 + 0.24 * scene.side),
            canvas.horizon + 4,
            canvas.breadth * 0.24,
            0.2,
        )


def _tea(scene: Scene) -> None:
    hills.paint_hills(scene, (0.22,))
    country.paint_terraces(scene)


_BACKDROPS: dict[Setting, Callable[[Scene], None]] = {
    "lake": _lake,
    "sea": _sea,
    "mountain": _mountain,
    "river": _river,
    "desert": _desert,
    "grassland": _grassland,
    "oldtown": _oldtown,
    "city": _city,
    "ice": _ice,
    "bridge": _bridge,
    "tea": _tea,
}
