"""The demo vehicle's files keep the promises that the rest of the product builds on.

What is looked at pixel by pixel is the leading member of each paint, which stands for its set.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from shared.vehicles.sidecar import Sidecar, parse_sidecar

HOME = Path(__file__).resolve().parents[3] / "comfyui" / "vehicles" / "citycar" / "g1"
PAINTS = ("black", "white", "red")
MEMBER = "front_left.overcast"
VIEWS = ("front_left", "front_right", "hero_left", "rear_right", "side_left")
LIGHTS = ("day_left", "day_right", "dusk", "low_left", "low_right", "night", "overcast", "snow")
Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Asset:
    """One paint's files, read."""

    rgb: Bytes
    alpha: Bytes
    badge: Bytes
    sidecar: Sidecar
    sha256: str


def read_asset(paint: str) -> Asset:
    """Read the three files of one paint."""
    data = (HOME / paint / f"{MEMBER}.png").read_bytes()
    with Image.open(HOME / paint / f"{MEMBER}.png") as picture:
        assert picture.mode == "RGBA"
        rgba = np.asarray(picture)
    with Image.open(HOME / paint / f"{MEMBER}.badge.png") as picture:
        assert picture.mode == "L"
        badge = np.asarray(picture)
    sidecar = parse_sidecar((HOME / paint / f"{MEMBER}.json").read_bytes())
    return Asset(rgba[..., :3], rgba[..., 3], badge, sidecar, hashlib.sha256(data).hexdigest())


@pytest.fixture(scope="module")
def assets() -> dict[str, Asset]:
    """Read all paints once."""
    return {paint: read_asset(paint) for paint in PAINTS}


@pytest.fixture(params=PAINTS)
def asset(request: pytest.FixtureRequest, assets: dict[str, Asset]) -> Asset:
    """Give each paint in turn."""
    return assets[str(request.param)]


def test_the_three_paints_are_the_only_folders() -> None:
    assert sorted(entry.name for entry in HOME.iterdir() if entry.is_dir()) == sorted(PAINTS)


@pytest.mark.parametrize("paint", PAINTS)
def test_the_folder_names_the_vehicle_in_its_sidecar(paint: str, assets: dict[str, Asset]) -> None:
    facts = assets[paint].sidecar
    assert (facts.model, facts.generation, facts.paint) == ("citycar", "g1", paint)


def test_the_sidecar_names_the_very_file_beside_it(asset: Asset) -> None:
    assert asset.sidecar.sha256 == asset.sha256


def test_the_render_is_large_enough_and_as_large_as_stated(asset: Asset) -> None:
    height, width = asset.alpha.shape
    assert asset.sidecar.px_size == (width, height)
    assert width >= 1000


def test_the_badge_mask_has_the_size_of_the_render(asset: Asset) -> None:
    assert asset.badge.shape == asset.alpha.shape


def test_the_car_is_cropped_with_a_narrow_empty_margin(asset: Asset) -> None:
    rows, columns = np.nonzero(asset.alpha)
    height, width = asset.alpha.shape
    margins = [columns.min(), rows.min(), width - 1 - columns.max(), height - 1 - rows.max()]
    assert all(10 <= margin <= 30 for margin in margins), margins


def test_the_silhouette_is_one_piece_without_holes_inside(asset: Asset) -> None:
    solid = asset.alpha > 0
    assert ndimage.label(solid)[1] == 1
    assert (ndimage.binary_fill_holes(solid) & ~solid).sum() <= 4


def test_every_pixel_inside_the_silhouette_is_fully_opaque(asset: Asset) -> None:
    inside = ndimage.binary_erosion(asset.alpha > 0, iterations=3)
    assert inside.sum() > 0.4 * asset.alpha.size
    assert np.unique(asset.alpha[inside]).tolist() == [255]


def test_the_edge_carries_partial_coverage(asset: Asset) -> None:
    partial = (asset.alpha > 0) & (asset.alpha < 255)
    assert len(np.unique(asset.alpha[partial])) > 30


def test_the_badge_lies_in_the_opaque_part_of_the_car(asset: Asset) -> None:
    assert asset.badge.max() == 255
    assert np.unique(asset.alpha[asset.badge > 0]).tolist() == [255]


def test_the_badge_box_encloses_the_mask_tightly(asset: Asset) -> None:
    rows, columns = np.nonzero(asset.badge)
    found = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert asset.sidecar.badge_box == found


def test_the_badge_is_wide_enough_for_lossy_copies_at_the_largest_size(asset: Asset) -> None:
    x0, _, x1, _ = asset.sidecar.badge_box
    assert (x1 - x0) * 960 / asset.sidecar.px_size[0] >= 48


def test_the_badge_is_strongly_coloured(asset: Asset) -> None:
    colours = asset.rgb[asset.badge == 255].astype(np.int16)
    assert np.ptp(colours, axis=1).mean() > 60


def test_the_contacts_sit_where_the_tyres_end(asset: Asset) -> None:
    """Near tyres end at the lower edge of the silhouette; the hidden one lies within the car."""
    for index, (x, y) in enumerate(asset.sidecar.contacts):
        lowest = int(np.flatnonzero(asset.alpha[:, round(x)])[-1])
        if index < 3:
            assert abs(lowest - y) < 0.02 * asset.alpha.shape[1], (index, lowest, y)
        else:
            assert y < lowest


def test_the_contacts_run_round_the_car_in_the_agreed_order(asset: Asset) -> None:
    corners = np.array(asset.sidecar.contacts)
    ahead = np.roll(corners, -1, axis=0)
    area = 0.5 * np.sum(corners[:, 0] * ahead[:, 1] - corners[:, 1] * ahead[:, 0])
    assert area > 0.01 * asset.alpha.size


def test_the_level_eye_sees_the_horizon_just_below_the_roof(asset: Asset) -> None:
    facts = asset.sidecar
    nearest = max(y for _, y in facts.contacts)
    assert facts.pitch_deg == 0
    assert facts.camera_height_m == 1.3
    assert 0 < facts.horizon_y - facts.roof_y < 0.3 * (nearest - facts.roof_y)


def test_the_roof_row_is_the_first_row_of_the_car(asset: Asset) -> None:
    assert asset.sidecar.roof_y == np.flatnonzero(asset.alpha.max(axis=1))[0]


def test_colours_under_full_transparency_near_the_car_are_the_nearest_opaque_ones(
    asset: Asset,
) -> None:
    away, (rows, columns) = ndimage.distance_transform_edt(asset.alpha < 255, return_indices=True)
    near = (asset.alpha == 0) & (away <= 7)
    assert np.array_equal(asset.rgb[near], asset.rgb[rows[near], columns[near]])


@pytest.mark.parametrize("paint", PAINTS)
def test_a_set_has_every_view_in_every_light_and_the_files_its_sidecars_name(paint: str) -> None:
    found = [parse_sidecar(path.read_bytes()) for path in (HOME / paint).glob("*.json")]
    assert sorted((each.view, each.lit) for each in found) == sorted(product(VIEWS, LIGHTS))
    for each in found:
        named = {f"{each.view}.{each.lit}.png": each.sha256}
        named |= {own.file: own.sha256 for own in (each.passes or {}).values()}
        for name, digest in named.items():
            assert hashlib.sha256((HOME / paint / name).read_bytes()).hexdigest() == digest, name


def test_all_paints_share_silhouette_and_badge_mask(assets: dict[str, Asset]) -> None:
    first = assets[PAINTS[0]]
    for other in PAINTS[1:]:
        assert np.array_equal(assets[other].alpha, first.alpha)
        assert np.array_equal(assets[other].badge, first.badge)


def test_all_sidecars_agree_but_for_paint_title_and_hash(assets: dict[str, Asset]) -> None:
    own = {"paint", "titles", "sha256", "passes"}
    common = [asset.sidecar.model_dump(exclude=own) for asset in assets.values()]
    assert common[0] == common[1] == common[2]
    assert len({asset.sha256 for asset in assets.values()}) == 3


def test_each_paint_is_the_colour_it_is_called(assets: dict[str, Asset]) -> None:
    """The front door's skin, between handle and shoulder of the near side."""
    means = {}
    for paint, asset in assets.items():
        height, width = asset.alpha.shape
        patch = asset.rgb[int(0.46 * height) : int(0.56 * height), int(0.64 * width) :][:, :150]
        means[paint] = patch.reshape(-1, 3).mean(axis=0)
    assert means["black"].max() < 90
    assert means["white"].min() > 140
    assert means["red"][0] > 2 * means["red"][1:].max()
