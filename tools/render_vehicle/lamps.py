"""The car's own lamps on the ground: two low beams with their cut-off, and the tail's red pool."""

from dataclasses import dataclass

import numpy as np

from .mesh import Mesh
from .shapes import Floats, step

_HEADS = ("lamp_beam", "lamp_glass", "light", "lens")
_TAILS = ("tail_light", "tail_lens")


@dataclass(frozen=True)
class OwnLamps:
    """Middles (n, 3) of head and tail lamps; the car looks along +x."""

    heads: Floats
    tails: Floats

    def light(self, at: Floats) -> Floats:
        """Return the white and the red light on points (..., 2) of the ground, 0 to about 1."""
        white = sum((_beam(at, lamp) for lamp in self.heads), np.zeros(at.shape[:-1]))
        red = sum((_pool(at, lamp) for lamp in self.tails), np.zeros(at.shape[:-1]))
        return np.stack([np.minimum(white, 1.5), red], axis=-1)


def find_lamps(car: dict[str, Mesh]) -> OwnLamps:
    """Find the lamps by the first material that a car has for them, one left and one right."""
    return OwnLamps(_pair(car, _HEADS), _pair(car, _TAILS))


def _pair(car: dict[str, Mesh], names: tuple[str, ...]) -> Floats:
    for name in names:
        if name in car:
            points = car[name].points
            sides = [points[points[:, 1] > 0.2], points[points[:, 1] < -0.2]]
            return np.array([side.mean(axis=0) for side in sides if len(side)]).reshape(-1, 3)
    return np.zeros((0, 3))


def _beam(at: Floats, lamp: Floats) -> Floats:
    """Low beam: widest and brightest just below the cut-off, weaker towards the bumper."""
    ahead, aside = at[..., 0] - lamp[0], at[..., 1] - lamp[1]
    far = np.sqrt(ahead**2 + aside**2 + lamp[2] ** 2)
    dip = np.degrees(np.arcsin(np.clip(lamp[2] / far, -1, 1)))
    turn = np.degrees(np.arctan2(aside, np.maximum(ahead, 1e-3)))
    down = step(0.4, 1.6, dip) * (np.exp(-np.maximum(dip - 1.6, 0) / 5.0) + 0.06)
    wide = 0.65 * np.exp(-((turn / 9.0) ** 2)) + 0.35 * np.exp(-((turn / 26.0) ** 2))
    light = 160.0 * down * wide * lamp[2] / far**3
    return np.asarray(np.where(ahead > 0, light * step(0.0, 0.6, ahead), 0.0), dtype=np.float64)


def _pool(at: Floats, lamp: Floats) -> Floats:
    """A tail lamp's light on the ground behind it."""
    behind, aside = lamp[0] - at[..., 0], at[..., 1] - lamp[1]
    far = np.sqrt(behind**2 + aside**2 + lamp[2] ** 2)
    lobe = np.clip(behind / far, 0.0, 1.0) ** 1.5
    return np.asarray(0.14 * lobe * lamp[2] / far**3, dtype=np.float64)
