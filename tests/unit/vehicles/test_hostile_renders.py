"""Hostile and damaged uploads: a clear no, whatever they are, and never a crash."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from shared.pictures.colour import Colours
from shared.vehicles.intake.examine import examine
from shared.vehicles.intake.pictures import Limits, decode_render
from tests.fakes import renders
from tests.fakes.png_chunks import chunk, exif, with_chunks
from tests.fakes.renders import LIMITS, Files, png
from tests.unit.vehicles.test_intake_defects import codes, largest, look, measured

if TYPE_CHECKING:
    from collections.abc import Callable


def header(width: int, height: int, *, depth: int = 8, kind: int = 6) -> bytes:
    described = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", described)
    return start + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


def whole() -> bytes:
    return renders.good_files().render


def animated() -> bytes:
    out, frames = (
        io.BytesIO(),
        [Image.fromarray(renders.car()), Image.fromarray(renders.car()[::-1])],
    )
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def as_mode(mode: str) -> bytes:
    out = io.BytesIO()
    Image.fromarray(renders.car()).convert(mode).save(out, "PNG")
    return out.getvalue()


def with_chunk(name: bytes, body: bytes) -> bytes:
    return with_chunks(whole(), chunk(name, body))


_HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "no bytes": (lambda: b"", "not a PNG"),
    "a page": (lambda: b"<html>no picture</html>", "not a PNG"),
    "a JPEG by another name": (lambda: b"\xff\xd8\xff\xe0" + b"0" * 100, "not a PNG"),
    "half a PNG": (lambda: whole()[: len(whole()) // 2], "cut short"),
    "a bomb of 50000 x 50000": (lambda: header(50_000, 50_000), "pixels"),
    "a PNG without its pixels": (lambda: header(1000, 1000), "cannot be decoded"),
    "a PNG and an archive": (lambda: whole() + b"PK\x03\x04" * 10, "after its end"),
    "an archive within": (lambda: whole() + whole(), "after its end"),
    "an animation": (animated, "animated"),
    "16 bits without pixels": (lambda: header(100, 100, depth=16), "cannot be decoded"),
    "a bomb of 16 bits": (lambda: header(50_000, 50_000, depth=16), "are the most"),
    "a TIFF without anything": (lambda: b"II*\0" + b"\0" * 40, "cannot be decoded"),
    "a palette": (lambda: as_mode("P"), "mode P"),
    "grey": (lambda: as_mode("LA"), "mode LA"),
    "linear light": (lambda: with_chunk(b"gAMA", struct.pack(">I", 100_000)), "gamma"),
    "a damaged profile": (
        lambda: with_chunk(b"iCCP", b"x\0\0" + zlib.compress(b"no profile" * 20)),
        "colour profile",
    ),
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_a_hostile_render_is_refused_with_the_reason(name: str) -> None:
    make, words = _HOSTILE[name]

    examined = look(Files(make()))

    assert codes(examined, "fault") >= {"picture"}
    assert words in " ".join(each.text for each in examined.findings)
    assert examined.frozen is None


@pytest.mark.parametrize(
    "name", ["no bytes", "half a PNG", "a bomb of 50000 x 50000", "a bomb of 16 bits"]
)
def test_a_hostile_mask_is_refused_with_the_reason(name: str) -> None:
    make, _ = _HOSTILE[name]
    delivered = renders.good_files()

    examined = look(Files(delivered.render, make(), None, delivered.sidecar))

    assert "badge_picture" in codes(examined, "fault")


def test_limits_hold() -> None:
    small = Limits(max_bytes=1000, max_pixels=LIMITS.max_pixels)
    few = Limits(max_bytes=LIMITS.max_bytes, max_pixels=1000)

    for limits in (small, few):
        found = examine(renders.good_files().delivery(), limits).findings
        assert "are the most" in found[-1].text


@pytest.mark.slow
def test_a_render_on_its_side_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = png(np.rot90(renders.car()), exif=exif.tobytes())
    delivered = renders.good_files()

    examined = look(Files(turned, delivered.badge, None, renders_card(turned)))

    assert "turned" in codes(examined, "repair")
    assert np.array_equal(largest(examined), largest(look(delivered)))


@pytest.mark.parametrize("said", [0, 9, 255])
@pytest.mark.slow
def test_an_orientation_that_means_nothing_turns_nothing_and_is_told(said: int) -> None:
    render = with_chunk(b"eXIf", exif(orientation=said))

    examined = look(Files(render, renders.good_files().badge, None, renders_card(render)))

    assert "turned" not in codes(examined)
    assert "orientation_unknown" in codes(examined, "note")
    assert np.array_equal(largest(examined), largest(look(renders.good_files())))


@pytest.mark.slow
def test_a_render_whose_colours_stand_in_cicp_alone_is_converted() -> None:
    render = with_chunk(b"cICP", bytes([12, 13, 0, 1]))

    examined = look(Files(render, renders.good_files().badge, None, renders_card(render)))

    assert measured(examined, "profile") == {"profile": "Display P3"}
    assert not np.array_equal(largest(examined), largest(look(renders.good_files())))


def renders_card(render: bytes) -> bytes:
    import json

    return json.dumps(renders.card(render)).encode()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_render_with_any_bytes_changed_never_crashes_intake(data: st.DataObject) -> None:
    pixels = np.ascontiguousarray(renders.car()[::8, ::8])
    base = bytearray(png(pixels))
    for _ in range(data.draw(st.integers(1, 6))):
        base[data.draw(st.integers(8, len(base) - 1))] = data.draw(st.integers(0, 255))

    examined = look(Files(bytes(base)))

    assert examined.frozen is None
    assert codes(examined, "fault")


@settings(max_examples=40, deadline=None, derandomize=True)
@given(sidecar=st.binary(max_size=60) | st.sampled_from([b'{"titles": 1e999}', b"[" * 9999]))
def test_a_sidecar_of_any_bytes_never_crashes_intake(sidecar: bytes) -> None:
    pixels = np.ascontiguousarray(renders.car()[::8, ::8])

    assert look(Files(png(pixels), None, None, sidecar)).frozen is None


def test_nothing_of_the_files_metadata_is_kept() -> None:
    decoded = decode_render(with_chunk(b"tEXt", b"Comment\0made by somebody"), LIMITS)

    assert decoded.pixels.shape == renders.car().shape
    assert decoded.colours == Colours()
