"""From linear light to files: tone curve, eight bits, bled edges, masks."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

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


def solid(coverage: Floats) -> Floats:
    """Close leaks between panels: whole coverage 3 pixels inside the filled silhouette."""
    inside = ndimage.binary_erosion(ndimage.binary_fill_holes(coverage > 0), iterations=3)
    # A pixel that shows next to nothing of the car has no colour of its own, and stays open.
    return np.where(inside & (coverage > 0.1), 1.0, coverage)


def finish(colour: Floats, coverage: Floats) -> Bytes:
    """Return the RGBA picture as bytes."""
    alpha = eight_bits(solid(coverage))
    return np.dstack([bleed(eight_bits(tone(colour)), alpha), alpha])


def emblem_mask(emblem: Floats, alpha: Bytes) -> Bytes:
    """Return the emblem's part of each pixel as bytes."""
    return np.minimum(eight_bits(emblem), alpha)


def mask_box(mask: Bytes) -> list[int]:
    """Return the box x0, y0, x1, y1 about what is not zero."""
    rows, columns = np.flatnonzero(mask.max(axis=1)), np.flatnonzero(mask.max(axis=0))
    return [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1]


def save_picture(file: Path, values: Bytes) -> str:
    """Write a PNG and return its SHA-256."""
    Image.fromarray(values).save(file, optimize=True)
    try:
        import oxipng  # type: ignore[import-not-found]  # optional: smaller files
    except ImportError:
        pass
    else:
        oxipng.optimize(
            file,
            level=2,
            bit_depth_reduction=False,
            color_type_reduction=False,
            palette_reduction=False,
            grayscale_reduction=False,
        )
    return hashlib.sha256(file.read_bytes()).hexdigest()


def write_facts(file: Path, facts: dict[str, Any]) -> None:
    """Write a sidecar."""
    file.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
