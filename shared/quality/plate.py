"""Is the plate a scene at all, and is there even ground in it: measured before any car is on it.

What these measures refuse is plainly no scene: noise, one colour, a soft blur enlarged to a
poster. They say nothing of its beauty, nor of where its horizon lies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from shared.quality.colour import Bytes, Floats, Singles, lab_of, lightness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.quality.thresholds import Thresholds

_COARSE, _FINE = (144, 180), (576, 720)
_CELLS = (10, 8)
_EDGES_SHARE = 99.9
# Where cars stand: contact rows and columns of the placements, shares of height and width.
_STANDING = (slice(0.68, 0.87), slice(0.20, 0.80))


def scene_scores(plate: Bytes) -> dict[str, float]:
    """Return how much of a scene the plate [H,W,3] is.

    plate_structure: the share of the variance of L*a*b* that lies between 10 x 8 cells and not
    inside them, eta^2 = SS_between / SS_total (the correlation ratio; Fisher 1925), of area means
    of 144 x 180 samples. A scene's power falls with the square of the frequency (Field 1987), so
    most of it lies between cells: 0.43 and more on our plates. Noise has none to speak of, one
    colour none at all.

    plate_sharpness: the 99.9th percentile of |grad L*|, L* a pixel at 576 x 720: the steepest
    edges (gradient focus measures; Krotkov 1987). A blur, enlarged or out of focus, has none.
    """
    steps = _steps(lightness(_reduced(plate, _FINE)))
    sharpness = float(np.percentile(steps, _EDGES_SHARE))
    return {"plate_structure": _structure(plate), "plate_sharpness": sharpness}


def ground_score(plate: Bytes) -> dict[str, float]:
    """Return plate_ground: mean |grad L*| where cars stand, before one is placed.

    The middle of the picture from 0.68 to 0.87 of its height; what `footprint_slope` measures
    later under the car itself. Water, meadows and roads stay below 4, rocks do not.
    """
    height, width = plate.shape[:2]
    rows, columns = (
        slice(round(part.start * size), round(part.stop * size))
        for part, size in zip(_STANDING, (height, width), strict=True)
    )
    return {"plate_ground": float(_steps(lightness(plate[rows, columns])).mean())}


def missing_of_a_scene(scores: Mapping[str, float], thresholds: Thresholds) -> tuple[str, ...]:
    """Return the names of the scores that say the plate is no scene."""
    least = {
        "plate_structure": thresholds.plate_structure,
        "plate_sharpness": thresholds.plate_sharpness,
    }
    return tuple(name for name, limit in least.items() if scores[name] < limit)


def reasons_to_refuse(plate: Bytes, thresholds: Thresholds) -> dict[str, float]:
    """Return the scores for which no car should be put on this plate; empty when it will do."""
    scores = scene_scores(plate) | ground_score(plate)
    wrong = [*missing_of_a_scene(scores, thresholds)]
    if scores["plate_ground"] > thresholds.ground_slope:
        wrong.append("plate_ground")
    return {name: scores[name] for name in wrong}


def _structure(plate: Bytes) -> float:
    lab = lab_of(_reduced(plate, _COARSE))
    rows, columns = _CELLS
    height, width = lab.shape[0] // rows, lab.shape[1] // columns
    cells = lab.reshape(rows, height, columns, width, 3).mean(axis=(1, 3))
    total = _variance(lab)
    # Less than a tenth of a unit is what rounding to codes leaves of one colour.
    return _variance(cells) / total if total > 0.01 else 0.0


def _steps(light: Singles) -> Floats:
    down, across = np.gradient(light)
    return np.asarray(np.hypot(down, across))


def _reduced(plate: Bytes, size: tuple[int, int]) -> Bytes:
    return np.asarray(Image.fromarray(plate).resize(size, Image.Resampling.BOX))


def _variance(lab: Floats) -> float:
    return float(lab.reshape(-1, 3).var(axis=0).sum())
