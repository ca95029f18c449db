"""The caption: readable on any sky, large, clear of the car, and honest about missing glyphs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from comfyui.custom_nodes.trip_poster.caption import write_caption
from comfyui.custom_nodes.trip_poster.colour import decode, luminance, to_floats
from comfyui.custom_nodes.trip_poster.errors import PictureInputError, PlacementError
from comfyui.custom_nodes.trip_poster.lettering import Face, clean, set_line
from comfyui.custom_nodes.trip_poster.poster_nodes import TripPosterCaption
from comfyui.custom_nodes.trip_poster.scrim import CONTRAST

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH, HEIGHT = 288, 360
CAR = (20, 200, 270, 320)
BADGE = (40, 250, 60, 270)
TITLE, LINE = "拙政园·一路向前", "苏州市 · 十月"


def sky(*colours: tuple[int, int, int], seed: int = 0) -> NDArray[np.uint8]:
    """Return a picture of patches of these colours."""
    chosen = np.random.default_rng(seed).integers(0, len(colours), (HEIGHT // 12, WIDTH // 12))
    patches = np.array(colours, dtype=np.uint8)[chosen]
    return np.repeat(np.repeat(patches, 12, axis=0), 12, axis=1)


def captioned(
    picture: NDArray[np.uint8], title: str = TITLE, line: str = LINE
) -> tuple[NDArray[np.uint8], dict[str, Any]]:
    return write_caption(picture, [CAR, BADGE], title, line)


SKIES = {
    "night": sky((8, 10, 30)),
    "noon": sky((150, 200, 245)),
    "grey": sky((118, 118, 118)),
    "clouds": sky((250, 250, 250), (30, 60, 140), (120, 120, 150)),
    "noise": np.random.default_rng(3).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8),
    "white": sky((255, 255, 255)),
}


def _contrast(one: float, other: float) -> float:
    high, low = max(one, other), min(one, other)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", SKIES)
def test_every_sky_gives_the_contrast_asked_for(name: str) -> None:
    poster, facts = captioned(SKIES[name])
    ink = np.array(facts["ink"], dtype=np.uint8)
    assert facts["contrast"] >= CONTRAST
    for x0, y0, x1, y1 in facts["boxes"]:
        part = poster[y0:y1, x0:x1]
        ground = np.abs(part.astype(int) - ink).max(axis=2) > 60
        shine = luminance(decode(part))[ground]
        middle = float(np.median(shine))
        assert _contrast(float(luminance(decode(ink))), middle) >= CONTRAST


def test_a_sky_that_gives_the_contrast_is_left_as_it_is() -> None:
    for name in ("night", "noon", "white"):
        poster, facts = captioned(SKIES[name])
        touched = (poster != SKIES[name]).any(axis=2)
        assert facts["scrim"][3] == 0
        assert touched.any()
        x0 = min(box[0] for box in facts["boxes"])
        assert not touched[:, : x0 - 1].any()


def test_light_ink_goes_on_dark_skies_and_dark_ink_on_light_ones() -> None:
    inks = {name: sum(captioned(SKIES[name])[1]["ink"]) for name in ("night", "white")}
    assert inks["night"] > 600
    assert inks["white"] < 150


@pytest.mark.parametrize("name", SKIES)
def test_car_and_badge_and_a_margin_round_them_are_never_touched(name: str) -> None:
    poster, _ = captioned(SKIES[name])
    top = CAR[1] - round(0.05 * HEIGHT)
    assert np.array_equal(poster[top:], SKIES[name][top:])


def test_the_text_stays_in_its_zone() -> None:
    _, facts = captioned(SKIES["clouds"])
    for x0, y0, x1, y1 in facts["boxes"]:
        assert 0.05 * HEIGHT <= y0 < y1 <= 0.22 * HEIGHT + 1
        assert 0 < x0 < x1 < WIDTH


def test_boxes_hold_all_ink_and_touch_it_on_every_side() -> None:
    picture = SKIES["night"]
    poster, facts = captioned(picture, line="")
    (x0, y0, x1, y1) = facts["boxes"][0]
    rows, columns = np.nonzero((poster != picture).any(axis=2))
    assert (columns.min(), rows.min()) == (x0, y0)
    assert (columns.max() + 1, rows.max() + 1) == (x1, y1)
    assert facts["text_px"] == y1 - y0


def test_a_long_title_is_set_smaller_not_cut() -> None:
    short, long = (
        captioned(SKIES["night"], "湖")[1],
        captioned(SKIES["night"], "一二三四五六七八九十十一")[1],
    )
    assert long["text_px"] < short["text_px"]
    assert long["boxes"][0][2] < WIDTH


def test_text_moves_to_the_calmer_side() -> None:
    picture = SKIES["night"].copy()
    assert captioned(picture, "湖")[1]["boxes"][0][0] < WIDTH / 2
    picture[:, : WIDTH // 2] = SKIES["noise"][:, : WIDTH // 2] // 4
    assert captioned(picture, "湖")[1]["boxes"][0][0] > WIDTH / 2


def test_a_car_that_leaves_no_room_is_an_error() -> None:
    with pytest.raises(PlacementError, match="no room for the caption"):
        write_caption(SKIES["night"], [(10, 40, 270, 300)], TITLE, LINE)


def test_a_character_the_font_lacks_is_left_out_and_named() -> None:
    _, facts = captioned(SKIES["night"], "湖🚗畔", "湖\u200b州市\n· 五月")
    assert facts["missing"] == ["🚗"]
    assert clean("湖🚗畔") == ("湖畔", ("🚗",))
    assert clean("🚗·一路") == ("一路", ("🚗",))
    assert clean(" 湖\u200b州市\n · 五月 ") == ("湖州市 · 五月", ())


@pytest.mark.parametrize(
    "lost", ["\U00020bb7", "\ue000", "\U000323b0", "\u0e34", "\u20dd", "✈"], ids=ascii
)
def test_whatever_would_have_been_seen_is_named_when_it_is_left_out(lost: str) -> None:
    assert clean(f"湖{lost}畔") == ("湖畔", (lost,))


@pytest.mark.parametrize("unseen", ["\u200d", "\ufe0f", "\U000e0100", "\u2066", "\x07"], ids=ascii)
def test_what_has_no_shape_is_not_missed(unseen: str) -> None:
    assert clean(f"湖{unseen}畔") == ("湖畔", ())


def test_without_text_the_picture_is_unchanged() -> None:
    poster, facts = captioned(SKIES["noise"], "", " ")
    assert np.array_equal(poster, SKIES["noise"])
    assert facts["boxes"] == []


def test_letters_are_set_apart() -> None:
    apart, close = (set_line("一一", 40, Face(tracking=share)).cover for share in (0.5, 0.0))
    assert apart.shape[1] - close.shape[1] == 20


def placement(**changes: Any) -> str:
    return json.dumps({"schema": 1, "car_box": CAR, "badge_box": BADGE, "x": 7, **changes})


def test_the_node_keeps_the_placement_and_adds_the_caption() -> None:
    image = to_floats(SKIES["clouds"])[None]
    poster, text = TripPosterCaption().run(image, placement(), TITLE, LINE)
    facts = json.loads(text)
    assert facts["x"] == 7
    assert set(facts["caption"]) >= {"boxes", "text_px", "ink", "contrast", "missing"}
    assert poster.shape == image.shape
    assert np.array_equal(poster[0], to_floats(captioned(SKIES["clouds"])[0]))


@pytest.mark.parametrize("bad", ["", "[]", "{}", placement(car_box=[1, 2]), placement(badge_box=3)])
def test_a_placement_of_another_form_is_refused(bad: str) -> None:
    with pytest.raises(PictureInputError, match="placement must"):
        TripPosterCaption().run(to_floats(SKIES["night"])[None], bad, TITLE, LINE)


def test_texts_that_no_poster_has_room_for_are_refused_before_running() -> None:
    assert TripPosterCaption.VALIDATE_INPUTS(title="长" * 25) == (
        "title must be at most 24 characters long"
    )
    assert TripPosterCaption.VALIDATE_INPUTS(line="长" * 41) is not True
    assert TripPosterCaption.VALIDATE_INPUTS(None, None) is True
    with pytest.raises(PictureInputError, match="title must be"):
        TripPosterCaption().run(to_floats(SKIES["night"])[None], placement(), "长" * 25, LINE)
