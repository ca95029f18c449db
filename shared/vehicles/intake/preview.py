"""The car on light and on dark ground, and with what was given or guessed drawn into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from shared.vehicles.freeze import encode_png
from shared.vehicles.resample import Shrink, decode_srgb, encode_srgb, shrink_rgba

if TYPE_CHECKING:
    from shared.vehicles.intake.edges import Bytes
    from shared.vehicles.sidecar import Sidecar

_LIGHT, _DARK, _WIDTH = (236, 237, 239), (26, 28, 32), 960
_MARK, _FRONT, _LINE = (230, 0, 160), (255, 120, 0), (0, 110, 255)


def previews(rgba: Bytes, sidecar: Sidecar | None) -> dict[str, bytes]:
    """Return light.png, dark.png and, with a sidecar, marked.png: 960 px wide at most."""
    width = min(_WIDTH, rgba.shape[1])
    small = shrink_rgba(rgba, Shrink((rgba.shape[1], rgba.shape[0]), width))
    pictures = {"light.png": _on(small, _LIGHT), "dark.png": _on(small, _DARK)}
    if sidecar is not None:
        pictures["marked.png"] = _marked(pictures["light.png"], sidecar, width / rgba.shape[1])
    return {name: encode_png(pixels) for name, pixels in pictures.items()}


def _on(car: Bytes, ground: tuple[int, int, int]) -> Bytes:
    own, alpha = car[..., :3], car[..., 3]
    picture = np.where(alpha[..., None] == 255, own, np.array(ground, dtype=np.uint8))
    partly = (alpha > 0) & (alpha < 255)
    share = alpha[partly, None].astype(np.float32) / np.float32(255)
    below = decode_srgb(np.array(ground, dtype=np.uint8))
    picture[partly] = encode_srgb(decode_srgb(own[partly]) * share + below * (1 - share))
    return picture


def _marked(picture: Bytes, sidecar: Sidecar, scale: float) -> Bytes:
    """Draw the horizon, the tyres (front ones filled) and the badge's box."""
    sheet = Image.fromarray(picture)
    pen = ImageDraw.Draw(sheet)
    row = sidecar.horizon_y * scale
    pen.line([0, row, sheet.width, row], fill=_LINE, width=2)
    points = [(x * scale, y * scale) for x, y in sidecar.contacts]
    pen.polygon(points, outline=_MARK)
    for number, (x, y) in enumerate(points):
        front = number in {1, 2}
        box = [x - 7, y - 7, x + 7, y + 7]
        pen.ellipse(box, fill=_FRONT if front else None, outline=_MARK, width=2)
    pen.rectangle([each * scale for each in sidecar.badge_box], outline=_MARK, width=2)
    return np.array(sheet)
