"""Decode what 3D programs export besides PNGs of 8 bits: PNGs of 16 bits, TIFFs of 8 and 16.

Pillow keeps the upper half of a colour of 16 bits. It takes both halves for the upper one in turn
when it is told the other order of bytes, so no second decoder is needed.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from shared.core.errors import PictureError
from shared.pictures.contents import Contents, contents_of, png_size
from shared.pictures.decoding import pixels_read, refuse_large
from shared.pictures.exif import ExifFacts, exif_facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_HEADER_BYTES = 26
_PNG_DEPTH = 24
# What Pillow reads by itself or with libtiff, without loss.
_PACKINGS = frozenset({"raw", "tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "packbits"})
_TILE_WIDTH, _TILE_LENGTH, _PLANES, _TURN = 322, 323, 284, 274
_GREY = ("I;16", "I;16B", "I;16L")


@dataclass(frozen=True)
class Deep:
    """Codes [rows, columns] or [rows, columns, 3 or 4], of 8 or 16 bits, as the file has them.

    They are upright in a TIFF; those of a PNG lie as `exif` says. `multiplied`: a TIFF says that
    its colours are premultiplied.
    """

    codes: NDArray[np.uint8] | NDArray[np.uint16]
    contents: Contents
    exif: ExifFacts
    multiplied: bool = False


def is_deep(data: bytes) -> bool:
    """Say whether a file is a TIFF, or a PNG of 16 bits."""
    is_png = png_size(data) is not None and len(data) >= _HEADER_BYTES
    return data.startswith(_TIFF_STARTS) or (is_png and data[_PNG_DEPTH] > 8)


def deep(data: bytes, *, max_bytes: int, max_pixels: int) -> Deep:
    """Return the codes of such a file; PictureError, in words behind "the picture"."""
    if len(data) > max_bytes:
        raise PictureError(f"has {len(data)} bytes, {max_bytes} are the most")
    with pixels_read("has pixels that cannot be decoded; export it anew"):
        read = _tiff if data.startswith(_TIFF_STARTS) else _png
        return read(data, max_pixels)


def _png(data: bytes, max_pixels: int) -> Deep:
    refuse_large(png_size(data), max_pixels)
    contents = contents_of(data)
    if contents.animated:
        raise PictureError("is animated; a still picture is needed")

    def opened() -> Any:
        return Image.open(io.BytesIO(contents.pixels), formats=("PNG",))

    return Deep(_codes(opened, is_big=True), contents, exif_facts(contents.exif))


def _tiff(data: bytes, max_pixels: int) -> Deep:
    def opened() -> Any:
        return Image.open(io.BytesIO(data), formats=("TIFF",))

    with opened() as first:
        refuse_large(first.size, max_pixels)
        tags, packing = first.tag_v2, first.info.get("compression", "raw")
        refuse_large((tags.get(_TILE_WIDTH, 1), tags.get(_TILE_LENGTH, 1)), max_pixels)
        if first.n_frames > 1:
            msg = f"holds {first.n_frames} pictures; export one, without layers and thumbnail"
            raise PictureError(msg)
        if packing not in _PACKINGS:
            raise PictureError(f"is packed by {packing}; export it with LZW, ZIP or no compression")
        if tags.get(_PLANES, 1) != 1:
            raise PictureError("keeps its channels apart; export it with interleaved pixels")
        raw, said = _raw_mode(first.tile[0].args), tags.get(_TURN, 1)
        profile = first.info.get("icc_profile", b"")
        is_big = packing == "raw" and data.startswith(b"MM")
        codes = _codes(opened, is_big=is_big)
    turned = said if said in range(2, 9) else 0
    contents = Contents("TIFF", b"", {"ICC profile": profile} if profile else {})
    facts = ExifFacts(turned_by=turned, unknown=0 if said in range(1, 9) else said or -1)
    return Deep(codes, contents, facts, multiplied=raw.startswith("RGBa"))


def _codes(opened: Callable[[], Any], *, is_big: bool) -> NDArray[np.uint8] | NDArray[np.uint16]:
    with opened() as picture:
        raw, mode = _raw_mode(picture.tile[0].args), picture.mode
        name, _, depth = raw.partition(";")
        if mode in _GREY or depth not in {"16B", "16L", "16N"}:
            return _plain(_as_stored(picture, "RGBA") if name == "RGBa" else picture)
    if name not in {"RGB", "RGBA", "RGBa"}:
        raise PictureError(f"has the form {raw}; export it as RGB or RGBA")
    halves = []
    for order in ("16B", "16L") if is_big else ("16L", "16B"):
        with opened() as picture:
            halves.append(np.asarray(_as_stored(picture, f"{mode};{order}")))
    high, low = halves
    codes: NDArray[np.uint16] = high.astype(np.uint16)
    codes <<= 8
    codes |= low
    return codes


def _plain(picture: Image.Image) -> NDArray[np.uint8] | NDArray[np.uint16]:
    if picture.mode in _GREY:
        return np.asarray(picture).astype(np.uint16)
    if picture.mode not in {"L", "1", "LA", "RGB", "RGBA"}:
        raise PictureError(f"has the mode {picture.mode}; export it as RGB or RGBA of 8 or 16 bits")
    simple = {"1": "L", "LA": "L"}.get(picture.mode, picture.mode)
    return np.array(picture.convert(simple) if simple != picture.mode else picture)


def _as_stored(picture: Any, raw: str) -> Any:
    """Load a picture with its pixels read in another way than its file asks for."""
    picture.tile = [
        tile._replace(args=raw if isinstance(tile.args, str) else (raw, *tile.args[1:]))
        for tile in picture.tile
    ]
    picture.load()
    return picture


def _raw_mode(args: Any) -> str:
    return str(args if isinstance(args, str) else args[0])
