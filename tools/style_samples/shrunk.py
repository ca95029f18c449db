"""A poster, small: as much quality as its limit of bytes allows, its label kept."""

import io
from typing import NamedTuple

from PIL import Image


class Size(NamedTuple):
    """What a small picture may have: pixels, bytes."""

    width: int
    height: int
    most_bytes: int


# The page of styles shows whole posters, the form of a new poster a cut of one.
SAMPLE, COVER = Size(320, 400, 20_000), Size(320, 240, 12_000)
_QUALITIES = range(86, 29, -4)
# Where a cut's middle lies in the poster's height: the car below the scene behind it.
_MIDDLE = 0.56


def shrunk(poster: bytes, size: Size) -> bytes:
    """Return a JPEG of that size, cut where the shapes differ; its XMP label is the poster's."""
    with Image.open(io.BytesIO(poster)) as opened:
        label = opened.info.get("xmp") or opened.info.get("XML:com.adobe.xmp", b"")
        small = _cut(opened.convert("RGB"), size)
    packet = label.encode() if isinstance(label, str) else label
    for quality in _QUALITIES:
        data = _jpeg(small, quality, packet)
        if len(data) <= size.most_bytes:
            break
    return data


def _cut(picture: Image.Image, size: Size) -> Image.Image:
    width = min(picture.width, picture.height * size.width / size.height)
    height = width * size.height / size.width
    left = (picture.width - width) / 2
    top = min(max(_MIDDLE * picture.height - height / 2, 0), picture.height - height)
    box = (left, top, left + width, top + height)
    return picture.resize((size.width, size.height), Image.Resampling.LANCZOS, box=box)


def _jpeg(picture: Image.Image, quality: int, label: bytes) -> bytes:
    kept = {"xmp": label} if label else {}
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True, **kept)
    return out.getvalue()
