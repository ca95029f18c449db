"""What is said of a file that is cut, damaged, unusual, or laden with metadata, is so."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from shared.core.errors import PictureError
from shared.pictures.decoding import Decoded, decoded
from tests.fakes.png_chunks import chunk, exif, with_chunks

if TYPE_CHECKING:
    from collections.abc import Callable

PIXELS = np.random.default_rng(2).integers(0, 256, (24, 32, 3), dtype=np.uint8)


def encoded(kind: str = "PNG", picture: Image.Image | None = None, **options: Any) -> bytes:
    out = io.BytesIO()
    (picture or Image.fromarray(PIXELS)).save(out, kind, **options)
    return out.getvalue()


def read(data: bytes) -> Decoded:
    return decoded(data, max_bytes=30_000_000, max_pixels=10_000, modes=("RGB", "RGBA"))


def words_for(data: bytes) -> str:
    with pytest.raises(PictureError) as caught:
        read(data)
    return str(caught.value)


SOUND = {
    "PNG": encoded(),
    "interlaced PNG": with_chunks(encoded()),
    "JPEG": encoded("JPEG"),
    "progressive JPEG": encoded("JPEG", progressive=True, quality=95),
    "JPEG with a thumbnail": encoded("JPEG", exif=b"Exif\0\0" + exif() + encoded("JPEG")),
    "JPEG with restarts": encoded("JPEG", restart_marker_blocks=1),
    "WebP": encoded("WEBP", quality=80),
    "lossless WebP with Exif": encoded("WEBP", lossless=True, exif=b"Exif\0\0" + exif(space=1)),
}


@pytest.mark.parametrize("kind", SOUND)
def test_a_file_cut_anywhere_is_cut_short_and_nothing_else(kind: str) -> None:
    data = SOUND[kind]
    start = 12 if "WebP" in kind else 3
    for size in {*range(start, 200), *range(start, len(data), 53), len(data) - 1}:
        if start <= size < len(data):
            assert f"cut short: it ends after {size} bytes" in words_for(data[:size])


@pytest.mark.parametrize("tail", [b"\0", b"PK\x05\x06" + bytes(18), encoded(), encoded("JPEG")])
@pytest.mark.parametrize("kind", SOUND)
def test_what_follows_the_end_is_counted(kind: str, tail: bytes) -> None:
    assert f"has {len(tail)} other bytes after its end" in words_for(SOUND[kind] + tail)


@pytest.mark.parametrize("kind", SOUND)
def test_a_whole_file_is_read(kind: str) -> None:
    assert read(SOUND[kind]).pixels.size == (32, 24)


METADATA: dict[str, Callable[[], list[bytes]]] = {
    "5 MB of text": lambda: [chunk(b"tEXt", b"Comment\0" + b"a" * 5_000_000)],
    "20 MB of text, packed": lambda: [
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(20_000_000), 9))
    ],
    "20 MB of XMP, packed": lambda: [
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(20_000_000), 9))
    ],
    "70 texts of 1 MB": lambda: [
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(1_000_000))) for _ in range(70)
    ],
    "text that cannot be unpacked": lambda: [chunk(b"zTXt", b"Comment\0\0nothing packed")],
    "a workflow (ComfyUI)": lambda: [chunk(b"tEXt", b"workflow\0" + b'{"nodes": []}' * 90_000)],
    "chunks of a maker (Apple, Adobe)": lambda: [
        chunk(b"iDOT", bytes(28)), chunk(b"caNv", bytes(16)), chunk(b"pHYs", bytes(9)),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", METADATA)
@pytest.mark.parametrize("behind", [False, True])
def test_metadata_of_any_size_leaves_a_whole_picture_whole(name: str, behind: bool) -> None:
    found = read(with_chunks(encoded(), *METADATA[name](), behind=behind))
    assert np.array_equal(np.asarray(found.pixels), PIXELS)


def test_a_changed_byte_is_told_with_its_place() -> None:
    data = bytearray(encoded())
    data[60] ^= 1
    assert "damaged at byte 33: its chunk IDAT does not match its checksum" in words_for(
        bytes(data)
    )


def test_pixels_that_do_not_unpack_are_no_loss_on_the_way() -> None:
    start = encoded()[:33]
    data = start + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")
    assert "cannot be decoded, though its file is whole" in words_for(data)


def test_an_interlaced_picture_is_read() -> None:
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 1)
    body = chunk(b"IDAT", zlib.compress(bytes([0, *PIXELS[0, 0]])))
    data = encoded()[:8] + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")
    assert read(data).pixels.getpixel((0, 0)) == tuple(PIXELS[0, 0])


def animated(kind: str) -> bytes:
    frames = [Image.fromarray(PIXELS), Image.fromarray(255 - PIXELS)]
    return encoded(kind, frames[0], save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is cut short"),
        (b"<html>", "is no PNG, JPEG or WebP file"),
        (encoded("GIF"), "is no PNG, JPEG or WebP file"),
        (encoded("BMP"), "is no PNG, JPEG or WebP file"),
        (encoded("TIFF"), "is no PNG, JPEG or WebP file"),
        (animated("PNG"), "is animated"),
        (animated("WEBP"), "is animated"),
        (encoded(picture=Image.fromarray(PIXELS).quantize(8)), "has the mode P"),
        (encoded(picture=Image.fromarray(PIXELS[..., 0])), "has the mode L"),
        (encoded(picture=Image.fromarray(np.zeros((9, 9), np.uint16))), "has 16 bits a channel"),
        (encoded("JPEG", Image.new("CMYK", (9, 9))), "has the mode CMYK"),
        (encoded("JPEG", Image.new("L", (9, 9))), "has the mode L"),
        (with_chunks(encoded(), chunk(b"CgBI", bytes(4))), "has the chunk CgBI"),
        (with_chunks(encoded(), chunk(b"eXIf", b"nothing")), "has Exif data that cannot be read"),
        (encoded(picture=Image.new("RGB", (200, 100))), "has 200x100 pixels, 10000 in all"),
        (encoded("JPEG", Image.new("RGB", (200, 100))), "has 200x100 pixels, 10000 in all"),
        (bytes(30_000_001), "has 30000001 bytes, 30000000 are the most"),
    ],
)
def test_an_unusual_file_is_told_as_what_it_is(data: bytes, words: str) -> None:
    assert words in words_for(data)


@pytest.mark.parametrize("said", range(10))
def test_of_orientations_only_2_to_8_turn_a_picture(said: int) -> None:
    found = read(with_chunks(encoded(), chunk(b"eXIf", exif(orientation=said)))).exif
    assert found.turned_by == (said if 2 <= said <= 8 else 0)
    assert bool(found.unknown) == (said in {0, 9})
