"""Ten faults, each planted into a poster that passes, each caught by the gate named for it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from shared.quality.colour import decode, encode
from shared.quality.masks import dilated
from tests.unit.quality import case
from tests.unit.quality.case import X, Y, car_pixels, clean, composed, shaded_plate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.unit.quality.case import Bytes

_AT = (slice(Y, Y + case.CAR[1]), slice(X, X + case.CAR[0]))
_EDGE = {"master.edge_mean", "master.edge_p95"}
_EXACT = [
    "protected_changed",
    "badge_mean",
    "badge_p99",
    "badge_soft_mean",
    "badge_soft_p99",
    "paint_shift",
]


def failures_of(poster: Bytes) -> set[str]:
    return set(clean().repainted(poster).verdict().failures)


def test_a_clean_composite_passes_every_gate() -> None:
    assert clean().verdict().failures == ()


@pytest.mark.parametrize("name", _EXACT)
def test_a_clean_composite_scores_exactly_0_where_the_table_says_0(name: str) -> None:
    scores = clean().verdict().scores
    assert scores[f"master.{name}"] == 0
    assert scores["master.protected_pixels"] > 40_000


def test_one_code_on_one_badge_pixel_is_caught_by_protected_pixels_and_badge() -> None:
    poster = composed(shaded_plate(), car_pixels())
    poster[Y + 118, X + 98, 0] += 1

    verdict = clean().repainted(poster).verdict()

    assert {"master.protected_changed", "master.badge_mean"} <= set(verdict.failures)
    assert verdict.scores["master.protected_changed"] == 1


def test_an_alpha_shifted_by_1_px_is_caught_at_the_edge() -> None:
    car = car_pixels().copy()
    car[..., 3] = np.roll(car[..., 3], 1, axis=1)
    assert failures_of(composed(shaded_plate(), car)) >= _EDGE


def test_an_alpha_blurred_by_0_7_px_is_caught_at_the_edge() -> None:
    car = car_pixels().copy()
    car[..., 3] = np.rint(_blurred(car[..., 3].astype(float), 0.7)).astype(np.uint8)
    found = failures_of(composed(shaded_plate(), car))
    assert found >= _EDGE
    assert {"master.halo_dark", "master.halo_bright", "master.seam"} & found


def test_an_srgb_blend_is_caught_at_the_edge_and_as_a_halo() -> None:
    found = failures_of(composed(shaded_plate(), car_pixels(), linear=False))
    assert {"master.edge_p95", "master.halo_dark", "master.seam"} <= found
    assert "master.protected_changed" not in found


def test_a_rim_darker_by_3_per_cent_is_caught_as_a_halo() -> None:
    poster = composed(shaded_plate(), car_pixels())
    seen = car_pixels()[..., 3] > 0
    rim = dilated(seen) & ~seen
    poster[_AT][rim] = np.rint(poster[_AT][rim] * 0.97).astype(np.uint8)
    assert {"master.halo_dark", "master.seam"} <= failures_of(poster)


def test_a_missing_shadow_is_caught_by_the_contact_ratio() -> None:
    plate = case.bare_plate()
    verdict = clean(plate=plate).verdict()
    assert set(verdict.failures) == {"master.contact_high", "app.contact_high"}
    assert verdict.scores["master.contact_high"] > 0.95


def test_a_horizon_off_by_5_per_cent_is_caught_by_the_geometry() -> None:
    down = Y + round(0.05 * case.HEIGHT)
    evidence = replace(clean().evidence, claims=case.claims(y=down))
    poster = case.marked(composed(shaded_plate(), car_pixels(), y=down))
    verdict = case.Case(evidence, poster).verdict()
    assert "geometry_error" in verdict.failures
    assert verdict.scores["geometry_error"] == pytest.approx(0.05, abs=1e-3)


def test_green_under_transparent_pixels_is_caught_at_the_edge() -> None:
    # What a resize does that takes colour and alpha apart: the green comes in through the edge.
    car = car_pixels().copy()
    car[car[..., 3] == 0, :3] = (0, 255, 0)
    colour = np.dstack([_blurred(car[..., c].astype(float), 0.5) for c in range(3)])
    edge = (car[..., 3] > 0) & (car[..., 3] < 255)
    car[edge, :3] = np.rint(colour[edge]).astype(np.uint8)
    found = failures_of(composed(shaded_plate(), car))
    assert found >= _EDGE
    assert "master.protected_changed" not in found


def test_a_copy_with_a_quarter_of_the_chroma_is_caught_by_the_badge() -> None:
    poster = clean()
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0xA001] = 1
    picture = Image.fromarray(poster.poster)
    picture.save(out, "JPEG", quality=95, subsampling=2, exif=exif, xmp=case.PACKET)
    master = poster.delivered()[0]
    verdict = poster.verdict([master, case.delivered("app", out.getvalue(), lossless=False)])
    assert {"app.chroma_full", "app.badge_p99", "app.badge_soft_p99"} <= set(verdict.failures)
    assert not any(name.startswith("master.") for name in verdict.failures)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_file_that_does_not_say_srgb_is_caught_by_the_profile(kind: str) -> None:
    out = io.BytesIO()
    options: dict[str, dict[str, Any]] = {
        "PNG": {},
        "JPEG": {"quality": 95, "subsampling": 0},
        "WEBP": {"lossless": True},
    }
    poster = clean()
    Image.fromarray(poster.poster).save(out, kind, **options[kind])
    copy = case.delivered("app", out.getvalue(), lossless=kind != "JPEG")
    assert "app.profile_srgb" in poster.verdict([poster.delivered()[0], copy]).failures


def test_a_render_whose_display_p3_profile_was_dropped_is_caught_by_badge_and_paint() -> None:
    # The same colours as Display P3 codes (SMPTE EG 432-1 primaries), read as if they were sRGB.
    to_p3 = np.array([[0.8225, 0.1774, 0.0], [0.0332, 0.9669, 0.0], [0.0171, 0.0724, 0.9108]])
    car = car_pixels().copy()
    car[..., :3] = encode(decode(car[..., :3]) @ to_p3.T)
    verdict = clean().repainted(composed(shaded_plate(), car)).verdict()
    assert {"master.badge_mean", "master.paint_shift", "app.badge_mean"} <= set(verdict.failures)
    assert verdict.scores["master.paint_shift"] > 1


def _blurred(plane: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    at = np.arange(-4, 5)
    taps = np.exp(-0.5 * (at / sigma) ** 2)
    taps /= taps.sum()
    for axis in (0, 1):
        plane = np.apply_along_axis(lambda row: np.convolve(row, taps, mode="same"), axis, plane)
    return plane


def test_two_lossless_copies_are_each_measured_by_their_own_pixels() -> None:
    good = clean()
    master = good.delivered()[0]
    pixels = master.pixels.copy()
    pixels[5, 5] ^= 1
    pixels[Y + 120, X + 100] ^= 1

    same = good.verdict([master, replace(master, name="app")])
    other = good.verdict([master, replace(master, name="app", pixels=pixels)])

    of_copy = {n.partition(".")[2]: s for n, s in same.scores.items() if n.startswith("app.")}
    assert of_copy == {
        n.partition(".")[2]: s for n, s in same.scores.items() if n.startswith("master.")
    }
    assert same.passed
    assert set(other.failures) >= {"app.stray_pixels", "app.protected_changed"}
    assert not any(name.startswith("master.") for name in other.failures)
