"""Freezing a render: exact, deterministic, and picky about what it takes."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from shared.core.errors import PictureError
from shared.vehicles.freeze import (
    freeze,
    freeze_bytes,
    mount_files,
    open_png,
)
from shared.vehicles.resample import Shrink, shrink_rgba
from tests.comfyui import small_car
from tests.fakes.png_chunks import cicp, with_chunks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shared.vehicles.freeze import FrozenVehicle


def pixels(vehicle: FrozenVehicle, name: str) -> NDArray[Any]:
    return np.asarray(Image.open(io.BytesIO(dict(vehicle.files)[name])))


def test_the_sidecar_names_every_file_by_its_bytes() -> None:
    vehicle = small_car.frozen()
    files = dict(vehicle.files)
    named = {size.file: size.sha256 for size in vehicle.sidecar.sizes}
    named |= {size.badge_file: size.badge_sha256 for size in vehicle.sidecar.sizes}
    assert named == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    assert [size.width for size in vehicle.sidecar.sizes] == list(small_car.WIDTHS)
    assert vehicle.reference.endswith(vehicle.sidecar.sha256[:12])


def test_freezing_twice_gives_the_same_bytes() -> None:
    assert small_car.frozen() == small_car.frozen()


def test_colour_under_alpha_0_has_no_influence() -> None:
    data = small_car.png(small_car.render())
    card = small_car.sidecar(data)
    green = np.array(small_car.render())
    green[green[..., 3] == 0] = (0, 255, 0, 0)
    plain = freeze(small_car.render(), small_car.badge(), card, widths=small_car.WIDTHS)
    dirty = freeze(Image.fromarray(green), small_car.badge(), card, widths=small_car.WIDTHS)
    assert plain.files == dirty.files


@pytest.mark.parametrize("width", small_car.WIDTHS)
def test_a_flat_colour_stays_that_colour_to_the_edge(width: int) -> None:
    flat = np.array(small_car.render())
    flat[..., :3] = (37, 142, 201)
    small = shrink_rgba(flat, Shrink(small_car.SIZE, width))
    assert np.unique(small[small[..., 3] > 8][:, :3], axis=0).tolist() == [[37, 142, 201]]


def test_light_is_averaged_not_codes() -> None:
    checker = np.zeros((64, 192, 4), dtype=np.uint8)
    checker[..., 3] = 255
    checker[::2, ::2, :3] = checker[1::2, 1::2, :3] = 255
    small = shrink_rgba(checker, Shrink((192, 64), 96))
    assert np.unique(small[..., :3]).tolist() == [188]


def test_the_inside_of_the_car_is_opaque_and_the_edge_is_not() -> None:
    alpha = pixels(small_car.frozen(), "sizes/96.png")[..., 3]
    assert alpha[20, 40:80].tolist() == [255] * 40
    assert np.count_nonzero((alpha > 0) & (alpha < 255)) > 50


def test_points_of_the_master_map_by_one_scale_also_at_an_odd_height() -> None:
    sizes = {size.width: size for size in small_car.frozen().sidecar.sizes}
    assert (sizes[96].height, sizes[96].scale) == (46, 0.5)
    assert (sizes[64].height, sizes[64].scale) == (31, 64 / 192)


def test_the_badge_mask_is_hard_and_lies_on_opaque_pixels() -> None:
    vehicle = small_car.frozen()
    for width in small_car.WIDTHS:
        mask = pixels(vehicle, f"sizes/{width}.badge.png")
        alpha = pixels(vehicle, f"sizes/{width}.png")[..., 3]
        assert np.unique(mask).tolist() == [0, 255]
        assert np.unique(alpha[mask == 255]).tolist() == [255]


def test_a_step_wider_than_the_master_is_left_out() -> None:
    data = small_car.png(small_car.render())
    card = small_car.sidecar(data)
    vehicle = freeze(small_car.render(), small_car.badge(), card, widths=(400, 96))
    assert [size.width for size in vehicle.sidecar.sizes] == [96]


def test_a_master_smaller_than_every_step_is_refused() -> None:
    data = small_car.png(small_car.render())
    with pytest.raises(PictureError, match="at least 640"):
        freeze_bytes(data, small_car.png(small_car.badge()), small_car.sidecar(data))


def test_a_cut_out_with_alpha_254_inside_is_refused() -> None:
    faint = np.array(small_car.render())
    faint[..., 3] = np.minimum(faint[..., 3], 254)
    card = small_car.sidecar(b"")
    with pytest.raises(PictureError, match="coverage alpha"):
        freeze(Image.fromarray(faint), small_car.badge(), card, widths=small_car.WIDTHS)


def test_a_file_the_sidecar_was_not_written_for_is_refused() -> None:
    data = small_car.png(small_car.render((0, 0, 0)))
    card = small_car.sidecar(small_car.png(small_car.render()))
    with pytest.raises(PictureError, match="sha256"):
        freeze_bytes(data, small_car.png(small_car.badge()), card)


def test_a_render_in_another_colour_space_is_refused() -> None:
    data = with_chunks(small_car.png(small_car.render()), cicp(12, 13))
    with pytest.raises(PictureError, match="'Display P3'; convert it to sRGB"):
        freeze_bytes(data, small_car.png(small_car.badge()), small_car.sidecar(data))


def test_a_badge_that_vanishes_is_refused() -> None:
    empty = Image.new("L", small_car.SIZE)
    with pytest.raises(PictureError, match="no badge"):
        freeze(small_car.render(), empty, small_car.sidecar(b""), widths=small_car.WIDTHS)


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n broken"])
def test_bytes_that_are_no_png_are_refused(data: bytes) -> None:
    with pytest.raises(PictureError, match="PNG"):
        open_png(data)


def test_frozen_files_are_tagged_srgb_and_carry_no_text() -> None:
    picture = Image.open(io.BytesIO(dict(small_car.frozen().files)["sizes/96.png"]))
    picture.load()
    assert picture.info == {"srgb": 1}


def test_the_sidecar_is_put_on_the_mount_after_the_files_it_names() -> None:
    keys = [key for key, _ in mount_files(small_car.frozen())]
    assert keys[-1].endswith("/sidecar.json")
    assert len(keys) == 1 + 2 * len(small_car.WIDTHS)
    assert all(key.startswith("input/vehicles/testcar/g1/red/") for key in keys)
