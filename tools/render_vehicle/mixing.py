"""From the parts of a view's light to one light's picture in one paint."""

import numpy as np
from scipy import ndimage

from .lights import GROUPS, LAMPS, Light
from .shapes import Floats
from .store import Groups

_BLOOM = ((0.004, 0.05), (0.016, 0.025), (0.05, 0.012))  # radius by width, share


def mix(groups: Groups, light: Light) -> Floats:
    """Weigh the groups: linear light (n, 3, 3), by scatterings in the paint and colour."""
    total = np.zeros((len(groups.pixels), 3, 3), dtype=np.float32)
    for place, name in enumerate(GROUPS):
        weight = light.weight(name).astype(np.float32)
        if weight.any():
            part = groups.light[:, :, :, place].astype(np.float32)
            total += weight * (part[:, :, 0] + np.float32(light.ground) * part[:, :, 1])
    return total.astype(np.float64)


def painted(mixed: Floats, pigment: Floats) -> Floats:
    """Put the paint's colour in: (n, 3)."""
    return np.asarray(mixed[:, 0] + pigment * (mixed[:, 1] + pigment * mixed[:, 2]))


def glare(groups: Groups, light: Light) -> Floats:
    """Return the glare of the own lamps on the car about them, (height, width, 3)."""
    bright = np.zeros((len(groups.pixels), 3), dtype=np.float32)
    for name in LAMPS:
        bright += light.weights.get(name, 0.0) * groups.light[:, 0, 0, GROUPS.index(name)]
    picture = groups.spread(np.maximum(bright - 0.4, 0.0) * groups.facts[:, :1])
    height, width = groups.camera.size
    # A quarter of the size is enough for what is blurred this far.
    rows, columns = -(-height // 4), -(-width // 4)
    padded = np.pad(picture, ((0, 4 * rows - height), (0, 4 * columns - width), (0, 0)))
    small = padded.reshape(rows, 4, columns, 4, 3).mean(axis=(1, 3))
    total = np.zeros_like(small)
    for radius, share in _BLOOM:
        sigma = radius * width / 4
        total += share * ndimage.gaussian_filter(small, (sigma, sigma, 0), truncate=3.0)
    large = ndimage.zoom(total, (4, 4, 1), order=1, mode="nearest", grid_mode=True)
    return np.asarray(large[:height, :width])


def guides(groups: Groups, albedo: Floats) -> tuple[Floats, Floats]:
    """Return the denoiser's guides, albedo and normals, (height, width, 3) each."""
    known = groups.facts[:, 2:5]
    share = np.clip(-known, 0.0, 1.0)  # of paint; mixed pixels fall back on the paint
    return (
        groups.filled(np.where(known < 0, share * albedo, known)),
        groups.filled(groups.facts[:, 5:8].astype(np.float64)),
    )


def denoise(colour: Floats, albedo: Floats, normal: Floats) -> Floats:
    """Clean linear light with Intel Open Image Denoise, if the package pyoidn is there."""
    try:
        import pyoidn  # type: ignore[import-not-found]  # optional
    except ImportError:
        return colour
    arrays = [np.ascontiguousarray(a, dtype=np.float32) for a in (colour, albedo, normal)]
    clean = pyoidn.denoise(arrays[0], albedo=arrays[1], normal=arrays[2], hdr=True, clean_aux=True)
    return np.asarray(clean, dtype=np.float64)
