"""The demonstration car in three paints on painted scenes, made and judged as the product does.

The whole matrix is `poster gallery`; here each paint meets one of the harder scenes.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from local.stack import ROOT
from shared.quality.thresholds import LOSSY
from shared.vehicles.bundle import bundled
from shared.vehicles.freeze import mount_files
from tools.gallery.making import Picture, Studio
from tools.gallery.scenes import all_scenes
from tools.gallery.work import painted

if TYPE_CHECKING:
    from pathlib import Path

_SCENES = {
    "black": "bund-summer-clear-night",
    "red": "wuzhen-summer-rain-day",
    "white": "taihu-winter-snow-day",
}


_SLOW = [pytest.param(each, marks=pytest.mark.slow) for each in ("black", "white")]


@pytest.fixture(scope="module", params=["red", *_SLOW])
def picture(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Picture:
    """Freeze one paint, paint its scene, run the workflow, label and judge."""
    folder: Path = tmp_path_factory.mktemp(request.param)
    renders = bundled(ROOT / "comfyui" / "vehicles" / "citycar" / "g1" / request.param)
    vehicle = min(renders, key=lambda each: each.entry.rank).frozen()
    for key, data in mount_files(vehicle):
        path = folder / "mount" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    scene = next(each for each in all_scenes() if each.name == _SCENES[request.param])
    return Studio(folder).make(scene, painted(scene), vehicle.reference)


def test_every_gate_passes(picture: Picture) -> None:
    assert picture.failures == ()


def test_the_app_gets_a_jpeg_that_keeps_the_badge_with_room_to_the_limits(
    picture: Picture,
) -> None:
    assert picture.app_copy == "poster.jpg"
    for name, limit in asdict(LOSSY).items():
        found = [s for each, s in picture.scores.items() if each.startswith(f"app.{name}")]
        assert found
        assert max(found) <= 0.85 * limit, name


def test_no_protected_pixel_and_no_badge_pixel_differs(picture: Picture) -> None:
    scores = picture.scores
    assert scores["master.protected_pixels"] > 300_000
    assert scores["master.protected_changed"] == scores["master.badge_p99"] == 0
    assert scores["master.stray_pixels"] == scores["master.paint_shift"] == 0


def test_the_car_stands_on_its_ground_with_room_to_the_limits(picture: Picture) -> None:
    scores = picture.scores
    assert 0.12 < scores["master.contact_low"] <= scores["master.contact_high"] < 0.5
    assert scores["master.contact_open"] > 0.9
    assert scores["footprint_slope"] < 2


def test_the_lettering_can_be_read_and_keeps_clear(picture: Picture) -> None:
    assert picture.scores["master.caption_contrast"] >= 4.5
    assert picture.scores["lettering_overlap"] == 0
    assert picture.scores["master.lettering_overlay"] == 0
    assert 0 < picture.scores["master.lettering_unreadability"] < 0.02
    assert 0 < picture.scores["master.lettering_occlusion"] < 0.35
