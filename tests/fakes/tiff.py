"""A TIFF of 16 bits a channel, uncompressed, as the baseline of TIFF 6.0 has it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SHORT, _LONG = 3, 4


def tiff16(codes: NDArray[np.uint16], *, premultiplied: bool = False) -> bytes:
    """Encode [rows, columns, 3 or 4] codes, little endian."""
    rows, columns, channels = codes.shape
    body = codes.astype("<u2").tobytes()
    depths_at = 8 + len(body)
    entries = [
        (256, _LONG, 1, columns),
        (257, _LONG, 1, rows),
        (258, _SHORT, channels, depths_at),
        (259, _SHORT, 1, 1),
        (262, _SHORT, 1, 2),
        (273, _LONG, 1, 8),
        (277, _SHORT, 1, channels),
        (278, _LONG, 1, rows),
        (279, _LONG, 1, len(body)),
        *([(338, _SHORT, 1, 1 if premultiplied else 2)] if channels == 4 else []),
    ]
    depths = struct.pack(f"<{channels}H", *[16] * channels)
    folder_at = depths_at + len(depths)
    folder = struct.pack("<H", len(entries))
    folder += b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)
    return struct.pack("<2sHI", b"II", 42, folder_at) + body + depths + folder
