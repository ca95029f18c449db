"""Paint a whole picture, back to front."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import Image

from local.painter.backdrop import paint_backdrop
from local.painter.colour import Array
from local.painter.finish import finish
from local.painter.grade import graded
from local.painter.ground import paint_ground
from local.painter.looks import painted_over
from local.painter.planting import planted, sprites_of
from local.painter.road import paint_road
from local.painter.roadside import paint_roadside
from local.painter.scene import Scene, scene_of
from local.painter.shadows import paint_shadows
from local.painter.sky import paint_sky
from local.painter.weather import paint_air, paint_weather


def paint(prompt: str, *, width: int, height: int, seed: int) -> Image.Image:
    """Paint an RGB picture of a prompt; the same arguments give the same bytes."""
    scene = scene_of(prompt, width, height, seed)
    paint_sky(scene)
    with _account(scene) as covered:
        paint_backdrop(scene)
        paint_ground(scene)
        paint_road(scene)
    stands, sprites = planted(scene), sprites_of(scene)
    paint_shadows(scene, stands, sprites)
    paint_air(scene)
    with _account(scene, covered):
        paint_roadside(scene, stands, sprites)
    if scene.facts.look != "photograph":
        painted_over(scene, covered)
    paint_weather(scene)
    finish(scene)
    pixels = np.rint(scene.canvas.rgb * 255).astype(np.uint8)
    return graded(Image.fromarray(pixels), scene.facts)


def png(prompt: str, *, width: int, height: int, seed: int) -> bytes:
    """Paint a picture as the bytes of a PNG."""
    return png_of(paint(prompt, width=width, height=height, seed=seed), compress_level=3)


def png_of(picture: Image.Image, *, compress_level: int = 1) -> bytes:
    """Return a picture as the bytes of a PNG, packed fast rather than small."""
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=compress_level)
    return out.getvalue()


@contextmanager
def _account(scene: Scene, covered: Array | None = None) -> Iterator[Array]:
    """Keep account of what hides the sky [h,w]: only the looks that paint it over ask for it."""
    canvas = scene.canvas
    if covered is None:
        covered = np.zeros((canvas.height, canvas.width), np.float32)
    canvas.covered = covered if scene.facts.look != "photograph" else None
    yield covered
    canvas.covered = None
