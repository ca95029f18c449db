"""Paint a whole picture, back to front."""

from __future__ import annotations

import numpy as np
from PIL import Image

from local.painter.backdrop import paint_backdrop
from local.painter.finish import finish
from local.painter.grade import graded
from local.painter.ground import paint_ground
from local.painter.road import paint_road
from local.painter.roadside import paint_roadside
from local.painter.scene import scene_of
from local.painter.sky import paint_sky
from local.painter.weather import paint_air, paint_weather


def paint(prompt: str, *, width: int, height: int, seed: int) -> Image.Image:
    """Paint an RGB picture of a prompt; the same arguments give the same bytes."""
    scene = scene_of(prompt, width, height, seed)
    paint_sky(scene)
    paint_backdrop(scene)
    paint_ground(scene)
    paint_road(scene)
    paint_air(scene)
    paint_roadside(scene)
    paint_weather(scene)
    finish(scene)
    pixels = np.rint(scene.canvas.rgb * 255).astype(np.uint8)
    return graded(Image.fromarray(pixels), scene.facts)
