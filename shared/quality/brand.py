"""Badge and paint: the colours the maker ordered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.quality.colour import ciede2000, decode, lab, lab_of, lightness, mean_of

if TYPE_CHECKING:
    from shared.quality.colour import Bytes, Floats, Mask
    from shared.quality.truth import Truth

_BLUR_RADIUS = 4
_TAPS = np.exp(-0.5 * np.arange(-_BLUR_RADIUS, _BLUR_RADIUS + 1) ** 2.0)
_KERNEL = _TAPS / _TAPS.sum()


def badge_difference(picture: Bytes, truth: Truth) -> dict[str, float]:
    """Return badge_mean and badge_p99: dE00(R, F8) over the badge's opaque pixels.

    badge_soft_*: the same after a Gaussian of 1 px in linear light, as an eye at a distance sees
    a lossy copy. Measure: CIEDE2000 (ISO/CIE 11664-6); over an image mean and 99th percentile.
    """
    rows, columns = _box(truth.protected_badge, _BLUR_RADIUS)
    mask = truth.protected_badge[rows, columns]
    shown, right = picture[rows, columns], truth.composite[rows, columns]
    sharp = ciede2000(lab_of(shown[mask]), lab_of(right[mask]))
    soft = ciede2000(lab(_blurred(decode(shown))[mask]), lab(_blurred(decode(right))[mask]))
    return {
        "badge_mean": float(sharp.mean()),
        "badge_p99": float(np.percentile(sharp, 99)),
        "badge_soft_mean": float(soft.mean()),
        "badge_soft_p99": float(np.percentile(soft, 99)),
    }


def paint_shift(picture: Bytes, truth: Truth) -> float:
    """Return dE00 between the linear mean colours of the paint region, shown and ordered."""
    shown = mean_of(picture[truth.paint_at])
    return float(ciede2000(lab(shown), lab(truth.paint_mean)))


def light_gap(truth: Truth, ground: Bytes) -> float:
    """Return how much lighter (L*) the body is than the ground [n,3] round it, by their medians.

    The car's pixels are what was ordered, so this only says whether the scene's light suits the
    render: a white car on a black road looks cut out, however exact its edge.
    """
    return float(np.median(lightness(truth.paint)) - np.median(lightness(ground)))


def badge_width(truth: Truth) -> int:
    """Return the width of the badge in the picture, pixels."""
    columns = np.flatnonzero(truth.protected_badge.any(axis=0))
    return int(columns[-1] - columns[0] + 1)


def _box(mask: Mask, margin: int) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        slice(max(0, int(rows[0]) - margin), int(rows[-1]) + margin + 1),
        slice(max(0, int(columns[0]) - margin), int(columns[-1]) + margin + 1),
    )


def _blurred(linear: Floats) -> Floats:
    for axis in (0, 1):
        pad = [(_BLUR_RADIUS, _BLUR_RADIUS) if a == axis else (0, 0) for a in range(3)]
        wide, length = np.pad(linear, pad, mode="edge"), linear.shape[axis]
        parts = [np.take(wide, range(k, k + length), axis=axis) for k in range(len(_KERNEL))]
        linear = np.asarray(sum(w * part for w, part in zip(_KERNEL, parts, strict=True)))
    return linear
