"""The rim of a silhouette: its partly covered pixels, and the opaque paint next to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from shared.vehicles.resample import decode_srgb, encode_srgb

if TYPE_CHECKING:
    from numpy.typing import NDArray

Bytes: TypeAlias = "NDArray[np.uint8]"
Floats: TypeAlias = "NDArray[np.float32]"
Flags: TypeAlias = "NDArray[np.bool_]"
Indexes: TypeAlias = "NDArray[np.intp]"

_REACH = 6
_OFFSETS = sorted(
    ((y, x) for y in range(-_REACH, _REACH + 1) for x in range(-_REACH, _REACH + 1)),
    key=lambda each: (each[0] ** 2 + each[1] ** 2, each),
)[1:]
_OPAQUE = 250


@dataclass(frozen=True)
class Rim:
    """Partly covered pixels with opaque ones near: where, how much, which colour, which paint.

    `alpha` [n] 0-1; `colour` and `paint` [n, 3] in codes; `paint` is the mean of the nearest
    opaque pixels.
    """

    rows: Indexes
    columns: Indexes
    alpha: Floats
    colour: Floats
    paint: Floats


def rim_of(rgba: Bytes, *, most: int | None = None) -> Rim:
    """Return the rim of a straight or premultiplied RGBA picture, thinned out to `most` pixels."""
    alpha = rgba[..., 3]
    rows, columns = np.nonzero((alpha > 0) & (alpha < _OPAQUE))
    if most is not None:
        step = max(1, rows.size // most)
        rows, columns = rows[::step], columns[::step]
    total = np.zeros((rows.size, 3), dtype=np.float32)
    count = np.zeros(rows.size, dtype=np.float32)
    reach = np.full(rows.size, np.inf, dtype=np.float32)
    for dy, dx in _OFFSETS:
        # One pixel further than the nearest: a mean is steadier than a single pixel.
        distance = np.float32(np.hypot(dy, dx))
        wanted = distance <= reach + 1
        if not wanted.any():
            break
        y = np.clip(rows + dy, 0, alpha.shape[0] - 1)
        x = np.clip(columns + dx, 0, alpha.shape[1] - 1)
        found = wanted & (alpha[y, x] >= _OPAQUE)
        total[found] += rgba[y[found], x[found], :3]
        count[found] += 1
        reach[found] = np.minimum(reach[found], distance)
    near = count > 0
    rows, columns = rows[near], columns[near]
    return Rim(
        rows,
        columns,
        alpha[rows, columns].astype(np.float32) / np.float32(255),
        rgba[rows, columns, :3].astype(np.float32),
        total[near] / count[near][:, None],
    )


def shrunk(flags: Flags, steps: int) -> Flags:
    """Return the flags that are set all around for so many pixels (a square); beyond is unset."""
    return _over_squares(np.logical_and, flags, steps)


def grown(flags: Flags, steps: int) -> Flags:
    """Return the flags that are set anywhere within so many pixels (a square)."""
    return _over_squares(np.logical_or, flags, steps)


def _over_squares(joined: np.ufunc, flags: Flags, steps: int) -> Flags:
    out = np.pad(flags, steps)
    for axis, length in enumerate(flags.shape):
        parts = [out.take(range(at, at + length), axis=axis) for at in range(2 * steps + 1)]
        out = joined.reduce(parts)
    return out


def boundary_length(flags: Flags) -> int:
    """Return how many set pixels touch an unset one."""
    padded = np.pad(flags, 1)
    inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return int((flags & ~inner).sum())


def weighted(paint: Floats, alpha: Floats, *, linear: bool) -> Floats:
    """Return the codes of paint times coverage, multiplied as codes or as light."""
    if not linear:
        return paint * alpha[:, None]
    light = decode_srgb(np.rint(paint).astype(np.uint8))
    return encode_srgb(light * alpha[:, None]).astype(np.float32)
