"""The car's edge: its colours, a halo along it, a seam across it."""

from __future__ import annotations

import numpy as np

from shared.quality.colour import Bytes, Places, Singles, ciede2000, lab_of
from shared.quality.truth import RIM, Truth

_DEPTHS = (-4, -3, -2, -1, 1, 2, 3, 4)
_HALF_STEP = 0.75
_SIGMA = 1.4
_CHUNK = 20_000
# How far from the silhouette a halo is looked for, pixels.
REACHED = _DEPTHS[-1] + _HALF_STEP


def edge_difference(picture: Bytes, truth: Truth) -> dict[str, float]:
    """Return edge_mean and edge_p95: dE00(R, C) over the edge band K."""
    band = truth.band
    shown, right = picture[band], truth.composite[band]
    difference = np.zeros(len(shown))
    differs = (shown != right).any(axis=-1)
    if differs.any():
        difference[differs] = ciede2000(lab_of(shown[differs]), lab_of(right[differs]))
    if not len(difference):
        return {"edge_mean": 0.0, "edge_p95": 0.0}
    return {"edge_mean": float(difference.mean()), "edge_p95": float(np.percentile(difference, 95))}


def halo_and_seam(picture: Bytes, truth: Truth) -> dict[str, float]:
    """Return halo_dark, halo_bright (L*) and seam.

    h(d) = mean over |sd - d| < .75 of (L*_R - L*_C), d = -4..-1, 1..4, sd the signed distance to
    the silhouette: halo_dark = max(-h), halo_bright = max(h), never below 0.
    seam = sqrt(mean over K of (|grad L*_R| - |grad L*_C|)^2), grad by Gaussian derivatives of
    sigma 1.4 px (the boundary-gradient error of matting evaluation, Rhemann et al. 2009).
    """
    light = truth.light_of(picture)
    profile = _profile(light - truth.light, truth.distance)
    return {
        "halo_dark": max(0.0, -min(profile)),
        "halo_bright": max(0.0, *profile),
        "seam": _seam(light, truth),
    }


def _profile(difference: Singles, distance: Singles) -> list[float]:
    near = np.abs(distance) < REACHED
    at, values = distance[near], difference[near].astype(np.float64)
    bands = (values[np.abs(at - depth) < _HALF_STEP] for depth in _DEPTHS)
    return [float(each.mean()) if len(each) else 0.0 for each in bands]


def _seam(light: Singles, truth: Truth) -> float:
    rows, columns = np.nonzero(truth.band)
    if not len(rows):
        return 0.0
    error = _steepness(light, rows, columns) - _steepness(truth.light, rows, columns)
    return float(np.sqrt((error.astype(np.float64) ** 2).mean()))


def _steepness(light: Singles, rows: Places, columns: Places) -> Singles:
    """Return |grad| at some pixels alone: their neighbourhoods are gathered, not the plane."""
    wide = np.pad(light, RIM, mode="edge")
    patches = np.lib.stride_tricks.sliding_window_view(wide, (2 * RIM + 1, 2 * RIM + 1))
    across, smooth = _gaussian_pair()
    found = []
    for start in range(0, len(rows), _CHUNK):
        piece = patches[rows[start : start + _CHUNK], columns[start : start + _CHUNK]]
        by_column = np.stack([piece @ across, piece @ smooth])
        found.append(np.hypot(by_column[0] @ smooth, by_column[1] @ across))
    return np.concatenate(found)


def _gaussian_pair() -> tuple[Singles, Singles]:
    """Return the taps of a Gaussian's first derivative and of the Gaussian."""
    at = np.arange(-RIM, RIM + 1, dtype=np.float64)
    smooth = np.exp(-0.5 * (at / _SIGMA) ** 2)
    smooth /= smooth.sum()
    across = at * smooth / _SIGMA**2
    return across.astype(np.float32), smooth.astype(np.float32)
