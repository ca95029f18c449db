"""Decode pictures from outside within limits; nothing but pixels comes through."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.errors import PictureError
from shared.pictures.colour import Colours, colours_of, to_srgb
from shared.pictures.decoding import decoded

if TYPE_CHECKING:
    from PIL import Image

# What a file may hold where pixels of a mode are wanted; alpha of a plate is not used.
_ACCEPTED = {"RGB": ("RGB", "RGBA"), "RGBA": ("RGBA",), "L": ("L",)}


@dataclass(frozen=True)
class PictureLimits:
    """Bytes of a file and pixels of a picture that are still decoded."""

    max_bytes: int
    max_pixels: int


def decode(data: bytes, limits: PictureLimits, *, mode: str = "RGB") -> Image.Image:
    """Return the picture in `mode` (RGB, RGBA or L, 8 bits), without metadata.

    PictureError for anything odd: not whole, too large, animated, of more than 8 bits, with a
    palette, turned by EXIF, in another colour space than sRGB, or with something after its end.
    """
    picture, colours = _decoded(data, limits, mode)
    if colours.profile:
        msg = f"the picture has the colours of {colours.name}; export it as sRGB"
        raise PictureError(msg)
    return picture


def srgb_plate(data: bytes, size: tuple[int, int], limits: PictureLimits) -> bytes:
    """Return a plate whose codes are sRGB: these bytes, or a PNG converted from other colours.

    PictureError unless the bytes are a whole picture of that size in pixels.
    """
    picture, colours = _decoded(data, limits, "RGB")
    if picture.size != size:
        msg = f"the plate has {picture.width}x{picture.height} pixels, "
        msg += f"{size[0]}x{size[1]} were ordered"
        raise PictureError(msg)
    if not colours.profile:
        return data
    out = io.BytesIO()
    to_srgb(picture, colours).save(out, "PNG")
    return out.getvalue()


def _decoded(data: bytes, limits: PictureLimits, mode: str) -> tuple[Image.Image, Colours]:
    try:
        found = decoded(
            data,
            max_bytes=limits.max_bytes,
            max_pixels=limits.max_pixels,
            modes=_ACCEPTED[mode],
        )
        if found.exif.turned_by:
            msg = "is turned by its EXIF orientation; export it upright"
            raise PictureError(msg)
        # Grey codes of a mask are coverage, no colours.
        colours = Colours() if mode == "L" else colours_of(found.contents)
    except PictureError as error:
        msg = f"the picture {error}"
        raise PictureError(msg) from error
    picture = found.pixels.convert(mode)
    picture.info = {}
    return picture, colours
