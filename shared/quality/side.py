"""From which side a scene's light comes: sky, upright faces and shadows on the ground together.

Each cue is weak and gives its evidence as a log of odds; those of independent cues add up (Lalonde,
Efros, Narasimhan 2012, IJCV 98:123, fuse sky, ground and surfaces likewise).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from shared.quality.scene import Estimate, Scene

if TYPE_CHECKING:
    from shared.quality.colour import Floats, Singles

_TURNS = 4
_LEAST_SKY = 0.05
_MOST_SKY, _MOST_FACES = 1.5, 0.8
_FINE, _COARSE, _APART = 2, 10, 4
_LEAST_TURN = 1.0
_ENOUGH_FACES = 8000


def light_side(scene: Scene) -> Estimate:
    """Return from where the light comes, -1 left to 1 right; confidence is how far from 0."""
    value = math.tanh(sky_evidence(scene) + face_evidence(scene))
    return Estimate(value, abs(value))


def sky_evidence(scene: Scene) -> float:
    """Return the log of odds, right over left, by the sky: it is lighter round the sun.

    A plane L* = a + b x + c y through the sky's pixels, clouds and lamps weighed down (Huber 1964);
    b / 5, scaled by how far it stands out of the rest's scatter.
    """
    sky = scene.sky
    rows, columns = np.nonzero(sky)
    if len(rows) < _LEAST_SKY * scene.first_row * scene.size[1]:
        return 0.0
    light = scene.light[sky].astype(np.float64)
    terms = np.stack([np.ones(len(rows)), columns / scene.size[1], rows / scene.size[0]], axis=1)
    weight: Floats = np.ones(len(rows))
    slope, scatter = 0.0, 1.0
    for _ in range(_TURNS):
        weighted = terms * weight[:, None]
        fit = np.linalg.lstsq(weighted.T @ terms, weighted.T @ light, rcond=None)[0]
        missed = np.abs(light - terms @ fit)
        slope, scatter = float(fit[1]), max(1.48 * float(np.median(missed)), 0.5)
        weight = np.asarray(np.minimum(1.0, scatter / np.maximum(missed, 1e-6)), np.float64)
    odds = slope / 5 * min(1.0, abs(slope) / scatter / 1.5)
    return max(-_MOST_SKY, min(_MOST_SKY, odds))


def face_evidence(scene: Scene) -> float:
    """Return the log of odds, right over left, by what stands: its lit sides face the light.

    12 x the mean sign of dL*/dx over all that is neither sky nor ground, of detail between 2 and
    10 pixels: what is round is lighter towards the light (Pentland 1982; Lee, Rosenfeld 1985).
    """
    standing = ~(_box_means(scene.sky.astype(np.float32), _FINE) > 0)
    standing[scene.first_row - 2 :], standing[:2] = False, False
    detail = _box_means(scene.light, _FINE) - _box_means(scene.light, _COARSE)
    turn = np.zeros_like(detail)
    turn[:, _APART:-_APART] = detail[:, 2 * _APART :] - detail[:, : -2 * _APART]
    faces = turn[standing & (np.abs(turn) > _LEAST_TURN)]
    if not len(faces):
        return 0.0
    odds = 12 * float(np.sign(faces).mean()) * min(1.0, len(faces) / _ENOUGH_FACES)
    return max(-_MOST_FACES, min(_MOST_FACES, odds))


def _box_means(plane: Singles, reach: int) -> Singles:
    """Return means over squares of 2 reach + 1 pixels; beyond the border lies the border."""
    width = 2 * reach + 1
    for _ in range(2):
        wide = np.pad(plane, [(reach + 1, reach), (0, 0)], mode="edge")
        sums = np.cumsum(wide, axis=0, dtype=np.float64)
        plane = ((sums[width:] - sums[:-width]) / width).astype(np.float32).T
    return plane
