"""The painter's level camera and its road in perspective."""

from __future__ import annotations

import numpy as np
import pytest

from local.painter.canvas import Canvas, Sheet
from local.painter.colour import cielab, from_cielab, from_oklab, mix, rgb, to_oklab
from local.painter.road import DASHES, FAR_EDGE, NEAR_EDGE, NEAR_LINE, between, lateral
from local.painter.scene import EYE_METRES, Scene, scene_of

WIDTH, HEIGHT = 288, 360


@pytest.fixture(params=[0, 1, 2, 3])
def scene(request: pytest.FixtureRequest) -> Scene:
    """Set up a scene for each of some seeds, open to the left or to the right."""
    return scene_of("夏季，晴天，白天，公路", WIDTH, HEIGHT, int(request.param))


def test_horizon_stands_at_its_share_of_the_height(scene: Scene) -> None:
    assert scene.canvas.horizon == pytest.approx(0.56 * HEIGHT)


def test_points_at_eye_height_lie_on_the_horizon(scene: Scene) -> None:
    for z in (6.0, 20.0, 200.0):
        assert scene.spot(2.0, EYE_METRES, z)[1] == pytest.approx(scene.canvas.horizon)


def test_ground_and_its_distance_agree(scene: Scene) -> None:
    drop = scene.spot(0.0, 0.0, 25.0)[1] - scene.canvas.horizon
    assert float(scene.depth(np.array([drop], np.float32))[0]) == pytest.approx(25.0, rel=1e-4)


def test_lines_of_the_road_meet_on_the_horizon(scene: Scene) -> None:
    far = [scene.spot(scene.side * x, 0.0, 4000.0)[0] for x in (FAR_EDGE, DASHES, NEAR_EDGE)]
    assert max(far) - min(far) < 0.01 * WIDTH


def test_asphalt_reaches_both_sides_at_the_contact_row(scene: Scene) -> None:
    metres, scale = lateral(scene)
    row = round(0.84 * HEIGHT) - scene.ground_top
    covered = between(metres, scale, FAR_EDGE, NEAR_EDGE)[row]
    assert float(covered[round(0.04 * WIDTH) : round(0.96 * WIDTH)].min()) == 1.0


def test_no_line_runs_under_the_car(scene: Scene) -> None:
    for x in (DASHES, NEAR_LINE):
        depth = EYE_METRES * scene.scale(1.0) / (0.28 * HEIGHT)
        place = scene.spot(scene.side * x, 0.0, depth)[0] / WIDTH
        assert not 0.10 < place < 0.90


def test_edges_of_shapes_are_soft() -> None:
    sheet = Sheet((0, 0, 40, 40))
    sheet.polygon([(2, 3), (37, 11), (20, 38)], rgb("#ffffff"))
    alpha = np.asarray(sheet.picture())[..., 3]
    assert len(np.unique(alpha)) >= 8


def test_shapes_beyond_the_border_are_cut() -> None:
    canvas = Canvas(20, 30)
    sheet = Sheet((-10, -10, 50, 50))
    sheet.box(-10, -10, 50, 50, rgb("#ff0000"))
    sheet.lay_on(canvas)
    assert np.allclose(canvas.rgb, rgb("#ff0000"))


@pytest.mark.parametrize("text", ["#000000", "#ffffff", "#3f8fc9", "#f2bd4a", "#c8342a"])
def test_colour_spaces_lead_back_to_the_same_colour(text: str) -> None:
    colour = rgb(text)
    assert np.allclose(from_oklab(to_oklab(colour)), colour, atol=2e-3)
    assert np.allclose(from_cielab(cielab(colour)), colour, atol=2e-3)


@pytest.mark.parametrize(
    ("text", "lab"),
    [
        ("#ffffff", (100, 0, 0)),
        ("#ff0000", (53.24, 80.09, 67.20)),
        ("#0000ff", (32.30, 79.19, -107.86)),
    ],
)
def test_cielab_agrees_with_the_published_values(text: str, lab: tuple[float, ...]) -> None:
    assert cielab(rgb(text)) == pytest.approx(lab, abs=0.05)


def test_mixing_keeps_its_ends() -> None:
    red, blue = rgb("#c8342a"), rgb("#3f8fc9")
    assert np.allclose(mix(red, blue, 0.0), red, atol=2e-3)
    assert np.allclose(mix(red, blue, 1.0), blue, atol=2e-3)
