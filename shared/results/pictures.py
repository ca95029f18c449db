"""Decode pictures from outside within limits; nothing but pixels comes through."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.core.errors import PictureError
from shared.pictures.colour import Colours, colours_of, to_srgb
from shared.pictures.decoding import decoded

if TYPE_CHECKING:
    from PIL import Image

# How far the shape of a plate may be off the wanted one, and how small it may be: models whose
# sides end at 1,440 pixels paint 9:16 and 16:9 at two thirds of the poster's size.
_MOST_OFF, _LEAST_SCALE = 0.01, 0.66
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
        raise PictureError(f"the picture has the colours of {colours.name}; export it as sRGB")
    return picture


def srgb_plate(data: bytes, size: tuple[int, int], limits: PictureLimits) -> bytes:
    """Return a plate of that size in pixels whose codes are sRGB: these bytes, or a PNG made of it.

    A model that does not paint the size itself paints one of the same shape, which is scaled once:
    horizon and ground stay where they are in shares of the height. PictureError unless the bytes
    are a whole picture, of that shape and not smaller by more than a third of a side.
    """
    picture, colours = _decoded(data, limits, "RGB")
    if not _can_be_scaled(picture.size, size):
        msg = f"the plate has {picture.width}x{picture.height} pixels, "
        msg += f"{size[0]}x{size[1]} were ordered"
        raise PictureError(msg)
    if picture.size == size and not colours.profile:
        return data
    if colours.profile:
        picture = to_srgb(picture, colours)
    if picture.size != size:
        from PIL import Image

        picture = picture.resize(size, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _can_be_scaled(found: tuple[int, int], wanted: tuple[int, int]) -> bool:
    """Say whether one is the other on another scale, and has pixels enough."""
    scales = [one / other for one, other in zip(found, wanted, strict=True)]
    return min(scales) >= _LEAST_SCALE and max(scales) <= min(scales) * (1 + _MOST_OFF)


def _decoded(data: bytes, limits: PictureLimits, mode: str) -> tuple[Image.Image, Colours]:
    try:
        found = decoded(
            data, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels, modes=_ACCEPTED[mode]
        )
        if found.exif.turned_by:
            raise PictureError("is turned by its EXIF orientation; export it upright")
        # Grey codes of a mask are coverage, no colours.
        colours = Colours() if mode == "L" else colours_of(found.contents)
    except PictureError as error:
        raise PictureError(f"the picture {error}") from error
    picture = found.pixels.convert(mode)
    picture.info = {}
    return picture, colours
