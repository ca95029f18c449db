"""An ICC profile (ICC.1:2022) of a colour space that is stated by numbers alone."""

from __future__ import annotations

import struct
from typing import TypeAlias

Pair: TypeAlias = tuple[float, float]
Triple: TypeAlias = tuple[float, float, float]
Matrix: TypeAlias = tuple[Triple, Triple, Triple]

_D50: Triple = (0.9642, 1.0, 0.8249)
# Bradford's cone responses, as in ICC.1:2022, annex E.
_CONES: Matrix = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
# The parametric curve of IEC 61966-2-1.
_SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_HEADER_BYTES = 128


def profile_of(white: Pair, primaries: tuple[Pair, Pair, Pair], gamma: float | None) -> bytes:
    """Return the profile of white, red, green and blue (CIE x, y); no gamma is sRGB's curve.

    ZeroDivisionError for chromaticities that span no colours.
    """
    curve = _parametric(3, _SRGB_CURVE) if gamma is None else _parametric(0, (gamma,))
    adapted = _adapted(white, primaries)
    colorants = zip((b"rXYZ", b"gXYZ", b"bXYZ"), zip(*adapted, strict=True), strict=True)
    tags = {
        b"wtpt": _xyz(_D50),
        **{name: _xyz(column) for name, column in colorants},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body, at = b"", b"", _HEADER_BYTES + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data
    size = at + len(body)
    header = struct.pack(">I4sI12s12s4s", size, b"", 0x04300000, b"mntrRGB XYZ ", b"", b"acsp")
    header = header.ljust(68, b"\0") + _numbers(_D50)
    return header.ljust(_HEADER_BYTES, b"\0") + struct.pack(">I", len(tags)) + table + body


def _adapted(white: Pair, primaries: tuple[Pair, Pair, Pair]) -> Matrix:
    """Return the matrix from linear light to XYZ under D50, where white is 1, 1, 1."""
    columns = [_whole(each) for each in primaries]
    rows: Matrix = (_row(columns, 0), _row(columns, 1), _row(columns, 2))
    amounts = _applied(_inverse(rows), _whole(white))
    scaled = _product(rows, _diagonal(amounts))
    source, target = _applied(_CONES, _whole(white)), _applied(_CONES, _D50)
    gains = _diagonal((target[0] / source[0], target[1] / source[1], target[2] / source[2]))
    return _product(_product(_inverse(_CONES), _product(gains, _CONES)), scaled)


def _whole(point: Pair) -> Triple:
    """Return X, Y, Z of a chromaticity at Y = 1."""
    x, y = point
    return (x / y, 1.0, (1 - x - y) / y)


def _row(columns: list[Triple], number: int) -> Triple:
    return (columns[0][number], columns[1][number], columns[2][number])


def _diagonal(values: Triple) -> Matrix:
    return ((values[0], 0.0, 0.0), (0.0, values[1], 0.0), (0.0, 0.0, values[2]))


def _applied(m: Matrix, v: Triple) -> Triple:
    a, b, c = (row[0] * v[0] + row[1] * v[1] + row[2] * v[2] for row in m)
    return (a, b, c)


def _product(m: Matrix, n: Matrix) -> Matrix:
    columns = [_applied(m, _row(list(n), k)) for k in range(3)]
    return (_row(columns, 0), _row(columns, 1), _row(columns, 2))


def _inverse(m: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = m
    by = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return (
        ((e * i - f * h) / by, (c * h - b * i) / by, (b * f - c * e) / by),
        ((f * g - d * i) / by, (a * i - c * g) / by, (c * d - a * f) / by),
        ((d * h - e * g) / by, (b * g - a * h) / by, (a * e - b * d) / by),
    )


def _parametric(kind: int, values: tuple[float, ...]) -> bytes:
    return struct.pack(">4sIHH", b"para", 0, kind, 0) + _numbers(values)


def _xyz(values: Triple) -> bytes:
    return struct.pack(">4sI", b"XYZ ", 0) + _numbers(values)


def _numbers(values: tuple[float, ...]) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)
