"""Seeded noise, made small and enlarged, so that a picture of any size has the same shapes."""

import zlib

import numpy as np
import numpy.typing as npt
from PIL import Image

from local.painter.colour import Array

Generator = np.random.Generator
_CUBIC = Image.Resampling.BICUBIC


def stream(key: tuple[int, int], name: str) -> Generator:
    """Open the random stream of one part of the picture; parts do not disturb each other."""
    return np.random.default_rng([*key, zlib.crc32(name.encode())])


def enlarge(field: Array, height: int, width: int) -> Array:
    """Resize a field smoothly to (height, width)."""
    picture = Image.fromarray(np.ascontiguousarray(field, np.float32))
    return np.asarray(picture.resize((width, height), _CUBIC), np.float32)


def smooth(low: float, high: float, value: npt.NDArray[np.floating]) -> Array:
    """Step softly from 0 at low to 1 at high."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def fbm(rng: Generator, shape: tuple[int, ...], cells: tuple[int, int], octaves: int = 4) -> Array:
    """Sum octaves of lattice noise to shape (height, width), in about 0..1."""
    total = np.zeros(shape, np.float32)
    weight = 0.0
    for octave in range(octaves):
        lattice = (cells[0] * 2**octave + 1, cells[1] * 2**octave + 1)
        gain = 0.5**octave
        total += gain * enlarge(rng.random(lattice, np.float32), shape[0], shape[1])
        weight += gain
    return np.asarray(np.clip((total / weight - 0.5) * 1.6 + 0.5, 0, 1), np.float32)


def coarse_fbm(
    rng: Generator, shape: tuple[int, ...], cells: tuple[int, int], octaves: int = 4
) -> Array:
    """Make fractal noise at a quarter of the size and enlarge it; for soft things."""
    small = fbm(rng, (max(shape[0] // 4, 8), max(shape[1] // 4, 8)), cells, octaves)
    return enlarge(small, shape[0], shape[1])


def line(rng: Generator, count: int, cells: int, octaves: int, gain: float = 0.5) -> Array:
    """Make one row of fractal noise, mean 0, about -1..1."""
    total = np.zeros(count, np.float32)
    at = np.linspace(0, 1, count, dtype=np.float32)
    for octave in range(octaves):
        knots = cells * 2**octave + 3
        values = rng.random(knots).astype(np.float32) * 2 - 1
        total += np.float32(gain**octave) * _cosine(values, at * (knots - 2))
    return np.asarray(total, np.float32)


def _cosine(values: Array, at: Array) -> Array:
    index = np.clip(at.astype(np.int64), 0, len(values) - 2)
    share = (1 - np.cos(np.pi * (at - index))) / 2
    return np.asarray(values[index] * (1 - share) + values[index + 1] * share, np.float32)
