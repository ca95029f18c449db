"""A small ICC profile with the primaries of Display P3, written here byte by byte."""

from __future__ import annotations

import struct

# Chromatically adapted (D50) colorants of Display P3, as ICC.1:2022 wants them in matrix profiles.
_COLORANTS = {
    b"rXYZ": (0.51512, 0.2412, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.1571, 0.06657, 0.78407),
    b"wtpt": (0.9642, 1.0, 0.8249),
}


def display_p3_profile() -> bytes:
    """Return the profile: version 2, three gamma curves, a matrix."""
    tags = {
        b"desc": _description(b"Display P3 (test)"),
        b"cprt": b"text\0\0\0\0none\0",
        **{name: b"XYZ \0\0\0\0" + _numbers(value) for name, value in _COLORANTS.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _gamma(2.2)),
    }
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        padded = data + b"\0" * (-len(data) % 4)
        table += name + struct.pack(">II", at + len(body), len(data))
        body += padded
    size = at + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp"
    header = header.ljust(68, b"\0") + _numbers((0.9642, 1.0, 0.8249))
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _numbers(values: tuple[float, ...]) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256))


def _description(text: bytes) -> bytes:
    counted = struct.pack(">I", len(text) + 1) + text + b"\0"
    return b"desc\0\0\0\0" + counted + b"\0" * 78
