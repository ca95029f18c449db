"""A plate without a scene, and one without even ground, are told from scenes by their measures."""

from __future__ import annotations

import functools
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageFilter

from shared.quality.plate import reasons_to_refuse, scene_scores
from shared.quality.thresholds import Thresholds
from tests.unit.quality import case
from tools.gallery.scenes import all_scenes
from tools.gallery.work import painted

if TYPE_CHECKING:
    from tests.unit.quality.case import Bytes

_SIZE = (1152, 1440)
# The palest and the plainest of the gallery's plates.
_HARDEST = ("taihu-winter-snow-day", "wuzhen-winter-fog-day", "dunhuang-spring-sand-day")


def noise(cells: int, kind: Image.Resampling = Image.Resampling.BICUBIC) -> Bytes:
    """Return red noise: random cells, that many across, enlarged to a plate."""
    random = np.random.default_rng(cells)
    codes = random.normal((130, 50, 40), (40, 15, 15), (cells * 5 // 4, cells, 3))
    small = Image.fromarray(np.clip(codes, 0, 255).astype(np.uint8))
    return np.asarray(small.resize(_SIZE, kind))


@functools.cache
def scene(name: str) -> Bytes:
    """Return a plate of the gallery, painted once."""
    wanted = next(each for each in all_scenes() if each.name == name)
    return np.asarray(Image.open(io.BytesIO(painted(wanted))).convert("RGB"))


def road(rough: float) -> Bytes:
    """Return sky, hills and a plain, with that much grain (L*, roughly) in the ground."""
    sheet = case.bare_plate().astype(np.float64)
    grain = np.random.default_rng(3).normal(0, rough, sheet.shape[:2])
    sheet[case.HORIZON + 30 :] += grain[case.HORIZON + 30 :, :, None]
    return np.clip(np.rint(sheet), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("cells", [16, 36, 144, 1152])
@pytest.mark.parametrize("kind", [Image.Resampling.BICUBIC, Image.Resampling.NEAREST])
def test_noise_of_any_grain_is_no_scene(cells: int, kind: Image.Resampling) -> None:
    assert "plate_structure" in reasons_to_refuse(noise(cells, kind), Thresholds())


@pytest.mark.parametrize("colour", [(0, 0, 0), (130, 50, 40), (255, 255, 255)])
def test_one_colour_is_no_scene(colour: tuple[int, int, int]) -> None:
    plate = np.full((1440, 1152, 3), colour, dtype=np.uint8)
    assert scene_scores(plate) == {"plate_structure": 0.0, "plate_sharpness": 0.0}
    assert set(reasons_to_refuse(plate, Thresholds())) == {"plate_structure", "plate_sharpness"}


@pytest.mark.slow
def test_a_blur_is_no_scene_however_well_it_is_ordered() -> None:
    sharp = Image.fromarray(scene("taihu-summer-clear-dusk"))
    soft = np.asarray(sharp.filter(ImageFilter.GaussianBlur(20)))
    assert set(reasons_to_refuse(soft, Thresholds())) == {"plate_sharpness"}


@pytest.mark.parametrize("name", _HARDEST)
@pytest.mark.slow
def test_the_palest_painted_scenes_are_scenes_with_room_to_the_limits(name: str) -> None:
    scores = scene_scores(scene(name))
    assert scores["plate_structure"] > 0.4
    assert scores["plate_sharpness"] > 9
    assert reasons_to_refuse(scene(name), Thresholds()) == {}


def test_rough_ground_is_refused_before_a_car_is_put_on_it_and_even_ground_is_not() -> None:
    assert reasons_to_refuse(road(1.2), Thresholds()) == {}
    refused = reasons_to_refuse(road(30.0), Thresholds())
    assert set(refused) == {"plate_ground"}
    assert refused["plate_ground"] > Thresholds().ground_slope


def test_a_poster_on_noise_does_not_pass_the_gate() -> None:
    small = np.asarray(Image.fromarray(noise(144)).resize((case.WIDTH, case.HEIGHT)))
    found = case.clean(plate=small, bare=small).verdict().failures
    assert "plate_structure" in found


def test_the_limits_are_the_thresholds() -> None:
    lenient = replace(Thresholds(), plate_structure=0.0, plate_sharpness=0.0, ground_slope=99.0)
    assert reasons_to_refuse(noise(144), lenient) == {}


def test_a_car_much_lighter_than_its_ground_is_a_doubt_and_no_failure() -> None:
    white = case.car_pixels((235, 236, 238))
    dark = (case.bare_plate() // 6).astype(np.uint8)
    verdict = case.clean(car=white, plate=dark, bare=dark).verdict()
    assert verdict.scores["light_gap"] > 35
    assert verdict.doubts == ("light_gap",)
    assert "light_gap" not in verdict.failures


def test_the_same_car_by_day_is_no_doubt() -> None:
    verdict = case.clean(car=case.car_pixels((235, 236, 238))).verdict()
    assert 0 < verdict.scores["light_gap"] < 35
    assert verdict.doubts == ()
