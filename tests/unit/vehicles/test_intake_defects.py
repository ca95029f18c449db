"""Renders with a planted defect: each is found by its own name, repaired or refused."""

from __future__ import annotations

import functools
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFilter

from shared.vehicles.intake.edges import rim_of
from shared.vehicles.intake.examine import Examined, examine
from shared.vehicles.resample import decode_srgb, encode_srgb
from tests.fakes import renders
from tests.fakes.colour_profile import display_p3_profile
from tests.fakes.renders import LIMITS, Files, card, files, png

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.renders import Bytes

_CLEAN = {"alpha_straight", "small"}


def look(delivered: Files) -> Examined:
    return examine(delivered.delivery(), LIMITS)


@functools.cache
def clean() -> Examined:
    """Look at the delivery without any fault, once."""
    return look(renders.good_files())


def codes(examined: Examined, *kinds: str) -> set[str]:
    return {each.code for each in examined.findings if not kinds or each.kind in kinds}


def measured(examined: Examined, code: str) -> dict[str, Any]:
    return next(each.measured for each in examined.findings if each.code == code)


def largest(examined: Examined) -> Bytes:
    assert examined.frozen is not None, [f.text for f in examined.findings]
    return frozen_pixels(examined, "sizes/960.png")


def frozen_pixels(examined: Examined, name: str) -> Bytes:
    assert examined.frozen is not None
    return np.asarray(Image.open(io.BytesIO(dict(examined.frozen.files)[name])))


def premultiplied(pixels: Bytes, *, linear: bool = False) -> Bytes:
    share = pixels[..., 3:] / 255
    light = encode_srgb(decode_srgb(pixels[..., :3]) * share)
    plain = np.rint(pixels[..., :3] * share).astype(np.uint8)
    return np.dstack([light if linear else plain, pixels[..., 3]])


def over(pixels: Bytes, ground: tuple[int, int, int]) -> Bytes:
    """Leave the colour of an old background in the rim."""
    share = pixels[..., 3:] / 255
    mixed = np.rint(pixels[..., :3] * share + np.array(ground) * (1 - share)).astype(np.uint8)
    return np.dstack([np.where(pixels[..., 3:] > 0, mixed, 0), pixels[..., 3]])


@pytest.mark.slow
def test_a_clean_render_is_taken_in_without_being_touched() -> None:
    examined = clean()

    assert codes(examined) == _CLEAN
    assert codes(examined, "fault", "proposal", "repair") == set()
    assert examined.frozen is not None
    assert [size.width for size in examined.frozen.sidecar.sizes] == [960, 880, 800, 720, 640]
    assert set(examined.pictures) == {"light.png", "dark.png", "marked.png"}


def test_the_same_delivery_gives_the_same_bytes() -> None:
    assert look(renders.good_files()) == clean()


def test_points_of_the_sidecar_move_with_the_crop() -> None:
    examined = clean()
    assert examined.frozen is not None
    sidecar, rows = examined.frozen.sidecar, np.flatnonzero(renders.car()[..., 3].any(axis=1))
    columns = np.flatnonzero(renders.car()[..., 3].any(axis=0))
    left, top = int(columns[0]) - 20, int(rows[0]) - 20

    given = card(b"")
    assert sidecar.contacts[1] == (given["contacts"][1][0] - left, given["contacts"][1][1] - top)
    assert sidecar.horizon_y == given["horizon_y"] - top
    assert sidecar.badge_box[0] == given["badge_box"][0] - left


@pytest.mark.parametrize("linear", [False, True])
def test_premultiplied_colours_are_recognised_and_divided(*, linear: bool) -> None:
    examined = look(files(lambda pixels: premultiplied(pixels, linear=linear)))
    plain = largest(clean()).astype(int)

    assert "alpha_premultiplied" in codes(examined, "repair")
    evidence = measured(examined, "alpha_premultiplied")
    name = "codes_off_if_premultiplied_linear" if linear else "codes_off_if_premultiplied"
    assert evidence[name] < 1 < evidence["codes_off_if_straight"]
    seen = plain[..., 3] > 25
    assert np.abs(largest(examined).astype(int) - plain)[seen].max() <= 6


def test_what_the_sidecar_says_against_the_evidence_is_refused() -> None:
    examined = look(files(alpha_form="premultiplied"))

    assert codes(examined, "fault") == {"alpha_form"}
    assert examined.frozen is None


@pytest.mark.slow
def test_a_black_car_may_be_either_and_the_sidecar_settles_it() -> None:
    def black(pixels: Bytes) -> Bytes:
        pixels[..., :3] = 2
        return premultiplied(pixels)

    assert codes(look(files(black)), "fault") == set()
    assert "alpha_premultiplied" in codes(look(files(black, alpha_form="premultiplied")), "repair")


@pytest.mark.parametrize("ground", [(90, 200, 80), (235, 240, 250)])
def test_the_fringe_of_an_old_background_is_taken_off(ground: tuple[int, int, int]) -> None:
    examined = look(files(lambda pixels: over(pixels, ground)))

    evidence = measured(examined, "fringe")
    assert evidence["codes_after"] < 20 < evidence["codes_before"]
    rim = rim_of(largest(examined))
    off = np.abs(rim.colour - rim.paint).mean(axis=1)[rim.alpha > 0.1]
    assert float(off.mean()) < 4


def test_an_inside_of_254_becomes_opaque() -> None:
    def leaky(pixels: Bytes) -> Bytes:
        pixels[..., 3] = np.where(pixels[..., 3] == 255, 254, pixels[..., 3])
        return pixels

    examined = look(files(leaky))

    assert measured(examined, "alpha_repaired")["inside_not_opaque"] > 0.9
    alpha = largest(examined)[..., 3]
    assert (alpha == 255).sum() > 0.95 * (alpha > 0).sum()


def test_a_faint_haze_around_the_car_is_emptied() -> None:
    def hazy(pixels: Bytes) -> Bytes:
        pixels[::3, ::4, 3] = np.maximum(pixels[::3, ::4, 3], 3)
        return pixels

    examined = look(files(hazy))

    assert "alpha_repaired" in codes(examined, "repair")
    assert codes(examined, "fault") == set()
    plain = largest(clean())[..., 3].astype(int)
    # Within the rim, too, what is fainter than the haze goes with it.
    assert np.abs(largest(examined)[..., 3].astype(int) - plain).max() < 8


def test_a_p3_render_is_converted_and_its_paint_means_the_same() -> None:
    examined = look(files(options={"icc_profile": display_p3_profile()}))
    plain, converted = largest(clean()), largest(examined)

    assert "P3" in str(measured(examined, "profile")["profile"])
    middle = (slice(200, 220), slice(500, 520))
    off = converted[middle][..., :3].astype(int) - plain[middle][..., :3].astype(int)
    # This blue lies at the edge of sRGB: red falls, as it must for a wider blue.
    assert off[..., 0].mean() < -5
    assert np.array_equal(converted[..., 3], plain[..., 3])


def test_a_profile_that_is_srgb_changes_nothing_whatever_its_name() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    examined = look(files(options={"icc_profile": profile}))

    assert "profile" not in codes(examined)
    assert np.array_equal(largest(examined), largest(clean()))


@pytest.mark.parametrize("sigma", [1.5, 2.5])
def test_a_soft_edge_is_refused(sigma: float) -> None:
    def soft(pixels: Bytes) -> Bytes:
        blurred = Image.fromarray(pixels[..., 3]).filter(ImageFilter.GaussianBlur(sigma))
        filled = over(np.dstack([np.full_like(pixels[..., :3], 60), pixels[..., 3]]), (60, 60, 60))
        return np.dstack([filled[..., :3], np.asarray(blurred)])

    assert codes(look(files(soft)), "fault") == {"soft_edge"}


@pytest.mark.slow
def test_a_shadow_baked_into_the_render_is_refused() -> None:
    def shaded(pixels: Bytes) -> Bytes:
        below = pixels[-90:-20, 200:1000]
        below[below[..., 3] == 0] = (0, 0, 0, 60)
        return pixels

    assert "soft_background" in codes(look(files(shaded)), "fault")


@pytest.mark.parametrize("said", [False, True])
@pytest.mark.slow
def test_see_through_glass_needs_the_studios_word(*, said: bool) -> None:
    def glazed(pixels: Bytes) -> Bytes:
        pixels[110:170, 600:800, 3] = 90
        return pixels

    examined = look(files(glazed, see_through=said))

    assert codes(examined, "fault") == (set() if said else {"see_through"})
    assert "see_through" in codes(examined)


def test_a_background_of_noise_is_refused_before_any_work_on_it() -> None:
    def noisy(pixels: Bytes) -> Bytes:
        pixels[..., 3] = np.random.default_rng(1).integers(0, 250, pixels.shape[:2])
        pixels[200:400, 200:400, 3] = 255
        return pixels

    examined = look(files(noisy))

    assert codes(examined, "fault") >= {"picture"}
    assert "half transparent" in examined.findings[-1].text or "cut off" in str(examined.findings)


def test_a_car_cut_off_at_the_edge_is_refused() -> None:
    examined = look(files(lambda pixels: np.ascontiguousarray(pixels[:, 120:]), px_size=None))

    assert "cut_off" in codes(examined, "fault")


def test_two_cars_are_refused() -> None:
    def two(pixels: Bytes) -> Bytes:
        return np.concatenate([pixels, pixels], axis=1)

    assert "second_thing" in codes(look(files(two, px_size=None)), "fault")


def test_an_empty_picture_and_one_without_alpha_are_refused() -> None:
    empty = look(files(np.zeros_like))
    flat = look(files(lambda pixels: np.ascontiguousarray(pixels[..., :3])))

    assert "shows nothing" in empty.findings[-1].text
    assert ".mask.png" in flat.findings[-1].text


@pytest.mark.slow
def test_rgb_with_a_mask_is_the_same_as_rgba() -> None:
    colour, alpha = renders.car()[..., :3], renders.car()[..., 3]
    render = png(np.ascontiguousarray(colour))
    delivered = Files(render, png(renders.badge()), png(alpha), json.dumps(card(render)).encode())

    assert np.array_equal(largest(look(delivered)), largest(clean()))


@pytest.mark.parametrize(("width", "code"), [(700, "too_small"), (1200, "small")])
def test_a_small_render_is_refused_or_noted(width: int, code: str) -> None:
    def shrunk(pixels: Bytes) -> Bytes:
        high = round(pixels.shape[0] * width / pixels.shape[1])
        return np.asarray(Image.fromarray(pixels).resize((width, high), Image.Resampling.BOX))

    lone: Callable[[Bytes], Bytes] = shrunk
    examined = look(files(lone).without("badge", "sidecar"))

    assert code in codes(examined)
