"""Decode one still picture of 8 bits within limits; anything else is refused by name."""

from __future__ import annotations

import io
import struct
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from shared.core.errors import PictureError
from shared.pictures.contents import contents_of, png_size
from shared.pictures.exif import exif_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.pictures.contents import Contents
    from shared.pictures.exif import ExifFacts

# What Pillow raises over pixels that are not what their header says.
BROKEN = (
    OSError, ValueError, SyntaxError, OverflowError, EOFError, KeyError, TypeError, struct.error,
    Image.DecompressionBombError,
)  # fmt: skip


@dataclass(frozen=True)
class Decoded:
    """The pixels as they lie in the file, in the file's mode, and what else the file says."""

    pixels: Image.Image
    contents: Contents
    exif: ExifFacts


def decoded(data: bytes, *, max_bytes: int, max_pixels: int, modes: Sequence[str]) -> Decoded:
    """Return a whole picture in one of `modes`; PictureError, in words behind "the picture"."""
    if len(data) > max_bytes:
        msg = f"has {len(data)} bytes, {max_bytes} are the most"
        raise PictureError(msg)
    refuse_large(png_size(data), max_pixels)
    contents = contents_of(data)
    exif = exif_facts(contents.exif)
    if contents.animated:
        msg = "is animated; a still picture is needed"
        raise PictureError(msg)
    if contents.depth > 8:
        msg = f"has {contents.depth} bits a channel; export it with 8"
        raise PictureError(msg)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own limits; the ones here count.
            return Decoded(_loaded(contents, max_pixels, modes), contents, exif)
    except BROKEN as error:
        msg = "has pixels that cannot be decoded, though its file is whole; export it anew"
        raise PictureError(msg) from error


def _loaded(contents: Contents, max_pixels: int, modes: Sequence[str]) -> Image.Image:
    with Image.open(io.BytesIO(contents.pixels), formats=(contents.kind,)) as opened:
        refuse_large(opened.size, max_pixels)
        if opened.mode not in modes:
            allowed = " or ".join(mode for mode in modes if mode in {"RGB", "RGBA", "L"})
            msg = f"has the mode {opened.mode}; export it as {allowed}"
            raise PictureError(msg)
        opened.load()
        return opened


def refuse_large(size: tuple[int, int] | None, max_pixels: int) -> None:
    """Raise PictureError for more pixels than are decoded here; an unknown size passes."""
    if size and size[0] * size[1] > max_pixels:
        msg = f"has {size[0]}x{size[1]} pixels, {max_pixels} in all are the most"
        raise PictureError(msg)
