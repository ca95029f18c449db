"""The copies that are delivered: PNG master, a copy for the app, thumbnail.

The app's copy is a JPEG with full chroma, or a lossless WebP where a JPEG would spoil the badge.
Levels and tables were chosen by size, CPU time and what the gate measures (`poster bench poster`).
The car keeps fine steps and the rest of the poster has coarser ones, as coarse as the size asks.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Any

from PIL import ExifTags, Image, PngImagePlugin

from shared.results.files import APP_COPY, APP_COPY_LOSSLESS, MASTER, PLATE, THUMBNAIL

_THUMBNAIL_WIDTH, _VIEW_SIDE = 384, 720
# Steps of luma and chroma, by rows. Luma: ITU-T T.81, table K.1, at libjpeg's quality 88, no step
# above 5. Chroma: 2 throughout. At libjpeg's quality 95 the fine steps stand where the eye is said
# to be keen, low frequencies of luma; a badge of few pixels is made of high ones and of greys.
# Huffman tables are not fitted: that saves 5 %, and Pillow has no room for it where all is noise.
_LUMA = (
    4, 3, 2, 4, 5, 5, 5, 5,
    3, 3, 3, 5, 5, 5, 5, 5,
    3, 3, 4, 5, 5, 5, 5, 5,
    3, 4, 5, 5, 5, 5, 5, 5,
    4, 5, 5, 5, 5, 5, 5, 5,
    5, 5, 5, 5, 5, 5, 5, 5,
    5, 5, 5, 5, 5, 5, 5, 5,
    5, 5, 5, 5, 5, 5, 5, 5,
)  # fmt: skip
_CHROMA = (2,) * 64
# libjpeg's qualities for what is not the car: the first that keeps the copy below _MOST_BYTES.
_REST, _MOST_BYTES = (90, 80, 70), 600_000
_PERCEPTUAL = bytes([0])
_SRGB = 1


@dataclass(frozen=True)
class Copy:
    """One encoded picture."""

    name: str
    media_type: str
    width: int
    height: int
    data: bytes

    @property
    def sha256(self) -> str:
        """Return the digest of the bytes, hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def master_copy(poster: Image.Image, *, xmp: bytes) -> Copy:
    """Return the PNG; the same picture gives the same bytes, here and below."""
    return Copy(MASTER, "image/png", *poster.size, _png(poster, xmp))


def app_copy(
    poster: Image.Image, *, xmp: bytes, lossless: bool, fine: Image.Image | None = None
) -> Copy:
    """Return the app's copy: a JPEG with full chroma and the steps above, or WebP without loss.

    `fine` is 255 in whole blocks of 8 x 8 pixels that keep these steps; without it all do.
    """
    if lossless:
        return Copy(APP_COPY_LOSSLESS, "image/webp", *poster.size, _webp(poster, xmp))
    data = _fine_jpeg(poster, xmp) if fine is None else _jpeg_in_size(poster, xmp, fine)
    return Copy(APP_COPY, "image/jpeg", *poster.size, data)


def thumbnail(poster: Image.Image, *, xmp: bytes) -> Copy:
    """Return the small picture for lists."""
    small = poster.resize(
        (_THUMBNAIL_WIDTH, round(poster.height * _THUMBNAIL_WIDTH / poster.width)),
        Image.Resampling.LANCZOS,
    )
    return Copy(THUMBNAIL, "image/jpeg", *small.size, _jpeg(small, xmp, quality=85))


def plate_copy(plate: Image.Image, *, xmp: bytes) -> Copy:
    """Return the plate for reviewers."""
    return Copy(PLATE, "image/jpeg", *plate.size, _jpeg(plate, xmp, quality=85))


def view_of(picture: Image.Image) -> bytes:
    """Return a small JPEG for a model to look at; never delivered, so it carries no label."""
    small = picture.copy()
    small.thumbnail((_VIEW_SIDE, _VIEW_SIDE))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=90)
    return out.getvalue()


def _png(picture: Image.Image, xmp: bytes) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add(b"sRGB", _PERCEPTUAL)
    info.add_itxt("XML:com.adobe.xmp", xmp.decode())
    out = io.BytesIO()
    picture.save(out, "PNG", pnginfo=info, compress_level=3)
    return out.getvalue()


def _jpeg(picture: Image.Image, xmp: bytes, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", **how, subsampling=0, exif=_srgb_exif(), xmp=xmp)
    return out.getvalue()


def _fine_jpeg(picture: Image.Image, xmp: bytes) -> bytes:
    return _jpeg(picture, xmp, qtables=(_LUMA, _CHROMA))


def _jpeg_in_size(poster: Image.Image, xmp: bytes, fine: Image.Image) -> bytes:
    """Return the JPEG whose rest has the least steps that the size allows.

    A file has one table. Blocks that went through coarser steps before lose hardly more by finer
    ones, and are as cheap as the coarser ones made them.
    """
    for quality in _REST:
        coarse = io.BytesIO()
        poster.save(coarse, "JPEG", quality=quality, subsampling=0)
        with Image.open(coarse, formats=("JPEG",)) as rest:
            rest.paste(poster, (0, 0), fine)
            data = _fine_jpeg(rest, xmp)
        if len(data) < _MOST_BYTES:
            break
    return data


def _webp(picture: Image.Image, xmp: bytes) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", lossless=True, quality=0, method=1, exif=_srgb_exif(), xmp=xmp)
    return out.getvalue()


def _srgb_exif() -> Image.Exif:
    # An embedded profile would carry its creation time; the EXIF tag says sRGB and stays the same.
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ColorSpace] = _SRGB
    return exif
