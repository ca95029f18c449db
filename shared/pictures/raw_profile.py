"""What ImageMagick keeps in a PNG's text: Exif data and ICC profiles, as hexadecimal digits."""

from __future__ import annotations

import zlib
from typing import Literal

from shared.core.errors import PictureError

_START = b"Raw profile type "
_KINDS: dict[bytes, Literal["exif", "icc"]] = {
    b"exif": "exif", b"APP1": "exif", b"icc": "icc", b"icm": "icc",
}  # fmt: skip
_TEXT_BYTES = 16_000_000


def raw_profile(chunk: str, body: bytes) -> tuple[Literal["exif", "icc"], bytes] | None:
    """Return what a tEXt or zTXt chunk keeps; None for any other text, which is not unpacked."""
    keyword, _, text = body.partition(b"\0")
    kind = _KINDS.get(keyword[len(_START) :]) if keyword.startswith(_START) else None
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
