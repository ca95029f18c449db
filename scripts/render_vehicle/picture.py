"""From linear light to the files: tone curve, eight bits, bled edges, masks, sidecar."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from .camera import Camera
from .shapes import Floats
from .studio import LIGHT
from .wheels import contact_points

Bytes = NDArray[np.uint8]
MODEL, GENERATION = "citycar", "g1"
TITLES = {
    "black": {"zh": "城市轿车 曜石黑", "en": "Citycar, obsidian black"},
    "white": {"zh": "城市轿车 云雾白", "en": "Citycar, cloud white"},
    "red": {"zh": "城市轿车 朱砂红", "en": "Citycar, cinnabar red"},
}
PROVENANCE = (
    "Rendered by scripts/render_vehicle from our own parametric model with Mitsuba 3; "
    "an invented car and emblem; Apache-2.0."
)


def tone(linear: Floats) -> Floats:
    """Encode linear light as sRGB with a soft shoulder above 0.7."""
    knee = 0.70
    over = np.maximum(linear - knee, 0.0)
    rolled = np.where(linear > knee, knee + (1 - knee) * (1 - np.exp(-over / (1 - knee))), linear)
    curved = 1.055 * np.maximum(rolled, 0.0031308) ** (1 / 2.4) - 0.055
    return np.asarray(np.where(rolled <= 0.0031308, 12.92 * rolled, curved), dtype=np.float64)


def eight_bits(values: Floats) -> Bytes:
    """Round values 0..1 to bytes."""
    return (np.clip(values, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


def bleed(colour: Bytes, alpha: Bytes) -> Bytes:
    """Give every fully transparent pixel the colour of the nearest opaque one."""
    nearest = ndimage.distance_transform_edt(
        alpha < 255, return_distances=False, return_indices=True
    )
    spread = colour[nearest[0], nearest[1]]
    return np.where((alpha == 0)[..., None], spread, colour)


def solid(coverage: Floats) -> Floats:
    """Close leaks between panels: whole coverage 3 pixels inside the filled silhouette."""
    inside = ndimage.binary_erosion(ndimage.binary_fill_holes(coverage > 0), iterations=3)
    # A pixel that shows next to nothing of the car has no colour of its own, and stays open.
    return np.where(inside & (coverage > 0.1), 1.0, coverage)


def finish(colour: Floats, coverage: Floats, emblem: Floats) -> tuple[Bytes, Bytes]:
    """Return the RGBA picture and the emblem mask as bytes."""
    alpha = eight_bits(solid(coverage))
    rgb = bleed(eight_bits(tone(colour)), alpha)
    mask = np.minimum(eight_bits(emblem), alpha)
    return np.dstack([rgb, alpha]), mask


def _box(mask: Bytes) -> list[int]:
    rows, columns = np.flatnonzero(mask.max(axis=1)), np.flatnonzero(mask.max(axis=0))
    return [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1]


def sidecar(paint: str, camera: Camera, picture: Bytes, mask: Bytes, sha256: str) -> dict[str, Any]:
    """Describe a render as the project's vehicle intake expects it."""
    contacts = camera.project(contact_points())
    return {
        "schema": 1, "model": MODEL, "generation": GENERATION, "paint": paint,
        "titles": TITLES[paint],
        "px_size": [picture.shape[1], picture.shape[0]],
        "sha256": sha256, "colourspace": "srgb", "alpha": "coverage",
        "contacts": [[round(float(c), 2) for c in point] for point in contacts],
        "roof_y": _box(picture[..., 3])[1],
        "horizon_y": round(camera.horizon_y, 2),
        "pitch_deg": 0.0,
        "camera_height_m": camera.height_m,
        "light": LIGHT,
        "badge_box": _box(mask),
        "provenance": PROVENANCE,
    }  # fmt: skip


def write_vehicle(folder: Path, paint: str, camera: Camera, picture: Bytes, mask: Bytes) -> None:
    """Write render.png, badge.png and sidecar.json of one paint."""
    place = folder / MODEL / GENERATION / paint
    place.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(place / "render.png", optimize=True)
    Image.fromarray(mask).save(place / "badge.png", optimize=True)
    digest = hashlib.sha256((place / "render.png").read_bytes()).hexdigest()
    facts = sidecar(paint, camera, picture, mask, digest)
    text = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    (place / "sidecar.json").write_text(text, encoding="utf-8")
