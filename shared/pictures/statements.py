"""What each statement of colour in a picture file says, as an ICC profile."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import ImageCms

from shared.core.errors import PictureError
from shared.pictures.exif import exif_facts
from shared.pictures.profile import Pair, profile_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.pictures.contents import Contents

REMEDY = "export it as sRGB, or with its colour profile inside and nothing else"
_SRGB, _P3, _ADOBE = "sRGB", "Display P3", "Adobe RGB"
_D65 = (0.3127, 0.329)
_PRIMARIES = {
    _SRGB: ((0.64, 0.33), (0.3, 0.6), (0.15, 0.06)),
    _P3: ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06)),
    "BT.2020": ((0.708, 0.292), (0.17, 0.797), (0.131, 0.046)),
    _ADOBE: ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)),
}
_ADOBE_GAMMA, _NEAR = 563 / 256, 0.003
# Code points of ITU-T H.273; those of video and of HDR are not meant for 8 bits.
_CICP_PRIMARIES = {1: _SRGB, 9: "BT.2020", 12: _P3}
_CICP_GAMMAS: dict[int, float | None] = {4: 2.2, 13: None}
_CICP_CURVES = {
    1: "the curve of BT.709 video", 6: "the curve of BT.601 video", 8: "linear light",
    14: "the curve of BT.2020 video", 15: "the curve of BT.2020 video", 16: "PQ, which is HDR",
    18: "HLG, which is HDR",
}  # fmt: skip
# What gAMA holds where the curve is sRGB's, and where a curve still does for 8 bits.
_SRGB_GAMA, _GAMA_NEAR, _GAMA_FOR_8_BITS = 0.45455, 0.01, (0.35, 0.72)
# Grey codes tell of curves alone, full ones of primaries alone.
_GREYS = ((64, 64, 64), (128, 128, 128), (192, 192, 192))
_CORNERS = ((255, 0, 0), (0, 255, 0), (0, 0, 255))
_ALL = (*_GREYS, *_CORNERS, (200, 60, 60), (60, 200, 60), (60, 60, 200), (255, 255, 255))


@dataclass(frozen=True)
class Statement:
    """`by` states the colours `says`; `about` are the codes that this is known of."""

    by: str
    says: str
    profile: bytes
    about: tuple[tuple[int, int, int], ...] = _ALL

    @property
    def is_whole(self) -> bool:
        """Say whether it leaves nothing of the colours open."""
        return self.about == _ALL


def statements(contents: Contents) -> list[Statement]:
    """Return what is stated by rank, gAMA or cHRM alone last; PictureError if it is unreadable."""
    stated = contents.stated
    found = [read(name, stated[name]) for name, read in _READERS.items() if name in stated]
    if not found and {"gAMA", "cHRM"} <= stated.keys():
        found.append(_gama_and_chrm(stated["gAMA"], stated["cHRM"]))
        stated = {}
    exif = exif_facts(contents.exif).colours
    if exif in _PRIMARIES:
        found.append(_named("Exif", exif, gamma=_ADOBE_GAMMA if exif == _ADOBE else None))
    elif exif and not found:
        raise PictureError(f"says by Exif that its colours are not sRGB, and not which; {REMEDY}")
    return found + [read(name, stated[name]) for name, read in _HALVES.items() if name in stated]


def srgb(by: str) -> Statement:
    """Return the statement that the colours are sRGB."""
    return _named(by, _SRGB)


def _named(by: str, name: str, *, gamma: float | None = None) -> Statement:
    return Statement(by, name, profile_of(_D65, _PRIMARIES[name], gamma))


def _cicp(by: str, body: bytes) -> Statement:
    primaries, curve, matrix, full = _unpack(by, ">4B", body)
    problem = ""
    if matrix or full != 1:
        problem = "which is video's way of writing"
    elif primaries not in _CICP_PRIMARIES:
        problem = "primaries of video or film"
    elif curve not in _CICP_GAMMAS:
        problem = _CICP_CURVES.get(curve, "a curve of video or film")
    if problem:
        points = f"{primaries}, {curve}, {matrix}, {full}"
        raise PictureError(f"states its colours by {by} as {points} ({problem}); {REMEDY}")
    gamma = _CICP_GAMMAS[curve]
    found = _named(by, _CICP_PRIMARIES[primaries], gamma=gamma)
    return _with_gamma(found, gamma) if gamma else found


def _icc(by: str, body: bytes) -> Statement:
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(body))
        told = ImageCms.getProfileDescription(profile)
        space = _printable(profile.profile.xcolor_space)
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        msg = "has a colour profile that cannot be used; convert it to sRGB"
        raise PictureError(msg) from error
    name = _printable(told)[:60] or "a profile without a name"
    if space != "RGB":
        msg = f"has the colour profile '{name}', which is for {space}; convert it to sRGB"
        raise PictureError(msg)
    return Statement(by, name, body)


def _printable(told: str) -> str:
    return "".join(each for each in told if each.isprintable()).strip()


def _srgb_chunk(by: str, body: bytes) -> Statement:
    _unpack(by, ">B", body)
    return srgb(by)


def _gama_and_chrm(gama: bytes, chrm: bytes) -> Statement:
    tone, (white, primaries) = _gama_of("gAMA", gama), _chrm_of("cHRM", chrm)
    least, most = _GAMA_FOR_8_BITS
    if not least < tone < most:
        msg = f"says by gAMA that its gamma is {1 / tone:.2f}, which 8 bits are too few for; "
        raise PictureError(msg + REMEDY)
    name = _name_of(white, primaries)
    gamma = None if _is_srgb_gama(tone) and name in {_SRGB, _P3} else 1 / tone
    found = _of_chrm("cHRM and gAMA", white, primaries, gamma)
    return _with_gamma(found, gamma) if gamma and name != _ADOBE else found


def _gama(by: str, body: bytes) -> Statement:
    tone = _gama_of(by, body)
    gamma = None if _is_srgb_gama(tone) else 1 / tone
    profile = profile_of(_D65, _PRIMARIES[_SRGB], gamma)
    return Statement(by, f"a gamma of {1 / tone:.2f}", profile, _GREYS)


def _chrm(by: str, body: bytes) -> Statement:
    white, primaries = _chrm_of(by, body)
    found = _of_chrm(by, white, primaries, None)
    return Statement(by, f"primaries of {found.says}", found.profile, _CORNERS)


def _gama_of(by: str, body: bytes) -> float:
    (value,) = _unpack(by, ">I", body)
    if not 10_000 <= value <= 1_000_000:
        raise _unreadable(by)
    return float(value) / 100_000


def _chrm_of(by: str, body: bytes) -> tuple[Pair, tuple[Pair, Pair, Pair]]:
    wx, wy, rx, ry, gx, gy, bx, by_ = (n / 100_000 for n in _unpack(by, ">8i", body))
    return (wx, wy), ((rx, ry), (gx, gy), (bx, by_))


def _of_chrm(
    by: str, white: Pair, primaries: tuple[Pair, Pair, Pair], gamma: float | None
) -> Statement:
    try:
        profile = profile_of(white, primaries, gamma)
    except (ZeroDivisionError, OverflowError, struct.error) as error:
        raise _unreadable(by) from error
    return Statement(by, _name_of(white, primaries), profile)


def _name_of(white: Pair, primaries: tuple[Pair, Pair, Pair]) -> str:
    given = [value for point in (white, *primaries) for value in point]
    for name, points in _PRIMARIES.items():
        known = [value for point in (_D65, *points) for value in point]
        if max(abs(a - b) for a, b in zip(given, known, strict=True)) < _NEAR:
            return name
    return "a colour space without a name"


def _is_srgb_gama(tone: float) -> bool:
    return abs(tone - _SRGB_GAMA) < _GAMA_NEAR


def _with_gamma(found: Statement, gamma: float) -> Statement:
    return Statement(found.by, f"{found.says} with a gamma of {gamma:.2f}", found.profile)


def _unpack(by: str, form: str, body: bytes) -> tuple[Any, ...]:
    try:
        return struct.unpack(form, body)
    except struct.error as error:
        raise _unreadable(by) from error


def _unreadable(by: str) -> PictureError:
    return PictureError(f"states its colours by {by}, which cannot be read; {REMEDY}")


# By rank; a JPEG or a WebP has one profile, a PNG may have another one in its text.
_READERS: dict[str, Callable[[str, bytes], Statement]] = {
    "cICP": _cicp, "iCCP": _icc, "ICC profile": _icc, "sRGB": _srgb_chunk,
}  # fmt: skip
_HALVES: dict[str, Callable[[str, bytes], Statement]] = {"gAMA": _gama, "cHRM": _chrm}
