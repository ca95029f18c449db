"""PNGs of 16 bits and TIFFs, as other programs write them, to the last bit.

The files in `exported` were written by tifffile 2026.3.3 and OpenCV 5.0.0 from the codes below.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from shared.core.errors import PictureError
from shared.pictures.deep import deep, is_deep
from shared.vehicles.intake.pictures import Limits, decode_mask, decode_render, rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EXPORTED = Path(__file__).parent / "exported"
_LIMITS = Limits(max_bytes=1_000_000, max_pixels=100_000)
_ROWS, _COLUMNS = 16, 24


def codes() -> NDArray[np.uint16]:
    """Return what was written: ramps with an alpha that has a solid middle."""
    y, x = np.mgrid[:_ROWS, :_COLUMNS]
    middle = (x - 12) ** 2 + (y - 8) ** 2 < 40
    alpha = np.where(middle, 65535, ((x * 37 + y * 91) % 300) * 200)
    planes = [x * 2700 + y, y * 4000 + x, (x + y) * 1600, alpha]
    return np.dstack(planes).astype(np.uint16)


def read(name: str) -> bytes:
    return (_EXPORTED / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "multiplied"),
    [
        ("plain_big_endian.tif", False),
        ("plain_little_endian.tif", False),
        ("premultiplied_zip_predicted_big_endian.tif", True),
        ("lzw_predicted.tif", False),
        ("big.tif", False),
        ("opencv.tif", False),
        ("opencv.png", False),
        ("rgb.tif", False),
        ("opencv_rgb.png", False),
    ],
)
def test_every_bit_is_read_and_none_is_divided(name: str, multiplied: bool) -> None:
    data = read(name)
    assert is_deep(data)
    found = deep(data, max_bytes=100_000, max_pixels=1000)
    wanted = codes()[..., : found.codes.shape[2]]
    assert found.codes.dtype == np.uint16
    assert np.array_equal(found.codes, wanted)
    assert found.multiplied == multiplied


def test_a_tiled_one_is_read_where_its_pixels_are() -> None:
    found = deep(read("tiled.tif"), max_bytes=100_000, max_pixels=1000)
    assert np.array_equal(found.codes, codes())


def test_eight_bits_that_are_called_premultiplied_are_left_so() -> None:
    found = deep(read("eight_bits_premultiplied.tif"), max_bytes=100_000, max_pixels=1000)
    assert np.array_equal(found.codes, codes() >> 8)
    assert found.multiplied


def test_a_turned_one_is_upright_and_says_so() -> None:
    found = decode_render(read("turned_6.tif"), _LIMITS)
    assert found.fine is not None
    assert np.array_equal(found.fine, np.rot90(codes(), -1))
    assert found.turned == 6


@pytest.mark.parametrize("name", ["grey.tif", "opencv_grey.png"])
def test_a_mask_may_have_16_bits(name: str) -> None:
    assert np.array_equal(decode_mask(read(name), _LIMITS), rounded(codes()[..., 0]))
    with pytest.raises(PictureError, match="is grey"):
        decode_render(read(name), _LIMITS)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bad_planar.tif", "channels apart"),
        ("bad_float.tif", "cannot be decoded"),
        ("bad_fourth.tif", "export it as RGB or RGBA"),
        ("bad_pages.tif", "holds 2 pictures"),
    ],
)
def test_what_is_no_picture_of_codes_is_refused_by_name(name: str, said: str) -> None:
    with pytest.raises(PictureError, match=said):
        deep(read(name), max_bytes=100_000, max_pixels=1000)


@pytest.mark.parametrize("name", ["plain_big_endian.tif", "lzw_predicted.tif", "opencv.png"])
def test_one_that_is_too_large_or_cut_short_is_refused(name: str) -> None:
    data = read(name)
    with pytest.raises(PictureError, match="pixels, 100 in all are the most"):
        deep(data, max_bytes=100_000, max_pixels=100)
    with pytest.raises(PictureError, match="bytes, 100 are the most"):
        deep(data, max_bytes=100, max_pixels=1000)
    with pytest.raises(PictureError):
        deep(data[: len(data) // 2], max_bytes=100_000, max_pixels=1000)


def test_a_tile_that_is_larger_than_the_picture_may_be_is_refused() -> None:
    data = bytearray(read("tiled.tif"))
    # The entry of TileWidth: its tag, its type, a count of one, its value.
    at = data.index((322).to_bytes(2, "little") + (4).to_bytes(2, "little"))
    data[at + 8 : at + 10] = (60_000).to_bytes(2, "little")
    with pytest.raises(PictureError, match="are the most"):
        deep(bytes(data), max_bytes=100_000, max_pixels=1000)


def test_rounding_is_to_the_nearest_code() -> None:
    every = np.arange(65_536, dtype=np.uint16)
    assert np.array_equal(rounded(every), np.rint(every / 257).astype(np.uint8))
