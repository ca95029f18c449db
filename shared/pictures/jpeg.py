"""The segments of a JPEG (ITU-T T.81, annex B), without decoding any pixel."""

from __future__ import annotations

import re

JPEG_START = b"\xff\xd8\xff"
_END = 0xD9
# Within a scan: any marker but a stuffed zero and a restart.
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)


def jpeg_parts(data: bytes) -> tuple[list[tuple[int, bytes]], int | None]:
    """Return marker and body of each segment, and where the picture ends; None if it does not."""
    segments: list[tuple[int, bytes]] = []
    at = len(JPEG_START) - 1
    while found := _MARKER.search(data, at):
        marker, at = found[1][0], found.end()
        if marker == _END:
            return segments, at
        end = at + max(2, int.from_bytes(data[at : at + 2], "big"))
        segments.append((marker, data[at + 2 : end]))
        at = end
    return segments, None
