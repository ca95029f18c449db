"""The copies that are delivered: PNG master, JPEG for the app, thumbnail."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

from PIL import Image, PngImagePlugin

from shared.results.files import APP_COPY, MASTER, THUMBNAIL

_THUMBNAIL_WIDTH = 384
_PERCEPTUAL = bytes([0])
_EXIF_COLOUR_SPACE, _SRGB = 0xA001, 1


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


def copies(poster: Image.Image, *, xmp: bytes) -> tuple[Copy, ...]:
    """Return master, app copy and thumbnail; the same picture gives the same bytes."""
    small = poster.resize(
        (_THUMBNAIL_WIDTH, round(poster.height * _THUMBNAIL_WIDTH / poster.width)),
        Image.Resampling.LANCZOS,
    )
    return (
        Copy(MASTER, "image/png", *poster.size, _png(poster, xmp)),
        Copy(APP_COPY, "image/jpeg", *poster.size, _jpeg(poster, xmp, quality=95)),
        Copy(THUMBNAIL, "image/jpeg", *small.size, _jpeg(small, xmp, quality=85)),
    )


def _png(picture: Image.Image, xmp: bytes) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add(b"sRGB", _PERCEPTUAL)
    info.add_itxt("XML:com.adobe.xmp", xmp.decode())
    out = io.BytesIO()
    picture.save(out, "PNG", pnginfo=info, compress_level=6)
    return out.getvalue()


def _jpeg(picture: Image.Image, xmp: bytes, *, quality: int) -> bytes:
    # An embedded profile would carry its creation time; the EXIF tag says sRGB and stays the same.
    exif = Image.Exif()
    exif[_EXIF_COLOUR_SPACE] = _SRGB
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, subsampling=0, exif=exif, xmp=xmp)
    return out.getvalue()
