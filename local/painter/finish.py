"""The last touches: glow, mood, paper grain."""

import numpy as np

from local.painter.colour import Array
from local.painter.noise import coarse_fbm, enlarge
from local.painter.scene import Scene

# Contrast about mid-grey, and a tint, by mood; small enough to leave season and hour alone.
_MOODS = {
    "joyful": (1.03, (1.01, 1.005, 0.99)),
    "calm": (0.94, (0.99, 1.0, 1.01)),
    "adventurous": (1.08, (1.0, 1.0, 1.0)),
    "romantic": (0.97, (1.025, 0.985, 1.005)),
    "nostalgic": (0.93, (1.025, 1.0, 0.93)),
}


def finish(scene: Scene) -> None:
    """Let the finished painting glow, tint it by its mood, and give it a grain."""
    _bloom(scene)
    _mood(scene)
    _grain(scene)
    np.clip(scene.canvas.rgb, 0, 1, out=scene.canvas.rgb)


def _bloom(scene: Scene) -> None:
    """Let bright places glow into their surroundings."""
    picture = scene.canvas.rgb
    height, width = picture.shape[:2]
    small = picture[:: max(height // 90, 1), :: max(width // 72, 1)]
    floor = 0.42 if scene.light.night else 0.72
    bright = np.clip((small - floor) / (1 - floor), 0, 1) ** 1.5
    for channel in range(3):
        halo = enlarge(bright[..., channel].astype(np.float32), height, width)
        picture[..., channel] += (1 - picture[..., channel]) * np.clip(halo, 0, 1) * 0.16


def _mood(scene: Scene) -> None:
    """Shift contrast and tint a little towards the first mood named."""
    mood = scene.facts.moods[0] if scene.facts.moods else ""
    contrast, tint = _MOODS.get(mood, (1.0, (1.0, 1.0, 1.0)))
    picture = scene.canvas.rgb
    picture -= 0.5
    picture *= np.float32(contrast)
    picture += 0.5
    picture *= np.array(tint, np.float32)


def _grain(scene: Scene) -> None:
    """Add paper tooth and broad brush marks."""
    picture = scene.canvas.rgb
    height, width = picture.shape[:2]
    rng = scene.rng("grain")
    tooth: Array = rng.standard_normal((height, width), np.float32)
    marks = coarse_fbm(rng, (height, width), (230, 90), 2) - 0.5
    strength = 0.6 if scene.light.night else 1.0
    picture += (strength * (tooth * 0.0055 + marks * 0.018))[..., None]
