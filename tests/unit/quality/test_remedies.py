"""Which failures another plate may cure, and what is said of each."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from shared.quality.evidence import Caption
from shared.quality.gate import judge
from shared.quality.remedies import (
    beyond_repaint,
    limit_of,
    measure_named,
    measures,
    remedies,
)
from shared.quality.thresholds import Limits, Thresholds
from shared.vehicles.sidecar import Camera, Light
from tests.comfyui import small_car
from tests.unit.quality import case, scenes

_BY_PLATE = [
    "plate_structure",
    "plate_sharpness",
    "footprint_slope",
    "footprint_spread",
    "master.mark_contrast",
    "app.caption_contrast",
    "style.dusk_glows",
    "heading_error",
    "horizon_error",
    "light_gap",
    "light_height",
    "light_hardness",
    "light_warmth",
    "light_side",
]
_FOR_GOOD = [
    "master.contact_high",
    "app.contact_high",
    "master.contact_low",
    "geometry_error",
    "placement_wrong",
    "outside_safe_area",
    "footprint_rise",
    "camera_error",
    "shadow_side",
    "lettering_overlap",
    "bare_missing",
    "master.protected_changed",
    "master.stray_pixels",
    "master.badge_mean",
    "master.badge_soft_p99",
    "app.paint_shift",
    "master.edge_p95",
    "master.halo_dark",
    "master.halo_bright",
    "master.seam",
    "master.mark_share",
    "app.profile_srgb",
    "app.chroma_full",
    "master.label_present",
]


@pytest.mark.parametrize("name", _FOR_GOOD)
def test_what_vehicle_or_workflow_cause_no_new_plate_cures(name: str) -> None:
    assert beyond_repaint([name])


@pytest.mark.parametrize("name", _BY_PLATE)
def test_what_the_plate_causes_another_may_cure(name: str) -> None:
    assert not beyond_repaint([name])


@given(st.lists(st.sampled_from(_FOR_GOOD)), st.lists(st.sampled_from(_BY_PLATE), min_size=1))
def test_a_poster_that_fails_both_ways_is_painted_anew(
    lasting: list[str], cured: list[str]
) -> None:
    assert not beyond_repaint([*lasting, *cured])
    assert beyond_repaint(lasting) is bool(lasting)


def test_a_measure_that_the_table_lacks_is_tried_again() -> None:
    assert not beyond_repaint(["master.invented_tomorrow"])
    assert "another plate" in remedies({}, ["invented_tomorrow"], Thresholds())[0]


def test_every_measure_that_can_fail_is_in_the_table() -> None:
    nothing = Limits(**{field.name: -1.0 for field in fields(Limits)})
    hopeless = Thresholds(
        master=nothing,
        lossy=nothing,
        contact_low=9.0,
        contact_high=-1.0,
        geometry_error=-1.0,
        safe_sides=0.5,
        ground_below_horizon=0.4,
        ground_slope=-1.0,
        ground_spread=-1.0,
        plate_structure=2.0,
        plate_sharpness=999.0,
        light_gap=-200.0,
        text_contrast=99.0,
        mark_contrast=99.0,
        mark_share=1.0,
        heading_error=-1.0,
        horizon_error=-1.0,
        camera_error=-1.0,
        light_warmth=-1.0,
        light_height=-1.0,
        light_hardness=-1.0,
        light_side=-1.0,
        shadow_side=-1.0,
        confidence=0.0,
    )
    clean = case.clean()
    light = Light(azimuth_deg=110, elevation_deg=30, softness=0.1, cct_k=5600)
    box = case.claims().car_box
    evidence = replace(
        clean.evidence,
        caption=Caption((box,), (255, 255, 255)),
        claims=replace(clean.evidence.claims, scale=0.5),
        car=replace(clean.evidence.car, light=light, camera=Camera(heading_deg=0)),
        bare=scenes.with_lane(case.bare_plate(), case.HORIZON / case.HEIGHT),
        alternatives=3,
    )
    poster = 255 - clean.poster
    copies = [case.delivered("master", _plain_png(poster), lossless=True)]

    verdict = judge(evidence, copies, hopeless)
    bare = judge(replace(evidence, bare=None), copies, hopeless)

    failed = {*verdict.failures, *bare.failures, *verdict.doubts}
    known = {name: measure_named(name) for name in failed}
    assert len(failed) > 25
    assert [name for name in known if name.rpartition(".")[2] not in measures()] == []
    seen = {name.rpartition(".")[2] for name in failed} | {"style", "chroma_full"}
    assert seen == set(measures())


def _plain_png(pixels: case.Bytes) -> bytes:
    return small_car.png(Image.fromarray(np.ascontiguousarray(pixels)), compress_level=1)


def test_a_sentence_has_value_limit_and_what_to_change() -> None:
    scores = {"master.contact_high": 0.65, "app.contact_high": 0.66}

    (said,) = remedies(scores, ["master.contact_high", "app.contact_high"], Thresholds())

    assert said.startswith("contact_high is 0.65 (limit: at most 0.55): ")
    assert "all four `contacts`" in said


def test_limits_are_those_that_the_settings_have_set() -> None:
    strict = Thresholds(contact_high=0.2, plate_sharpness=7.5)
    said = remedies(
        {"master.contact_high": 0.3, "plate_sharpness": 6.0, "master.edge_p95": 2.0},
        ["master.contact_high", "plate_sharpness", "master.edge_p95"],
        strict,
    )
    assert [each.partition(":")[2].partition(")")[0] for each in said] == [
        " at most 0.2",
        " at least 7.5",
        " at most 1",
    ]


def test_what_could_not_be_measured_is_said_so() -> None:
    (said,) = remedies({}, ["master.contact_low"], Thresholds())
    assert said.startswith("contact_low could not be measured (limit: at least 0.1): ")


def test_each_rule_of_a_style_has_its_own_sentence() -> None:
    said = remedies({}, ["style.dusk_glows", "style.night_is_dark"], Thresholds())
    assert [each.partition(":")[0] for each in said] == ["style.dusk_glows", "style.night_is_dark"]


def test_every_limit_of_the_table_is_a_threshold() -> None:
    assert all(
        limit_of(measure, Thresholds()) is not None
        for measure in measures().values()
        if measure.limit is not None
    )
