"""A small drawn car with exact coverage alpha, frozen and laid out as on the mount."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from shared.vehicles.freeze import FrozenVehicle, freeze_bytes, mount_files
from shared.vehicles.sidecar import Light, Sidecar, Titles

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SIZE = (192, 91)
WIDTHS = (96, 80, 64)
CANVAS = (116, 144)
HORIZON = 0.56
CONTACTS = ((170.0, 70.0), (98.0, 86.0), (38.0, 78.0), (116.0, 65.0))
_N = 8


def render(paint: tuple[int, int, int] = (180, 20, 30)) -> Image.Image:
    """Draw the car eight times too large and take exact area means."""
    big = Image.new("RGBA", (SIZE[0] * _N, SIZE[1] * _N), (*paint, 0))
    pen = ImageDraw.Draw(big)
    body = [(4, 60), (12, 30), (50, 28), (80, 6), (150, 5), (182, 26), (188, 52), (74, 80)]
    pen.polygon([(x * _N, y * _N) for x, y in body], fill=(*paint, 255))
    for (x, y), half in zip(CONTACTS[:2], (11, 15), strict=True):
        box = [(x - 10) * _N, (y - 2 * half) * _N, (x + 10) * _N, (y + 1) * _N]
        pen.ellipse(box, fill=(20, 20, 20, 255))
    pen.ellipse([28 * _N, 38 * _N, 44 * _N, 56 * _N], fill=(240, 240, 240, 255))
    planes = np.asarray(big, dtype=np.float32)
    alpha = _means(planes[..., 3])
    colour = np.dstack([_means(planes[..., c] * planes[..., 3]) for c in range(3)])
    straight = colour / np.maximum(alpha, 1e-6)[..., None]
    return Image.fromarray(np.rint(np.dstack([straight, alpha])).astype(np.uint8))


def badge() -> Image.Image:
    """Return the mask of the white disc."""
    mask = Image.new("L", SIZE)
    ImageDraw.Draw(mask).ellipse([29, 39, 43, 55], fill=255)
    return mask


def _means(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, columns = plane.shape[0] // _N, plane.shape[1] // _N
    means: NDArray[np.float32] = plane.reshape(rows, _N, columns, _N).mean(axis=(1, 3))
    return means


def png(picture: Image.Image, *, compress_level: int = 6) -> bytes:
    """Encode a picture; a large one is quickly written and read at level 1."""
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=compress_level)
    return out.getvalue()


def sidecar(render_png: bytes, *, paint: str = "red", size: tuple[int, int] = SIZE) -> Sidecar:
    """Return the sidecar of the drawn car."""
    return Sidecar(
        schema_=1,
        model="testcar",
        generation="g1",
        paint=paint,
        titles=Titles(zh="测试车", en="Test car"),
        px_size=size,
        sha256=hashlib.sha256(render_png).hexdigest(),
        colourspace="srgb",
        alpha="coverage",
        contacts=CONTACTS,
        roof_y=5,
        horizon_y=16,
        pitch_deg=0,
        camera_height_m=1.3,
        light=Light(azimuth_deg=120, elevation_deg=45, softness=0.3, cct_k=6000),
        badge_box=(28, 38, 44, 56),
        provenance="drawn by a test",
    )


def frozen(paint: tuple[int, int, int] = (180, 20, 30)) -> FrozenVehicle:
    """Freeze the drawn car at small sizes."""
    data = png(render(paint))
    return freeze_bytes(data, png(badge()), sidecar(data), widths=WIDTHS)


def put_on_mount(data_dir: Path, vehicle: FrozenVehicle) -> str:
    """Write a frozen car below input/; return its reference."""
    for key, data in mount_files(vehicle):
        path = data_dir / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return vehicle.reference


def plate(level: int = 150) -> NDArray[np.uint8]:
    """Return a plate with a light sky and a flat ground."""
    canvas = np.full((CANVAS[1], CANVAS[0], 3), level, dtype=np.uint8)
    canvas[: round(HORIZON * CANVAS[1])] = (190, 205, 225)
    return canvas
