"""The renderer's conventions, without its path tracer: where lights stand, what a mirror shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tools.render_vehicle.camera import VIEWS, Camera, frame_car
from tools.render_vehicle.lamps import OwnLamps
from tools.render_vehicle.lights import (
    GROUPS,
    LIGHTS,
    SUNS,
    Light,
    paint_skies,
    street_power,
    sun_direction,
    tint,
)
from tools.render_vehicle.mixing import glare, mix, painted
from tools.render_vehicle.store import Groups, gathered, load_groups, save_groups

_BOX = np.array([[x, y, z] for x in (-2.1, 2.1) for y in (-0.9, 0.9) for z in (0.0, 1.5)])


def _camera(view: str) -> Camera:
    return frame_car(_BOX, VIEWS[view], width=960, margin=20)


@pytest.mark.parametrize("view", VIEWS)
def test_a_car_fills_the_picture_but_for_the_margin(view: str) -> None:
    camera = _camera(view)
    flat = camera.project(_BOX)
    height, width = camera.size
    assert flat[:, 0].min() == pytest.approx(20, abs=1)
    assert flat[:, 0].max() == pytest.approx(width - 20, abs=2)
    assert flat[:, 1].min() == pytest.approx(20, abs=1)
    assert flat[:, 1].max() <= height - 20


@pytest.mark.parametrize(("view", "flank"), [("front_left", 1), ("front_right", -1)])
def test_the_nearer_flank_is_the_one_the_view_is_named_after(view: str, flank: int) -> None:
    eye = _camera(view).eye
    assert eye[0] > 0
    assert np.sign(eye[1]) == flank


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", SUNS)
def test_a_sun_stands_on_the_side_it_is_named_after_behind_the_eye(view: str, name: str) -> None:
    camera = _camera(view)
    forward, right = camera.axes
    towards = sun_direction(SUNS[name], camera.view.heading_deg)
    assert np.linalg.norm(towards) == pytest.approx(1)
    assert np.sign(towards @ right) == (1 if name.endswith("right") else -1)
    assert towards @ forward < 0
    assert np.degrees(np.arcsin(towards[2])) == pytest.approx(SUNS[name].elevation_deg)


@pytest.mark.parametrize("view", VIEWS)
def test_a_mirror_shows_a_point_where_its_image_below_the_ground_lies(view: str) -> None:
    camera = _camera(view)
    mirror = Camera(camera.view, camera.focal_px, camera.crop, mirrored=True)
    below = _BOX * [1, 1, -1]
    np.testing.assert_allclose(mirror.project(_BOX), camera.project(below))


def test_a_boxed_camera_sees_the_same_at_its_own_scale() -> None:
    camera = _camera("hero_left")
    box = camera.aligned(np.array([-100.3, 200.0, 901.0, 611.7]), 2)
    small = camera.boxed(box, 2)
    moved = (camera.project(_BOX) - box[:2]) / 2
    np.testing.assert_allclose(small.project(_BOX), moved)
    assert box[0] <= -100.3
    assert box[3] >= 611.7
    with pytest.raises(ValueError, match="not aligned"):
        camera.boxed((box[0] + 1, *box[1:]), 2)


def test_illuminant_a_has_its_published_chromaticity() -> None:
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ tint(2856)
    assert xyz[:2] / xyz.sum() == pytest.approx([0.44757, 0.40745], abs=0.002)


@pytest.mark.slow
def test_skies_and_street_lamps_light_the_ground_alike() -> None:
    _, colours = paint_skies()
    np.testing.assert_allclose(colours @ [0.2126, 0.7152, 0.0722], 1.0)
    assert all(power > 0 for power in street_power())


def test_lights_weigh_groups_that_there_are() -> None:
    assert all(set(light.weights) <= set(GROUPS) for light in LIGHTS.values())
    assert LIGHTS["overcast"].sun_to_sky() == 0
    assert LIGHTS["day_left"].sun_to_sky() > 2


def test_low_beams_shine_ahead_and_end_at_the_cut_off() -> None:
    lamps = OwnLamps(np.array([[1.9, 0.6, 0.7], [1.9, -0.6, 0.7]]), np.array([[-2.0, 0.0, 0.9]]))
    near, far, beyond, behind = lamps.light(
        np.array([[6.0, 0.0], [20.0, 0.0], [250.0, 0.0], [-4.0, 0.0]])
    )
    assert near[0] > far[0] > 0
    assert beyond[0] == 0
    assert behind[0] == 0
    assert behind[1] > near[1] == 0


def _groups(rng: np.random.Generator) -> Groups:
    camera = Camera(VIEWS["front_left"], 40.0, (-8, -3, 16, 10))
    light = rng.uniform(0, 1, (10, 16, 3, 2, len(GROUPS), 3))
    facts = rng.uniform(0.5, 1, (10, 16, 8))
    facts[:2, :, 0] = 0
    return gathered(camera, light, facts)


def test_a_light_is_the_sum_of_its_parts_and_white_ground_adds_its_own() -> None:
    groups = _groups(np.random.default_rng(5))
    one, two = Light({"clear": 0.5}, 0.3), Light({"day_left": 2.0, "beam": 0.1}, 0.3)
    both = mix(groups, Light(one.weights | two.weights, 0.3))
    np.testing.assert_allclose(both, mix(groups, one) + mix(groups, two), rtol=1e-5)
    assert (mix(groups, Light({"clear": 0.5}, 0.8)) > mix(groups, one)).all()


def test_paint_enters_by_how_often_light_was_scattered_in_it() -> None:
    mixed = np.array([[[0.1] * 3, [0.2] * 3, [0.4] * 3]])
    assert painted(mixed, np.array([0.0, 0.5, 1.0]))[0] == pytest.approx([0.1, 0.3, 0.7])


def test_only_bright_lamps_have_a_glare() -> None:
    groups = _groups(np.random.default_rng(6))
    assert not glare(groups, Light({"cloud": 1.0}, 0.2)).any()
    assert glare(groups, Light({"beam": 5.0}, 0.2)).max() > 0


def test_what_tracing_leaves_is_read_back(tmp_path: Path) -> None:
    groups = _groups(np.random.default_rng(7))
    save_groups(tmp_path / "view.npz", groups)
    again = load_groups(tmp_path / "view.npz")
    assert again.camera == groups.camera
    np.testing.assert_array_equal(again.light, groups.light)
    # Outside of the car a picture goes on with the nearest colour, not with black.
    assert again.filled(again.facts[:, 1]).min() >= 0.5
    assert again.spread(again.facts[:, 1])[0].max() == 0
