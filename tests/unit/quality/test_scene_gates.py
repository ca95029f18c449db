"""Geometry, ground, palette, lettering, label: what is checked besides the car's pixels."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from local.painter import paint
from shared.core.errors import PictureError
from shared.quality import palette
from shared.quality.evidence import Caption, Claims, Evidence, Orders
from shared.quality.gate import judge
from shared.quality.thresholds import Thresholds
from shared.results.copies import master_copy
from shared.results.label import xmp
from tests.unit.quality import case
from tests.unit.quality.case import clean

if TYPE_CHECKING:
    from shared.quality.gate import Verdict

_WORDS = {
    "spring": "春季", "summer": "夏季", "autumn": "秋季", "winter": "冬季",
    "clear": "晴天", "cloudy": "多云", "overcast": "阴天", "rain": "雨天",
    "snow": "雪天", "fog": "雾天", "sand": "沙尘",
    "dawn": "清晨", "day": "白天", "dusk": "黄昏", "night": "夜晚",
}  # fmt: skip
_INK = (255, 255, 255)
_TITLE = (60, 60, 420, 120)


def with_evidence(**changes: Any) -> Verdict:
    poster = clean()
    return replace(poster, evidence=replace(poster.evidence, **changes)).verdict()


@pytest.mark.parametrize(
    "wrong",
    [
        {"horizon_y": 300.0},
        {"contact_y": 500.0},
        {"canvas": (1152, 1440)},
        {"car_box": (0, 0, 10, 10)},
        {"badge_box": (300, 500, 320, 520)},
        {"scale": 0.5},
        {"height": 100},
    ],
)
def test_a_placement_that_says_what_is_not_so_is_refused(wrong: dict[str, Any]) -> None:
    verdict = with_evidence(claims=replace(case.claims(), **wrong))
    assert "placement_wrong" in verdict.failures
    assert verdict.scores["placement_wrong"] == 1


def test_a_car_that_reaches_into_the_margin_is_refused() -> None:
    narrow = Thresholds(safe_sides=0.15)
    poster = clean()
    verdict = judge(poster.evidence, poster.delivered(), narrow)
    assert verdict.failures == ("outside_safe_area",)
    assert verdict.scores["outside_safe_area"] == 30


def test_a_car_cut_off_by_the_picture_is_no_evidence() -> None:
    outside = Claims(**{**vars(case.claims()), "x": 200})
    with pytest.raises(PictureError, match="outside"):
        with_evidence(claims=outside)


def test_a_picture_of_another_size_is_no_evidence() -> None:
    with pytest.raises(PictureError, match="size"):
        with_evidence(bare=case.bare_plate()[:-1])


def test_a_car_on_rocks_is_refused() -> None:
    rocks = np.random.default_rng(2).integers(0, 256, case.bare_plate().shape, dtype=np.uint8)
    verdict = with_evidence(bare=rocks)
    assert "footprint_slope" in verdict.failures


def test_a_car_half_on_the_verge_is_refused() -> None:
    verge = case.bare_plate().copy()
    verge[:, 288:] //= 4
    verdict = with_evidence(bare=verge)
    assert "footprint_spread" in verdict.failures
    assert "footprint_slope" not in verdict.failures


def test_a_light_car_on_a_dark_ground_is_told_by_the_light_gap() -> None:
    white = clean(car=case.car_pixels((235, 235, 235))).verdict()
    assert white.scores["light_gap"] > clean().verdict().scores["light_gap"] + 40


def test_a_footprint_that_reaches_the_horizon_is_refused() -> None:
    poster = clean()
    verdict = judge(poster.evidence, poster.delivered(), Thresholds(ground_below_horizon=0.3))
    assert verdict.failures == ("footprint_rise",)


def test_a_shadow_too_deep_to_be_one_is_refused() -> None:
    bright = np.minimum(case.bare_plate().astype(int) + 100, 255).astype(np.uint8)
    poster = clean(plate=np.full_like(bright, 3), bare=bright)
    assert "master.contact_low" in poster.verdict().failures


@pytest.mark.parametrize(
    ("orders", "rule"),
    [
        (Orders("spring", "clear", "night"), "night_is_dark"),
        (Orders("summer", "clear", "dusk"), "dusk_glows"),
        (Orders("autumn", "clear", "day"), "autumn_is_warm"),
        (Orders("spring", "snow", "day"), "snow_is_pale"),
        (Orders("spring", "sand", "day"), "sand_is_warm"),
    ],
)
def test_a_bright_spring_day_is_no_other_scene(orders: Orders, rule: str) -> None:
    assert f"style.{rule}" in with_evidence(orders=orders).failures


def test_palette_rules_can_be_made_to_report_only() -> None:
    poster = clean()
    evidence = replace(poster.evidence, orders=Orders("spring", "clear", "night"))
    verdict = judge(evidence, poster.delivered(), Thresholds(palette_fails=False))
    assert verdict.failures == ()
    assert "style.night_is_dark" in verdict.scores


_SCENES = list(
    itertools.product(
        ("spring", "summer", "autumn", "winter"),
        ("clear", "rain", "snow"),
        ("day", "dusk", "night"),
    )
)


@pytest.mark.parametrize("scene", _SCENES, ids="-".join)
def test_painted_scenes_keep_the_rules_of_their_facts(scene: tuple[str, str, str]) -> None:
    words = "，".join(_WORDS[word] for word in scene)
    place = ("太湖鼋头渚", "上海外滩", "黄山")[_SCENES.index(scene) % 3]
    plate = np.asarray(paint(f"{words}，{place}，宽阔的道路", width=144, height=180, seed=7))
    assert palette.broken_rules(palette.tones_of(plate), Orders(*scene)) == ()


def test_every_wrong_hour_of_a_clear_scene_is_told_apart() -> None:
    night = np.asarray(paint("夏季，晴天，夜晚，黄山", width=144, height=180, seed=1))
    day = np.asarray(paint("夏季，晴天，白天，黄山", width=144, height=180, seed=1))
    as_day, as_night = Orders("summer", "clear", "day"), Orders("summer", "clear", "night")
    assert "day_is_light" in palette.broken_rules(palette.tones_of(night), as_day)
    assert "night_is_dark" in palette.broken_rules(palette.tones_of(day), as_night)


def lettered(
    ink: tuple[int, int, int], ground: int, box: tuple[int, int, int, int] = _TITLE
) -> Verdict:
    poster = clean()
    picture = Image.fromarray(poster.poster)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill=(ground,) * 3)
    for x in range(box[0] + 6, box[2] - 10, 14):
        pen.rectangle((x, box[1] + 8, x + 5, box[3] - 8), fill=ink)
    evidence: Evidence = replace(poster.evidence, caption=Caption((box,), ink))
    return replace(poster, evidence=evidence, poster=np.asarray(picture)).verdict()


def test_white_letters_on_a_dark_ground_pass() -> None:
    verdict = lettered(_INK, 40)
    assert verdict.failures == ()
    assert verdict.scores["master.caption_contrast"] > 12


def test_how_lettering_lies_is_recorded_of_lossless_copies_and_fails_nothing() -> None:
    names = {f"lettering_{each}" for each in ("occlusion", "unreadability", "overlay", "alignment")}
    for verdict in (lettered(_INK, 40), clean().verdict()):
        assert {n for n in verdict.scores if n.startswith("master.lettering_")} == {
            f"master.{each}" for each in names
        }
        assert not any("app.lettering_" in name for name in verdict.scores)
        assert verdict.passed
    assert lettered(_INK, 40).scores["master.lettering_occlusion"] > 0
    assert clean().verdict().scores["master.lettering_occlusion"] == 0


def test_white_letters_on_a_light_ground_are_refused() -> None:
    assert "master.caption_contrast" in lettered(_INK, 170).failures


def test_letters_that_are_not_there_are_refused() -> None:
    verdict = with_evidence(caption=Caption((_TITLE,), (10, 10, 10)))
    assert verdict.scores["master.caption_contrast"] == 1
    assert "app.caption_contrast" in verdict.failures


@pytest.mark.parametrize("box", [(60, 340, 420, 372), (110, 460, 160, 480)])
def test_letters_over_the_car_or_close_to_it_are_refused(box: tuple[int, int, int, int]) -> None:
    assert "lettering_overlap" in lettered(_INK, 40, box).failures


def test_a_missing_ai_mark_is_refused() -> None:
    poster = clean()
    unmarked = case.composed(case.shaded_plate(), case.car_pixels())
    verdict = replace(poster, poster=unmarked).verdict()
    assert {"master.mark_share", "master.mark_contrast"} <= set(verdict.failures)


def test_an_ai_mark_of_half_the_size_is_refused() -> None:
    poster = clean()
    x0, y0, x1, y1 = poster.evidence.mark_box
    picture = Image.fromarray(poster.poster)
    small = picture.crop((x0, y0, x1, y1)).resize(((x1 - x0) // 2, (y1 - y0) // 2))
    picture.paste((60, 60, 60), (x0, y0, x1, y1))
    picture.paste(small, (x0 + (x1 - x0) // 4, y0 + (y1 - y0) // 4))
    verdict = replace(poster, poster=np.asarray(picture)).verdict()
    assert verdict.scores["master.mark_share"] < 0.04
    assert "master.mark_share" in verdict.failures


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b'<a TC260:AIGC="{}"/>',
        b'<a TC260:AIGC="no json"/>',
        xmp(producer="", produce_id="")[:300],
    ],
)
def test_a_file_without_a_whole_xmp_label_is_refused(packet: bytes) -> None:
    poster = clean()
    bare = master_copy(Image.fromarray(poster.poster), xmp=packet)
    copies = [case.delivered("master", bare.data, lossless=True), poster.delivered()[1]]
    assert poster.verdict(copies).failures == ("master.label_present",)


def test_a_glow_or_a_watermark_beside_the_car_is_refused() -> None:
    poster = clean()
    picture = poster.poster.copy()
    picture[300:303, 200:204] += np.uint8(1)
    verdict = replace(poster, poster=picture).verdict()
    assert verdict.failures == ("master.stray_pixels",)
    assert verdict.scores["master.stray_pixels"] == 12


def test_a_task_without_its_bare_plate_is_refused() -> None:
    verdict = with_evidence(bare=None)
    assert verdict.failures == ("bare_missing",)
    assert "master.contact_high" not in verdict.scores


def test_a_lossless_copy_is_held_to_the_masters_limits() -> None:
    poster = clean()
    master, app = poster.delivered()
    verdict = poster.verdict([master, replace(app, lossless=True)])
    assert {"app.protected_changed", "app.badge_mean"} <= set(verdict.failures)
