"""Hostile and damaged pictures: a clear refusal, and the function lives on."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from shared.core.errors import PictureError
from shared.models.sizes import Limits, fitted
from shared.results.pictures import PictureLimits, decode, srgb_plate

LIMITS = PictureLimits(max_bytes=1_000_000, max_pixels=1_000_000)
_PIXELS = np.random.default_rng(1).integers(0, 256, (40, 60, 3), dtype=np.uint8)


def encoded(kind: str = "PNG", picture: Image.Image | None = None, **options: Any) -> bytes:
    out = io.BytesIO()
    (picture or Image.fromarray(_PIXELS)).save(out, kind, **options)
    return out.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_header(width: int, height: int, depth: int = 8, kind: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded("JPEG", exif=exif)


def animated() -> bytes:
    frames = [Image.fromarray(_PIXELS), Image.fromarray(255 - _PIXELS)]
    return encoded("PNG", frames[0], save_all=True, append_images=frames[1:])


def profiled(name: str) -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    data = profile.tobytes()
    return encoded(name, icc_profile=data)


_HOSTILE = {
    "no bytes": b"",
    "some text": b"<html>no picture</html>",
    "half a PNG": encoded()[: len(encoded()) // 2],
    "half a JPEG": encoded("JPEG")[:900],
    "a header of 50000 x 50000": png_header(50_000, 50_000),
    "a header of 1500 x 1500": png_header(1_500, 1_500),
    "a header without pixels": png_header(60, 40)[:33],
    "a width of zero": png_header(0, 40),
    "an animated PNG": animated(),
    "a PNG that is also a ZIP": encoded() + b"PK\x05\x06" + bytes(18),
    "a PNG followed by a PNG": encoded() + encoded(),
    "a JPEG that is also a script": encoded("JPEG") + b"<script>alert(1)</script>",
    "a WebP with a tail": encoded("WEBP", lossless=True) + b"tail and more",
    "a JPEG turned by EXIF": turned(),
    "a PNG with a foreign profile": profiled("PNG"),
    "a JPEG with a foreign profile": profiled("JPEG"),
    "a PNG with a broken profile": encoded(icc_profile=b"no profile at all"),
    "a PNG of 16 bits": png_header(60, 40, depth=16),
    "a grey PNG of 16 bits": encoded(picture=Image.fromarray(np.zeros((9, 9), np.uint16))),
    "a PNG with a palette": encoded(picture=Image.fromarray(_PIXELS).quantize(16)),
    "a grey PNG": encoded(picture=Image.fromarray(_PIXELS[..., 0])),
    "a GIF": encoded("GIF"),
    "a BMP": encoded("BMP"),
}


@pytest.mark.parametrize("data", _HOSTILE.values(), ids=_HOSTILE.keys())
def test_a_hostile_picture_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(PictureError) as caught:
        decode(data, LIMITS)
    assert 10 < len(str(caught.value)) < 200


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(PictureError, match="has 1500x1500 pixels, 1000000 in all"):
        decode(png_header(1_500, 1_500), LIMITS)


def test_a_file_with_too_many_bytes_is_refused() -> None:
    with pytest.raises(PictureError, match="100 are the most"):
        decode(encoded(), PictureLimits(max_bytes=100, max_pixels=1_000_000))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_sound_picture_comes_through_pixel_by_pixel(kind: str) -> None:
    data = encoded(kind, lossless=True) if kind == "WEBP" else encoded(kind)
    assert np.array_equal(np.asarray(decode(data, LIMITS)), _PIXELS)


def test_an_srgb_profile_is_accepted_and_not_carried_on() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    found = decode(encoded("JPEG", icc_profile=profile, quality=95), LIMITS)
    assert found.info == {}
    assert found.size == (60, 40)


def test_alpha_of_a_car_is_kept_and_asked_for() -> None:
    rgba = np.dstack([_PIXELS, _PIXELS[..., :1]])
    data = encoded(picture=Image.fromarray(rgba))
    assert np.array_equal(np.asarray(decode(data, LIMITS, mode="RGBA")), rgba)
    with pytest.raises(PictureError, match="export it as RGBA"):
        decode(encoded(), LIMITS, mode="RGBA")


def test_a_plate_of_another_shape_or_too_small_is_refused() -> None:
    assert srgb_plate(encoded(), (60, 40), LIMITS) == encoded()
    for size in ((40, 60), (60, 41), (120, 80)):
        with pytest.raises(PictureError, match="60x40"):
            srgb_plate(encoded(), size, LIMITS)


@given(width=st.integers(512, 1200), height=st.integers(512, 1200), row=st.floats(0.3, 0.8))
@settings(max_examples=15, deadline=None)
@pytest.mark.slow
def test_a_larger_plate_of_the_shape_is_scaled_once_and_its_horizon_stays(
    width: int, height: int, row: float
) -> None:
    limits = PictureLimits(max_bytes=20_000_000, max_pixels=8_000_000)
    ordered = fitted(width, height, Limits(pixels=(1280 * 1280, 1440 * 1440)))
    plate = Image.new("RGB", ordered, (20, 20, 20))
    plate.paste((230, 230, 230), (0, 0, ordered[0], round(row * ordered[1])))

    found = decode(srgb_plate(encoded(picture=plate), (width, height), limits), limits)

    assert found.size == (width, height)
    column = np.asarray(found.convert("L"))[:, width // 2]
    assert abs(int((column > 125).sum()) - row * height) <= 2
