"""What becomes of each statement of colour that a PNG, a JPEG or a WebP can make."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from shared.core.errors import PictureError
from shared.pictures.colour import colours_of
from shared.pictures.contents import contents_of
from shared.results.pictures import PictureLimits, decode, srgb_plate
from shared.vehicles.intake.pictures import Limits, decode_render
from tests.fakes.colour_profile import display_p3_profile
from tests.fakes.png_chunks import chrm, chunk, cicp, exif, gama, iccp, srgb, with_chunks

PAINT = (30, 60, 160)
LIMITS = PictureLimits(max_bytes=1_000_000, max_pixels=10_000)
SRGB_PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
P3_PROFILE = display_p3_profile()
SRGB_CHRM = chrm(0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
P3_CHRM = chrm(0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
ADOBE_CHRM = chrm(0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
WIDE_CHRM = chrm(0.3127, 0.329, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046)
DISPLAY_CHRM = chrm(0.313, 0.329, 0.655, 0.325, 0.29, 0.62, 0.148, 0.055)


def exif_of(space: int, index: bytes = b"") -> bytes:
    return chunk(b"eXIf", exif(space=space, index=index))


def raw_profile(kind: bytes, body: bytes) -> bytes:
    """Return the zTXt chunk in which ImageMagick keeps a profile."""
    digits = body.hex().encode()
    lines = b"\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    text = b"\n" + kind + b"\n%8d\n" % len(body) + lines + b"\n"
    return chunk(b"zTXt", b"Raw profile type " + kind + b"\0\0" + zlib.compress(text))


@dataclass(frozen=True)
class Row:
    """Chunks of one file, and what becomes of it: sRGB, converted from `name`, or refused."""

    chunks: tuple[bytes, ...]
    name: str = "sRGB"
    refused: tuple[str, ...] = ()


def refused(*chunks: bytes, words: tuple[str, ...]) -> Row:
    return Row(chunks, refused=words)


TABLE = {
    "nothing": Row(()),
    "sRGB": Row((srgb(),)),
    "sRGB with its gAMA and cHRM (Photoshop, libpng)": Row((srgb(1), gama(45455), SRGB_CHRM)),
    "gAMA of sRGB alone (old tools)": Row((gama(45455),)),
    "gAMA and cHRM of sRGB (ImageMagick)": Row((gama(45455), SRGB_CHRM)),
    "cHRM of sRGB alone": Row((SRGB_CHRM,)),
    "iCCP of sRGB": Row((iccp(SRGB_PROFILE),)),
    "iCCP of sRGB with gAMA, cHRM and Exif": Row(
        (iccp(SRGB_PROFILE), gama(45455), SRGB_CHRM, exif_of(1))
    ),
    "cICP of sRGB (Blender)": Row((cicp(1, 13),)),
    "cICP of sRGB with everything else": Row(
        (cicp(1, 13), iccp(SRGB_PROFILE), srgb(), gama(45455), SRGB_CHRM)
    ),
    "Exif of sRGB": Row((exif_of(1),)),
    "iCCP of sRGB, Exif uncalibrated": Row((iccp(SRGB_PROFILE), exif_of(65535))),
    "cICP of Display P3 (Apple, ffmpeg)": Row((cicp(12, 13),), "Display P3"),
    "cHRM of Display P3 with gAMA": Row((gama(45455), P3_CHRM), "Display P3"),
    "iCCP of Display P3": Row((iccp(P3_PROFILE),), "Display P3 (test)"),
    "iCCP of Display P3, Exif uncalibrated (macOS)": Row(
        (iccp(P3_PROFILE), exif_of(65535)), "Display P3 (test)"
    ),
    "cICP and iCCP of Display P3 (darktable)": Row(
        (cicp(12, 13), iccp(P3_PROFILE)), "Display P3"
    ),
    "cICP, iCCP, cHRM and gAMA of Display P3": Row(
        (cicp(12, 13), iccp(P3_PROFILE), gama(45455), P3_CHRM), "Display P3"
    ),
    "cICP of BT.2020 with sRGB's curve": Row((cicp(9, 13),), "BT.2020"),
    "cICP of sRGB's primaries with a gamma": Row((cicp(1, 4),), "sRGB with a gamma of 2.20"),
    "cHRM of Adobe RGB with gAMA": Row((gama(45471), ADOBE_CHRM), "Adobe RGB"),
    "Exif of Adobe RGB": Row((exif_of(2),), "Adobe RGB"),
    "Exif by Interop index (cameras)": Row((exif_of(65535, b"R03"),), "Adobe RGB"),
    "cHRM of BT.2020 with gAMA": Row((gama(45455), WIDE_CHRM), "BT.2020 with a gamma of 2.20"),
    "cHRM of a display with gAMA": Row(
        (gama(45455), DISPLAY_CHRM), "a colour space without a name with a gamma of 2.20"
    ),
    "cHRM of sRGB with an old Mac's gAMA": Row(
        (gama(55556), SRGB_CHRM), "sRGB with a gamma of 1.80"
    ),
    "a profile in ImageMagick's text": Row((raw_profile(b"icc", P3_PROFILE),), "Display P3 (test)"),
    "Exif in ImageMagick's text": Row(
        (raw_profile(b"exif", b"Exif\0\0" + exif(space=2)),), "Adobe RGB"
    ),
    "cICP of Display P3, sRGB": refused(
        cicp(12, 13), srgb(), words=("cICP says Display P3", "sRGB says sRGB")
    ),
    "cICP of sRGB, iCCP of Display P3": refused(
        cicp(1, 13), iccp(P3_PROFILE), words=("cICP says sRGB", "iCCP says Display P3")
    ),
    "iCCP of Display P3, sRGB": refused(
        iccp(P3_PROFILE), srgb(), words=("iCCP says Display P3", "sRGB says sRGB")
    ),
    "iCCP of Display P3, cHRM of sRGB (ImageMagick)": refused(
        iccp(P3_PROFILE), gama(45455), SRGB_CHRM, words=("iCCP", "cHRM says primaries of sRGB")
    ),
    "sRGB, cHRM of Display P3": refused(srgb(), P3_CHRM, words=("cHRM says primaries of Display",)),
    "sRGB, gAMA of 1.8": refused(srgb(), gama(55556), words=("gAMA says a gamma of 1.80",)),
    "cHRM and gAMA of Display P3, Exif of sRGB": refused(
        gama(45455), P3_CHRM, exif_of(1), words=("cHRM and gAMA says Display P3", "Exif says sRGB")
    ),
    "iCCP of sRGB, Exif of Adobe RGB": refused(
        iccp(SRGB_PROFILE), exif_of(2), words=("Exif says Adobe RGB",)
    ),
    "Exif uncalibrated alone": refused(exif_of(65535), words=("by Exif", "not sRGB")),
    "cHRM of Display P3 alone": refused(P3_CHRM, words=("primaries of Display P3", "by cHRM")),
    "gAMA of 1.8 alone": refused(gama(55556), words=("a gamma of 1.80", "by gAMA")),
    "gAMA of linear light": refused(gama(100_000), words=("a gamma of 1.00",)),
    "gAMA of linear light, cHRM of sRGB": refused(
        gama(100_000), SRGB_CHRM, words=("gamma is 1.00", "8 bits")
    ),
    "cICP of PQ": refused(cicp(9, 16), words=("9, 16, 0, 1", "PQ")),
    "cICP of HLG": refused(cicp(9, 18), words=("HLG",)),
    "cICP of video (ffmpeg)": refused(cicp(1, 1), words=("BT.709 video",)),
    "cICP of narrow range": refused(cicp(1, 13, 0, 0), words=("1, 13, 0, 0",)),
    "cICP of a matrix": refused(cicp(1, 13, 6), words=("1, 13, 6, 1",)),
    "cICP of unspecified colours": refused(cicp(2, 2), words=("2, 2, 0, 1",)),
    "cICP of three bytes": refused(chunk(b"cICP", bytes(3)), words=("cICP", "cannot be read")),
    "sRGB without its intent": refused(chunk(b"sRGB", b""), words=("sRGB", "cannot be read")),
    "gAMA of zero": refused(gama(0), words=("gAMA", "cannot be read")),
    "cHRM on one line": refused(
        gama(45455), chrm(*(0.3, 0.3) * 4), words=("cHRM", "cannot be read")
    ),
    "cHRM of zeros": refused(gama(45455), chrm(*(0.0,) * 8), words=("cHRM", "cannot be read")),
    "sRGB twice": refused(srgb(), srgb(), words=("twice by sRGB",)),
    "iCCP of a printer": refused(
        iccp(P3_PROFILE[:16] + b"CMYK" + P3_PROFILE[20:]), words=("CMYK", "convert it to sRGB")
    ),
    "iCCP that is no profile": refused(iccp(b"no profile"), words=("convert it to sRGB",)),
    "iCCP that cannot be unpacked": refused(
        iccp(b"", packed=b"\x00\x01"), words=("cannot be unpacked", "convert it to sRGB")
    ),
    "iCCP cut within": refused(
        iccp(b"", packed=zlib.compress(P3_PROFILE)[:-9]), words=("cannot be unpacked",)
    ),
    "iCCP that is a bomb": refused(
        iccp(b"", packed=zlib.compress(bytes(9_000_000), 9)), words=("more than 8000000 bytes",)
    ),
}  # fmt: skip


def encoded(kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), PAINT).save(out, kind, **options)
    return out.getvalue()


def png(row: Row) -> bytes:
    return with_chunks(encoded(), *row.chunks)


@pytest.mark.parametrize("name", TABLE)
def test_each_statement_is_honoured_or_refused_by_its_name(name: str) -> None:
    row = TABLE[name]
    if row.refused:
        with pytest.raises(PictureError) as caught:
            colours_of(contents_of(png(row)))
        words = str(caught.value)
        assert all(each in words for each in row.refused), words
        assert "export it" in words or "convert it" in words
        return
    found = colours_of(contents_of(png(row)))
    assert found.name == row.name
    assert bool(found.profile) == (row.name != "sRGB")
    assert found.stated == bool(row.chunks)


@pytest.mark.parametrize("name", TABLE)
def test_renders_plates_and_posters_are_decided_alike(name: str) -> None:
    row, limits = TABLE[name], Limits(LIMITS.max_bytes, LIMITS.max_pixels)
    if row.refused:
        for read in (
            lambda data: decode_render(data, limits),
            lambda data: srgb_plate(data, (8, 8), LIMITS),
            lambda data: decode(data, LIMITS),
        ):
            with pytest.raises(PictureError, match=r"export it|convert it"):
                read(png(row))
        return
    assert decode_render(png(row), limits).colours.name == row.name
    plate = srgb_plate(png(row), (8, 8), LIMITS)
    assert (plate == png(row)) == (row.name == "sRGB")
    if row.name != "sRGB":
        with pytest.raises(PictureError, match="export it as sRGB"):
            decode(png(row), LIMITS)


def linear(codes: Any) -> Any:
    share = np.asarray(codes, float) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def display_p3_in_srgb(codes: tuple[int, int, int]) -> Any:
    """Convert by the published matrix (CSS Color 4, section 17), not by any profile."""
    light = linear(codes) @ np.array(
        [[1.2249, -0.0420, -0.0197], [-0.2247, 1.0421, -0.0786], [0.0, 0.0, 1.0979]]
    )
    return np.rint(
        255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    )


@pytest.mark.parametrize("name", [each for each, row in TABLE.items() if row.name == "Display P3"])
def test_display_p3_shows_the_same_paint_however_it_is_stated(name: str) -> None:
    plate = srgb_plate(png(TABLE[name]), (8, 8), LIMITS)
    shown = np.asarray(Image.open(io.BytesIO(plate)).convert("RGB"), int)[0, 0]
    assert np.abs(shown - display_p3_in_srgb(PAINT)).max() <= 1


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({}, "sRGB"),
        ({"icc_profile": SRGB_PROFILE}, "sRGB"),
        ({"icc_profile": P3_PROFILE}, "Display P3 (test)"),
        ({"exif": b"Exif\0\0" + exif(space=1)}, "sRGB"),
        ({"exif": b"Exif\0\0" + exif(space=2)}, "Adobe RGB"),
        ({"icc_profile": P3_PROFILE, "exif": b"Exif\0\0" + exif(space=65535)}, "Display P3 (test)"),
    ],
)
def test_a_jpeg_and_a_webp_are_read_by_profile_and_exif(
    kind: str, options: dict[str, bytes], name: str
) -> None:
    data = encoded(kind, **options)
    assert colours_of(contents_of(data)).name == name
    assert (srgb_plate(data, (8, 8), LIMITS) == data) == (name == "sRGB")


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_a_jpegs_or_webps_profile_and_exif_that_differ_are_refused(kind: str) -> None:
    data = encoded(kind, icc_profile=P3_PROFILE, exif=b"Exif\0\0" + exif(space=1))
    with pytest.raises(PictureError, match=r"ICC profile says Display P3 .*Exif says sRGB"):
        colours_of(contents_of(data))


def test_a_jpeg_that_has_lost_a_part_of_its_profile_is_not_taken_for_srgb() -> None:
    data = encoded("JPEG", icc_profile=P3_PROFILE + bytes(70_000))
    start = data.index(b"ICC_PROFILE\0\x02") - 4
    length = 2 + int.from_bytes(data[start + 2 : start + 4], "big")
    with pytest.raises(PictureError, match="1 of the 2 parts"):
        contents_of(data[:start] + data[start + length :])


def test_a_statement_behind_the_pixels_is_refused() -> None:
    with pytest.raises(PictureError, match="cICP behind its pixels"):
        contents_of(with_chunks(encoded(), cicp(12, 13), behind=True))


def test_a_profile_for_colours_that_cannot_be_printed_is_refused_in_one_line() -> None:
    profile = P3_PROFILE[:16] + b"\0GB " + P3_PROFILE[20:]
    assert "which is for GB; convert it" in told_of(with_chunks(encoded(), iccp(profile)))


@given(data=st.data())
@pytest.mark.slow
def test_a_profile_with_any_bytes_changed_is_used_or_refused(data: st.DataObject) -> None:
    profile = bytearray(data.draw(st.sampled_from([P3_PROFILE, SRGB_PROFILE])))
    for _ in range(data.draw(st.integers(1, 6))):
        profile[data.draw(st.integers(0, len(profile) - 1))] = data.draw(st.integers(0, 255))
    told = told_of(with_chunks(encoded(), iccp(bytes(profile))))
    assert told.isprintable()


@given(body=st.binary(max_size=40), name=st.sampled_from([b"cICP", b"cHRM", b"gAMA", b"eXIf"]))
def test_a_statement_of_any_bytes_is_read_or_refused(body: bytes, name: bytes) -> None:
    told = told_of(with_chunks(encoded(), chunk(name, body), gama(45455)))
    assert told == "sRGB" or "export it" in told


def told_of(data: bytes) -> str:
    """Return the colours' name, or why they are refused; any other error is one."""
    try:
        return colours_of(contents_of(data)).name
    except PictureError as error:
        return str(error)
