"""The visible mark, and the files that are delivered."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from shared.core.errors import PictureError
from shared.quality.delivery import file_facts
from shared.quality.lettering import mark_contrast, mark_ink, mark_share
from shared.results.copies import Copy, app_copy, master_copy, thumbnail
from shared.results.label import CORNERS, stamp, xmp

_PIXELS = np.random.default_rng(1).integers(0, 256, (500, 400, 3), dtype=np.uint8)
POSTER = Image.fromarray(_PIXELS)
PACKET = xmp(producer="0011", produce_id="task-1")
_FINE, _BESIDE = (160, 160, 208, 240), (280, 160, 328, 240)


def test_the_mark_stands_below_on_the_right_where_that_is_free() -> None:
    x0, y0, x1, y1 = stamp(POSTER, clear_of=[(0, 0, 400, 300)]).box
    assert x0 > 200
    assert y0 > 400
    assert (x1, y1) < (400, 500)


def test_the_mark_changes_nothing_outside_its_box() -> None:
    marked = stamp(POSTER, clear_of=[])
    changed = (np.asarray(marked.picture) != _PIXELS).any(axis=-1)
    x0, y0, x1, y1 = marked.box
    assert changed[y0:y1, x0:x1].mean() > 0.6
    changed[y0:y1, x0:x1] = False
    assert not changed.any()


@pytest.mark.parametrize("corners", [1, 2, 3])
def test_the_mark_keeps_clear_of_every_box(corners: int) -> None:
    taken = [(250, 400, 400, 500), (0, 400, 150, 500), (250, 0, 400, 100)][:corners]
    x0, y0, x1, y1 = stamp(POSTER, clear_of=taken).box
    assert not any(a < x1 and x0 < c and b < y1 and y0 < d for a, b, c, d in taken)


def test_where_no_corner_is_clear_the_mark_stands_on_an_edge() -> None:
    corners = [(0, 0, 90, 500), (300, 0, 400, 500), (0, 0, 400, 300)]
    x0, y0, x1, _ = stamp(POSTER, clear_of=corners).box
    assert (x0 > 90, x1 < 300, y0 > 400) == (True, True, True)


def test_where_no_edge_is_clear_there_is_no_poster() -> None:
    with pytest.raises(PictureError, match="edge"):
        stamp(POSTER, clear_of=[(20, 20, 380, 480)])


def test_the_master_is_exact_and_says_so() -> None:
    copy = master_copy(POSTER, xmp=PACKET)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(copy.data))), _PIXELS)
    assert (copy.name, copy.media_type, copy.width, copy.height) == (
        "poster.png",
        "image/png",
        400,
        500,
    )


def test_a_lossless_app_copy_is_a_webp_of_the_same_pixels() -> None:
    copy = app_copy(POSTER, xmp=PACKET, lossless=True)
    assert (copy.name, copy.media_type) == ("poster.webp", "image/webp")
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(copy.data)).convert("RGB")), _PIXELS)


def _noise(side: int) -> tuple[Image.Image, Image.Image]:
    """Return a poster of noise and the mask of its fine blocks; above 600 KB from 1,000 on."""
    pixels = np.random.default_rng(3).integers(60, 190, (side, side, 3), dtype=np.uint8)
    fine = Image.new("L", (side, side))
    fine.paste(255, _FINE)
    return Image.fromarray(pixels), fine


def _error(copy: Copy, poster: Image.Image, box: tuple[int, int, int, int]) -> float:
    shown = Image.open(io.BytesIO(copy.data)).convert("RGB").crop(box)
    gap = np.asarray(shown, dtype=float) - np.asarray(poster.crop(box), dtype=float)
    return float(np.abs(gap).mean())


def test_the_fine_blocks_of_a_jpeg_are_the_same_whatever_the_rest_has_to_give() -> None:
    poster, fine = _noise(1040)
    whole = app_copy(poster, xmp=PACKET, lossless=False)
    given = app_copy(poster, xmp=PACKET, lossless=False, fine=fine)
    assert len(given.data) < 0.75 * len(whole.data)
    assert _error(given, poster, _FINE) == _error(whole, poster, _FINE)
    assert _error(given, poster, _BESIDE) > 2 * _error(whole, poster, _BESIDE)


def test_the_rest_is_only_as_coarse_as_the_size_asks() -> None:
    (small, some), (large, few) = _noise(400), _noise(1040)
    fits = app_copy(small, xmp=PACKET, lossless=False, fine=some)
    pressed = app_copy(large, xmp=PACKET, lossless=False, fine=few)
    assert len(fits.data) < 600_000
    assert _error(fits, small, _BESIDE) < 0.6 * _error(pressed, large, _BESIDE)


@pytest.mark.parametrize("lossless", [True, False])
def test_every_copy_says_srgb_carries_the_label_and_has_full_chroma(lossless: bool) -> None:
    made = (
        master_copy(POSTER, xmp=PACKET),
        app_copy(POSTER, xmp=PACKET, lossless=lossless),
        thumbnail(POSTER, xmp=PACKET),
    )
    for copy in made:
        assert set(file_facts(copy.data).values()) == {1.0}, copy.name


def test_the_same_poster_gives_the_same_bytes() -> None:
    for lossless in (True, False):
        one = app_copy(POSTER, xmp=PACKET, lossless=lossless)
        assert one == app_copy(POSTER.copy(), xmp=PACKET, lossless=lossless)
    assert master_copy(POSTER, xmp=PACKET) == master_copy(POSTER.copy(), xmp=PACKET)


def test_a_file_that_is_no_picture_has_no_facts() -> None:
    with pytest.raises(PictureError):
        file_facts(b"no picture")


@pytest.mark.parametrize("style", ["", "photoreal", "retro_poster", "gouache", "anime"])
@pytest.mark.parametrize("width", [512, 759, 1019, 1152, 1440])
@pytest.mark.parametrize("grey", [0, 40, 90, 128, 200, 255])
def test_the_mark_is_large_and_readable_on_any_ground_and_hardly_larger_than_asked(
    width: int, grey: int, style: str
) -> None:
    ground = Image.new("RGB", (width, width * 5 // 4), (grey, grey, grey))
    marked = stamp(ground, clear_of=[], style=style)
    pixels, plate = np.asarray(marked.picture), np.asarray(ground)
    ink = mark_ink(pixels, plate, marked.box)
    assert (sum(ink) > 600) == (sum(marked.ink) > 600)
    assert 0.05 <= mark_share(pixels, marked.box, ink) <= 0.055
    assert mark_contrast(pixels, plate, marked.box) >= 3.2


def test_the_ground_is_toned_only_where_no_ink_stands_out_by_itself() -> None:
    toned = []
    for one, other in ((30, 30), (128, 128), (250, 250), (20, 235)):
        ground = np.full((720, 576, 3), one, dtype=np.uint8)
        ground[:, np.arange(576) % 64 < 32] = other
        marked = stamp(Image.fromarray(ground), clear_of=[])
        x0, y0, _, y1 = marked.box
        change = np.asarray(marked.picture).astype(int) - ground
        beside = change[y0:y1, x0 + (y1 - y0) // 12 : x0 + (y1 - y0) // 8]
        toned.append(int(np.abs(beside).max()))
    assert toned[:3] == [0, 0, 0]
    assert 0 < toned[3] < 120


@pytest.mark.parametrize("corner", CORNERS)
def test_the_mark_stands_in_the_corner_that_the_layout_wants(corner: str) -> None:
    x0, y0, _, _ = stamp(Image.new("RGB", (400, 500)), clear_of=[], corners=[corner]).box
    assert (x0 > 200) == corner.endswith("right")
    assert (y0 > 250) == corner.startswith("bottom")


def test_a_wanted_corner_that_is_not_clear_is_left_for_the_next_one_or_any() -> None:
    above = (0, 0, 400, 250)
    wanted = stamp(POSTER, clear_of=[above], corners=["top_left", "bottom_left"]).box
    other = stamp(POSTER, clear_of=[above], corners=["top_left", "top_right"]).box
    assert (wanted[0], wanted[1] > 250) == (12, True)
    assert (other[0] > 200, other[1] > 250) == (True, True)


def test_of_the_wanted_corners_one_that_is_far_calmer_is_taken() -> None:
    pixels = _PIXELS.copy()
    pixels[250:, :200] = 90
    wanted = ["bottom_right", "bottom_left"]
    assert stamp(Image.fromarray(pixels), clear_of=[], corners=wanted).box[0] < 200
    assert stamp(POSTER, clear_of=[], corners=wanted).box[0] > 200
