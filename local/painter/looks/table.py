"""Which look a prompt's words stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from local.painter.looks.anime import anime
from local.painter.looks.gouache import gouache
from local.painter.looks.ink import ink_wash
from local.painter.looks.neon import neon
from local.painter.looks.retro import retro
from local.painter.looks.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.painter.colour import Array
    from local.painter.facts import Look
    from local.painter.scene import Scene

_LOOKS: dict[Look, Callable[[Sheet], Array]] = {
    "ink": ink_wash,
    "gouache": gouache,
    "anime": anime,
    "retro": retro,
    "neon": neon,
}


def painted_over(scene: Scene, covered: Array) -> None:
    """Paint the finished scene over in its look; `covered` says what hides the sky [h,w]."""
    canvas = scene.canvas
    sky = 1 - covered
    sky[scene.ground_top :] = 0
    canvas.rgb[:] = _LOOKS[scene.facts.look](Sheet(scene, np.clip(canvas.rgb, 0, 1), sky))
