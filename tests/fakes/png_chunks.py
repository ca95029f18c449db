"""Chunks put into a PNG by hand, as tools write them that Pillow does not know."""

from __future__ import annotations

import struct
import zlib

_HEADER_END, _LAST_BYTES = 33, 12


def chunk(name: bytes, body: bytes) -> bytes:
    """Return a whole chunk: length, name, body, checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunks(png: bytes, *chunks: bytes, behind: bool = False) -> bytes:
    """Put chunks behind the header, or behind the pixels."""
    at = len(png) - _LAST_BYTES if behind else _HEADER_END
    return png[:at] + b"".join(chunks) + png[at:]


def cicp(primaries: int, curve: int, matrix: int = 0, full: int = 1) -> bytes:
    """Return a cICP chunk with these code points of H.273."""
    return chunk(b"cICP", bytes([primaries, curve, matrix, full]))


def gama(value: int) -> bytes:
    """Return a gAMA chunk; 45455 is sRGB's."""
    return chunk(b"gAMA", struct.pack(">I", value))


def chrm(*values: float) -> bytes:
    """Return a cHRM chunk: white, red, green, blue, an x and a y each."""
    return chunk(b"cHRM", struct.pack(">8I", *(round(value * 100_000) for value in values)))


def srgb(intent: int = 0) -> bytes:
    """Return an sRGB chunk."""
    return chunk(b"sRGB", bytes([intent]))


def iccp(profile: bytes, *, packed: bytes | None = None) -> bytes:
    """Return an iCCP chunk."""
    return chunk(b"iCCP", b"ICC Profile\0\0" + (packed or zlib.compress(profile)))


def exif(*, orientation: int | None = None, space: int | None = None, index: bytes = b"") -> bytes:
    """Return Exif data (big-endian TIFF) with an orientation, a ColorSpace, an Interop index."""
    interop = [(1, 2, len(index) + 1, (index + b"\0").ljust(4, b"\0"))] if index else []
    inner = [] if space is None else [(0xA001, 3, 1, struct.pack(">HH", space, 0))]
    outer = [] if orientation is None else [(0x0112, 3, 1, struct.pack(">HH", orientation, 0))]
    inner_at = 8 + _size_of(len(outer) + 1)
    interop_at = inner_at + _size_of(len(inner) + bool(interop))
    outer.append((0x8769, 4, 1, struct.pack(">I", inner_at)))
    if interop:
        inner.append((0xA005, 4, 1, struct.pack(">I", interop_at)))
    parts = (outer, inner, *((interop,) if interop else ()))
    return struct.pack(">2sHI", b"MM", 42, 8) + b"".join(_directory(part) for part in parts)


def _size_of(entries: int) -> int:
    return 2 + 12 * entries + 4


def _directory(entries: list[tuple[int, int, int, bytes]]) -> bytes:
    packed = b"".join(struct.pack(">HHI", *entry[:3]) + entry[3] for entry in entries)
    return struct.pack(">H", len(entries)) + packed + bytes(4)
