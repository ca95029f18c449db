"""Decode what was delivered, within limits; everything odd about it is refused by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from shared.errors import PictureError
from shared.pictures.colour import Colours, colours_of
from shared.pictures.decoding import decoded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.pictures import decoding
    from shared.vehicles.intake.edges import Bytes

_PNG_START = b"\x89PNG"
_COLOUR, _MASK = ("RGB", "RGBA"), ("L", "1", "RGB", "RGBA", "LA")
# How a picture is turned upright from each Exif orientation.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """Bytes of a file and pixels of a picture that are still decoded."""

    max_bytes: int
    max_pixels: int


@dataclass(frozen=True)
class Decoded:
    """Upright pixels [rows, columns, 3 or 4], and what else the file said.

    `turned` is the Exif orientation they were turned from, `unknown_turn` one that means nothing.
    """

    pixels: Bytes
    colours: Colours
    turned: int = 0
    unknown_turn: int = 0


def decode_render(data: bytes, limits: Limits) -> Decoded:
    """Return the pixels of a render (RGB or RGBA, 8 bits); PictureError says what is odd."""
    found = _decoded(data, limits, _COLOUR)
    pixels, exif = _upright(found), found.exif
    return Decoded(pixels, colours_of(found.contents), exif.turned_by, exif.unknown)


def decode_mask(data: bytes, limits: Limits) -> Bytes:
    """Return a mask [rows, columns], white is set; PictureError says what is odd."""
    pixels = _upright(_decoded(data, limits, _MASK))
    return pixels if pixels.ndim == 2 else pixels[..., :3].max(axis=2)


def _decoded(data: bytes, limits: Limits, modes: Sequence[str]) -> decoding.Decoded:
    if not data.startswith(_PNG_START[: len(data) or 1]):
        msg = "is not a PNG file, whatever its name says; export it as PNG"
        raise PictureError(msg)
    found = decoded(data, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels, modes=modes)
    if found.contents.keyed:
        msg = "marks one colour as transparent; export real alpha"
        raise PictureError(msg)
    return found


def _upright(found: decoding.Decoded) -> Bytes:
    pixels, turn = found.pixels, _TURNS.get(found.exif.turned_by)
    upright = pixels if turn is None else pixels.transpose(turn)
    return np.array(upright.convert({"1": "L", "LA": "L"}.get(upright.mode, upright.mode)))
