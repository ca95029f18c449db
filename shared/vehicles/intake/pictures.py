"""Decode what was delivered, within limits; everything odd about it is refused by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from PIL import Image

from shared.core.errors import PictureError
from shared.pictures.colour import Colours, colours_of
from shared.pictures.decoding import decoded
from shared.pictures.deep import Deep, deep, is_deep

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from shared.pictures import decoding
    from shared.vehicles.intake.edges import Bytes

Words: TypeAlias = "NDArray[np.uint16]"
_PNG_START = b"\x89PNG"
_COLOUR, _MASK = ("RGB", "RGBA"), ("L", "1", "RGB", "RGBA", "LA")
# How a picture is turned upright from each Exif orientation.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
_Turn = Image.Transpose
_ARRAY_TURNS: dict[_Turn, Callable[[Any], Any]] = {
    _Turn.FLIP_LEFT_RIGHT: np.fliplr,
    _Turn.FLIP_TOP_BOTTOM: np.flipud,
    _Turn.ROTATE_180: lambda codes: codes[::-1, ::-1],
    _Turn.ROTATE_90: np.rot90,
    _Turn.ROTATE_270: lambda codes: np.rot90(codes, -1),
    _Turn.TRANSPOSE: lambda codes: codes.swapaxes(0, 1),
    _Turn.TRANSVERSE: lambda codes: codes[::-1, ::-1].swapaxes(0, 1),
}
_KEYED = "marks one colour as transparent; export real alpha"


@dataclass(frozen=True)
class Limits:
    """Bytes of a file and pixels of a picture that are still decoded."""

    max_bytes: int
    max_pixels: int


@dataclass(frozen=True)
class Decoded:
    """Upright pixels [rows, columns, 3 or 4] of 8 bits, and what else the file said.

    `fine` are the same of 16 bits, where the file has such. `turned` is the Exif orientation they
    were turned from, `unknown_turn` one that means nothing, `multiplied` that the file calls its
    colours premultiplied.
    """

    pixels: Bytes
    colours: Colours
    turned: int = 0
    unknown_turn: int = 0
    fine: Words | None = None
    multiplied: bool = False


def decode_render(data: bytes, limits: Limits) -> Decoded:
    """Return the pixels of a render (RGB or RGBA); PictureError says what is odd."""
    if is_deep(data):
        return _deep_render(data, limits)
    found = _decoded(data, limits, _COLOUR)
    pixels, exif = _upright(found), found.exif
    return Decoded(pixels, colours_of(found.contents), exif.turned_by, exif.unknown)


def decode_mask(data: bytes, limits: Limits) -> Bytes:
    """Return a mask [rows, columns], white is set; PictureError says what is odd."""
    if is_deep(data):
        codes = _turned(deep(data, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels))
        pixels = rounded(codes)
    else:
        pixels = _upright(_decoded(data, limits, _MASK))
    return pixels if pixels.ndim == 2 else pixels[..., :3].max(axis=2)


def rounded(codes: Bytes | Words) -> Bytes:
    """Return codes of 8 bits: those of 16 divided by 257 and rounded."""
    if codes.dtype == np.uint8:
        return np.asarray(codes, dtype=np.uint8)
    # (v + 128) // 257 is v / 257 rounded: 257 is odd, so no code lies half way.
    wide = codes.astype(np.uint32)
    wide += 128
    wide //= 257
    return wide.astype(np.uint8)


def _deep_render(data: bytes, limits: Limits) -> Decoded:
    found = deep(data, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels)
    codes = _turned(found)
    if codes.ndim != 3:
        raise PictureError("is grey; export it as RGB or RGBA")
    if found.contents.keyed:
        raise PictureError(_KEYED)
    fine = np.asarray(codes, dtype=np.uint16) if codes.dtype == np.uint16 else None
    colours, exif = colours_of(found.contents), found.exif
    turned, unknown = exif.turned_by, exif.unknown
    return Decoded(rounded(codes), colours, turned, unknown, fine, found.multiplied)


def _turned(found: Deep) -> Bytes | Words:
    """Return the codes upright; Pillow has turned those of a TIFF."""
    turn = _TURNS.get(found.exif.turned_by) if found.contents.kind == "PNG" else None
    return found.codes if turn is None else _ARRAY_TURNS[turn](found.codes)


def _decoded(data: bytes, limits: Limits, modes: Sequence[str]) -> decoding.Decoded:
    if not data.startswith(_PNG_START[: len(data) or 1]):
        raise PictureError("is not a PNG or TIFF file, whatever its name says; export it as one")
    found = decoded(data, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels, modes=modes)
    if found.contents.keyed:
        raise PictureError(_KEYED)
    return found


def _upright(found: decoding.Decoded) -> Bytes:
    pixels, turn = found.pixels, _TURNS.get(found.exif.turned_by)
    upright = pixels if turn is None else pixels.transpose(turn)
    return np.array(upright.convert({"1": "L", "LA": "L"}.get(upright.mode, upright.mode)))
