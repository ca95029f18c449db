"""From linear light to files: tone curve, eight bits, bled edges, masks."""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from .shapes import Floats

Bytes = NDArray[np.uint8]
BLEED_PX = 8


def tone(linear: Floats) -> Floats:
    """Encode linear light (..., 3) as sRGB with a soft shoulder above 0.7.

    Where the strongest colour is far over it the others rise a little too, as on film.
    """
    strong = linear.max(axis=-1, keepdims=True)
    linear = linear + 0.12 * np.maximum(strong - 0.7, 0.0) * (1 - linear / (strong + 1e-6))
    knee = 0.70
    over = np.maximum(linear - knee, 0.0)
    rolled = np.where(linear > knee, knee + (1 - knee) * (1 - np.exp(-over / (1 - knee))), linear)
    curved = 1.055 * np.maximum(rolled, 0.0031308) ** (1 / 2.4) - 0.055
    return np.asarray(np.where(rolled <= 0.0031308, 12.92 * rolled, curved), dtype=np.float64)


def eight_bits(values: Floats) -> Bytes:
    """Round values 0..1 to bytes."""
    return (np.clip(values, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


def bleed(colour: Bytes, alpha: Bytes) -> Bytes:
    """Give transparent pixels near the rim the nearest opaque one's colour, the rest the mean."""
    away, nearest = ndimage.distance_transform_edt(alpha < 255, return_indices=True)
    spread = np.where((away <= BLEED_PX)[..., None], colour[nearest[0], nearest[1]],
                      colour[alpha == 255].mean(axis=0).astype(np.uint8))  # fmt: skip
    return np.where((alpha == 0)[..., None], spread, colour)


def finish(colour: Floats, coverage: Floats) -> Bytes:
    """Return the RGBA picture as bytes, leaks between panels closed.

    Coverage is whole 3 pixels inside the filled silhouette, but for pixels that show next to
    nothing of the car: they have no colour of their own.
    """
    inside = ndimage.binary_erosion(ndimage.binary_fill_holes(coverage > 0), iterations=3)
    alpha = eight_bits(np.where(inside & (coverage > 0.1), 1.0, coverage))
    return np.dstack([bleed(eight_bits(tone(colour)), alpha), alpha])


def mask_box(mask: Bytes) -> list[int]:
    """Return the box x0, y0, x1, y1 about what is not zero, which there must be."""
    return list(Image.fromarray(mask).getbbox() or ())


def save_picture(file: Path, values: Bytes) -> str:
    """Write a PNG and return its SHA-256."""
    Image.fromarray(values).save(file, optimize=True)
    try:
        import oxipng  # type: ignore[import-not-found]  # optional: smaller files
    except ImportError:
        pass
    else:
        kinds = ("bit_depth", "color_type", "palette", "grayscale")
        oxipng.optimize(file, level=2, **{f"{kind}_reduction": False for kind in kinds})
    return hashlib.sha256(file.read_bytes()).hexdigest()
