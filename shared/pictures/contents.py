"""Take a picture file apart: whether it is whole, and what stands in it beside the pixels.

Pillow gets to see the pixels alone. It reads text that nobody needs, calls a file damaged whose
text is long, and passes over a colour profile that it cannot unpack.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from typing import Literal

from shared.core.errors import PictureError

Kind = Literal["PNG", "JPEG", "WEBP", "TIFF"]
_PNG_START = b"\x89PNG\r\n\x1a\n"
_COLOURS = frozenset({"cICP", "iCCP", "sRGB", "gAMA", "cHRM"})
_PIXELS = frozenset({"IHDR", "PLTE", "tRNS", "IDAT", "IEND"})
# Where a file has a profile and its format has no name for the place.
_PROFILE = "ICC profile"
_TEXTS = frozenset({"tEXt", "zTXt"})
_IHDR_BYTES, _AROUND = 13, 12
_PROFILE_BYTES = 8_000_000
_EXIF_START, _ICC_START = b"Exif\0\0", b"ICC_PROFILE\0"
_APP1, _APP2 = 0xE1, 0xE2
_JPEG_START = b"\xff\xd8\xff"
_JPEG_END = 0xD9
# Within a scan: any marker but a stuffed zero and a restart.
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
# ImageMagick keeps Exif data and ICC profiles in a PNG's text, as hexadecimal digits.
_RAW_START = b"Raw profile type "
_RAW_KINDS: dict[bytes, Literal["exif", "icc"]] = {
    b"exif": "exif", b"APP1": "exif", b"icc": "icc", b"icm": "icc",
}  # fmt: skip
_TEXT_BYTES = 16_000_000


@dataclass(frozen=True)
class Contents:
    """A whole file: `pixels` is what a decoder needs, `stated` its statements of colour by name."""

    kind: Kind
    pixels: bytes
    stated: dict[str, bytes]
    exif: bytes = b""
    depth: int = 8
    animated: bool = False
    keyed: bool = False


def png_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height as a PNG's header says, before anything is read; None if no PNG."""
    if not data.startswith(_PNG_START):
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def contents_of(data: bytes) -> Contents:
    """Return what is in a PNG, JPEG or WebP; PictureError for what is no such file, or not whole.

    The words fit behind "the picture".
    """
    if data.startswith(_PNG_START):
        return _png(data)
    if data.startswith(_JPEG_START):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if _PNG_START.startswith(data):
        raise PictureError(_cut_short(len(data)))
    raise PictureError("is no PNG, JPEG or WebP file, whatever its name says")


@dataclass
class _Chunks:
    """What the chunks of a PNG have brought so far."""

    kept: list[memoryview]
    seen: set[str] = field(default_factory=set)
    stated: dict[str, bytes] = field(default_factory=dict)
    exif: bytes = b""

    def take(self, name: str, whole: memoryview) -> None:
        """Keep what pixels and colours need; all other chunks are left unread."""
        if name in _PIXELS:
            self.kept.append(whole)
        elif name in _COLOURS:
            _refuse_misplaced(name, self.seen)
            self.stated[name] = bytes(whole[8:-4])
        elif name == "eXIf":
            self.exif = bytes(whole[8:-4])
        elif name in _TEXTS:
            self._take_text(_raw_profile(name, bytes(whole[8:-4])))
        elif name[0].isupper():
            msg = f"has the chunk {name}, which only its own maker's readers know; export it anew"
            raise PictureError(msg)
        self.seen.add(name)

    def _take_text(self, found: tuple[str, bytes] | None) -> None:
        if found and found[0] == "icc":
            self.stated[_PROFILE] = found[1]
        elif found:
            self.exif = self.exif or found[1]


def _png(data: bytes) -> Contents:
    view, at = memoryview(data), len(_PNG_START)
    chunks = _Chunks([view[:at]])
    while "IEND" not in chunks.seen:
        name, end = _chunk(view, at)
        if (not chunks.seen) != (name == "IHDR"):
            raise PictureError(_damaged(at, "its header is not where it belongs"))
        chunks.take(name, view[at:end])
        at = end
    _refuse_tail(len(data) - at)
    stated = chunks.stated
    if "iCCP" in stated:
        stated["iCCP"] = _unpacked(stated["iCCP"])
    return Contents(
        "PNG", b"".join(chunks.kept), stated, chunks.exif, depth=data[24],
        animated="acTL" in chunks.seen, keyed="tRNS" in chunks.seen,
    )  # fmt: skip


def _chunk(view: memoryview, at: int) -> tuple[str, int]:
    """Return the name of the chunk that begins there, and where it ends."""
    head = bytes(view[at : at + 8])
    end = at + _AROUND + int.from_bytes(head[:4], "big")
    if len(head) == 8 and not (head[4:].isalpha() and head[4:].isascii()):
        raise PictureError(_damaged(at, "no chunk begins there"))
    if len(head) < 8 or end > len(view):
        raise PictureError(_cut_short(len(view)))
    name = head[4:].decode("ascii")
    if zlib.crc32(view[at + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
        raise PictureError(_damaged(at, f"its chunk {name} does not match its checksum"))
    if name == "IHDR" and end - at != _AROUND + _IHDR_BYTES:
        raise PictureError(_damaged(at, "its header has another length"))
    return name, end


def _refuse_misplaced(name: str, seen: set[str]) -> None:
    if name in seen:
        raise PictureError(f"states its colours twice by {name}; export it with one statement")
    if seen & {"PLTE", "IDAT"}:
        msg = f"states its colours by {name} behind its pixels, where readers pass over it; "
        msg += "export it anew"
        raise PictureError(msg)


def _unpacked(chunk: bytes) -> bytes:
    """Return the profile of an iCCP chunk: a name, a zero, the method 0, packed bytes."""
    name, _, packed = chunk.partition(b"\0")
    unpacking = zlib.decompressobj()
    try:
        profile = unpacking.decompress(packed[1:], _PROFILE_BYTES)
    except zlib.error:
        profile = b""
    if unpacking.unconsumed_tail:
        msg = f"has a colour profile of more than {_PROFILE_BYTES} bytes; convert it to sRGB"
        raise PictureError(msg)
    if not (1 <= len(name) < 80 and packed[:1] == b"\0" and profile and unpacking.eof):
        raise PictureError("has a colour profile that cannot be unpacked; convert it to sRGB")
    return profile


def _raw_profile(chunk: str, body: bytes) -> tuple[Literal["exif", "icc"], bytes] | None:
    """Return what a tEXt or zTXt chunk keeps; None for any other text, which is not unpacked."""
    keyword, _, text = body.partition(b"\0")
    kind = _RAW_KINDS.get(keyword[len(_RAW_START) :]) if keyword.startswith(_RAW_START) else None
    if kind is None:
        return None
    try:
        if chunk == "zTXt":
            text = zlib.decompressobj().decompress(text[1:], _TEXT_BYTES)
        _, _, length, digits = text.split(b"\n", 3)
        found = bytes.fromhex(digits.decode("ascii"))
        if len(found) != int(length):
            raise ValueError
    except (zlib.error, ValueError) as error:
        msg = f"has {keyword.decode('latin-1')} that cannot be read; export it without"
        raise PictureError(msg) from error
    return kind, found


def _jpeg(data: bytes) -> Contents:
    segments, end = _jpeg_parts(data)
    if end is None:
        raise PictureError(_cut_short(len(data)))
    _refuse_tail(len(data) - end)
    exif, parts, wanted = b"", dict[int, bytes](), 0
    for marker, body in segments:
        if marker == _APP1 and body.startswith(_EXIF_START):
            exif = exif or body
        elif marker == _APP2 and body.startswith(_ICC_START) and len(body) > 14:
            wanted = max(wanted, body[13])
            parts[body[12]] = body[14:]
    if wanted and sorted(parts) != list(range(1, wanted + 1)):
        msg = f"has {len(parts)} of the {wanted} parts of its colour profile; convert it to sRGB"
        raise PictureError(msg)
    profile = b"".join(parts[number] for number in sorted(parts))
    return Contents("JPEG", data, {_PROFILE: profile} if parts else {}, exif)


def _jpeg_parts(data: bytes) -> tuple[list[tuple[int, bytes]], int | None]:
    """Return marker and body of each segment, and where the picture ends (ITU-T T.81, annex B)."""
    segments: list[tuple[int, bytes]] = []
    at = len(_JPEG_START) - 1
    while found := _MARKER.search(data, at):
        marker, at = found[1][0], found.end()
        if marker == _JPEG_END:
            return segments, at
        end = at + max(2, int.from_bytes(data[at : at + 2], "big"))
        segments.append((marker, data[at + 2 : end]))
        at = end
    return segments, None


def _webp(data: bytes) -> Contents:
    size = 8 + int.from_bytes(data[4:8], "little")
    if size > len(data):
        raise PictureError(_cut_short(len(data)))
    # A file of odd length may have a byte of padding.
    _refuse_tail(len(data) - size - (size & 1 and len(data) - size == 1))
    found: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= size:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        found.setdefault(data[at : at + 4], data[at + 8 : at + 8 + length])
        at += 8 + length + (length & 1)
    stated = {_PROFILE: found[b"ICCP"]} if b"ICCP" in found else {}
    return Contents("WEBP", data, stated, found.get(b"EXIF", b""), animated=b"ANIM" in found)


def _cut_short(size: int) -> str:
    return f"is cut short: it ends after {size} bytes, before it is whole; send it again"


def _damaged(at: int, what: str) -> str:
    return f"is damaged at byte {at}: {what}; send it again"


def _refuse_tail(count: int) -> None:
    if count:
        raise PictureError(f"has {count} other bytes after its end; export it anew")
