"""Decode one still picture of 8 bits within limits; anything else is refused by name."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image

from shared.core.errors import PictureError
from shared.pictures.contents import Contents, contents_of, png_size
from shared.pictures.exif import ExifFacts, exif_facts

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
        raise PictureError(f"has {len(data)} bytes, {max_bytes} are the most")
    refuse_large(png_size(data), max_pixels)
    contents = contents_of(data)
    exif = exif_facts(contents.exif)
    if contents.animated:
        raise PictureError("is animated; a still picture is needed")
    if contents.depth > 8:
        raise PictureError(f"has {contents.depth} bits a channel; export it with 8")
    with pixels_read("has pixels that cannot be decoded, though its file is whole; export it anew"):
        return Decoded(_loaded(contents, max_pixels, modes), contents, exif)


@contextmanager
def pixels_read(msg: str) -> Iterator[None]:
    """Say what Pillow raises over broken pixels as a PictureError, and leave out its warnings."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own limits; the ones here count.
            yield
    except BROKEN as error:
        raise PictureError(msg) from error


def _loaded(contents: Contents, max_pixels: int, modes: Sequence[str]) -> Image.Image:
    with Image.open(io.BytesIO(contents.pixels), formats=(contents.kind,)) as opened:
        refuse_large(opened.size, max_pixels)
        if opened.mode not in modes:
            allowed = " or ".join(mode for mode in modes if mode in {"RGB", "RGBA", "L"})
            raise PictureError(f"has the mode {opened.mode}; export it as {allowed}")
        opened.load()
        return opened


def refuse_large(size: tuple[int, int] | None, max_pixels: int) -> None:
    """Raise PictureError for more pixels than are decoded here; an unknown size passes."""
    if size and size[0] * size[1] > max_pixels:
        raise PictureError(f"has {size[0]}x{size[1]} pixels, {max_pixels} in all are the most")
