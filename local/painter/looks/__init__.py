"""The looks a prompt may ask for: each paints over a finished realistic scene."""

from collections.abc import Callable

import numpy as np

from local.painter.colour import Array, rgb
from local.painter.facts import Look
from local.painter.looks.anime import anime
from local.painter.looks.gouache import gouache
from local.painter.looks.ink import ink_wash
from local.painter.looks.neon import neon
from local.painter.looks.retro import retro
from local.painter.looks.sheet import Sheet
from local.painter.scene import Scene
from local.painter.sky import sidelight

_LOOKS: dict[Look, Callable[[Sheet], Array]] = {
    "ink": ink_wash,
    "gouache": gouache,
    "anime": anime,
    "retro": retro,
    "neon": neon,
}


# How much of a sun's glow the looks take on that paint the sky anew; bands of it in print.
_GLOWS: dict[Look, float] = {"ink": 0.55, "anime": 0.6, "retro": 0.5, "neon": 0.5}
_BANDS = 5
_WARM_REST = rgb("#ff9a5c")  # what is left of the day in the blue hour
_WARMED = np.array([0.06, 0.0, -0.10], np.float32)


def painted_over(scene: Scene, covered: Array) -> None:
    """Paint the finished scene over in its look; `covered` says what hides the sky [h,w]."""
    canvas, look = scene.canvas, scene.facts.look
    sky = 1 - covered
    sky[scene.ground_top :] = 0
    canvas.rgb[:] = _LOOKS[look](Sheet(scene, np.clip(canvas.rgb, 0, 1), sky))
    if scene.light.cast is not None and look in _GLOWS:
        _sunlit(scene, sky)
    if scene.facts.asked.light == "dusk" and look == "neon":
        above = np.maximum(canvas.horizon - canvas.rows, 0) / np.float32(canvas.span)
        rest = sky * np.exp(-above / 0.17).astype(np.float32) * np.float32(0.7)
        canvas.rgb += rest[..., None] * (_WARM_REST - canvas.rgb)


def _sunlit(scene: Scene, sky: Array) -> None:
    """Let the sky of a look glow on the sun's side, and warm all of it when the sun is low."""
    canvas, light, look = scene.canvas, scene.light, scene.facts.look
    away, glow, tint = sidelight(scene)
    if look == "retro":
        glow = np.asarray(np.rint(glow * _BANDS) / _BANDS, np.float32)
    shown = sky[: glow.shape[0]] * np.float32(_GLOWS[look])
    if light.low:
        canvas.rgb *= 1 + _WARMED
    area = canvas.rgb[: glow.shape[0]]
    area *= 1 - (away * shown)[..., None]
    area += (glow * shown)[..., None] * (tint - area)
