"""A frozen render on the reference plates: what the gate says of it before any trip does."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from functions.intake_vehicle.trial import GROUNDS, Ground, on, plain, tried
from local.stack import ROOT
from shared.quality.thresholds import Thresholds
from shared.vehicles.bundle import bundled
from shared.vehicles.freeze import mount_files
from shared.vehicles.intake.examine import examine
from tests.comfyui import small_car
from tests.fakes import renders
from tests.fakes.renders import LIMITS
from tools.gallery.making import Studio
from tools.gallery.scenes import GalleryScene

if TYPE_CHECKING:
    from pathlib import Path

    from shared.vehicles.freeze import FrozenVehicle
    from shared.vehicles.intake.findings import Finding

_LEFT_REAR, _LEFT_FRONT = (renders.moved(point) for point in small_car.CONTACTS[:2])


def narrow(by: float) -> list[tuple[float, float]]:
    """Return contacts whose right tyres stand `by` pixels beside the left ones."""
    right = [(x - by, y - 0.15 * by) for x, y in (_LEFT_FRONT, _LEFT_REAR)]
    return [_LEFT_REAR, _LEFT_FRONT, *right]


@cache
def _good() -> FrozenVehicle:
    return _frozen(renders.good_files())


def _frozen(files: renders.Files) -> FrozenVehicle:
    frozen = examine(files.delivery(), LIMITS).frozen
    assert frozen is not None, "intake finds nothing else wrong with it"
    return frozen


def _kinds(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(each.kind, each.code) for each in found]


def test_a_good_render_passes_on_every_ground() -> None:
    assert tried(_good(), Thresholds()) == ()


@pytest.mark.parametrize("paint", ["red", "black", "white"])
@pytest.mark.slow
def test_the_cars_of_the_bundle_can_pass(paint: str) -> None:
    renders = bundled(ROOT / "comfyui" / "vehicles" / "citycar" / "g1" / paint)
    frozen = min(renders, key=lambda each: each.entry.rank).frozen()
    assert _kinds(tried(frozen, Thresholds())) == []


@pytest.mark.slow
def test_tyres_beside_their_shadow_on_every_ground_are_a_fault_that_says_what_to_change() -> None:
    frozen = _frozen(renders.files(contacts=narrow(20)))

    (found,) = tried(frozen, Thresholds())

    assert (found.kind, found.code) == ("fault", "gate_contact_high")
    assert "contact_high is 0." in found.text
    assert "(limit: at most 0.55)" in found.text
    assert "all four `contacts`" in found.text


@pytest.mark.slow
def test_what_fails_on_some_grounds_names_them_and_waits_for_a_person() -> None:
    frozen = _frozen(renders.files(contacts=narrow(60)))

    (found,) = tried(frozen, Thresholds())

    assert (found.kind, found.code) == ("proposal", "gate_contact_high")
    assert "(on snow under clouds)" in found.text


@pytest.mark.slow
def test_the_value_told_is_the_worst_of_all_grounds() -> None:
    (found,) = tried(_good(), Thresholds(contact_high=0.01))
    told = re.search(r"contact_high is ([0-9.]+)", found.text)
    assert told
    assert tried(_good(), Thresholds(contact_high=float(told[1]) + 0.001)) == ()
    assert tried(_good(), Thresholds(contact_high=float(told[1]) - 0.001)) != ()


@pytest.mark.slow
def test_a_layout_that_a_car_leaves_is_a_fault() -> None:
    found = tried(_good(), Thresholds(safe_top=0.55))
    assert ("fault", "gate_outside_safe_area") in _kinds(found)
    assert any("safe area" in each.text for each in found)


def test_a_car_that_stands_above_the_ground_is_a_fault() -> None:
    found = tried(_good(), Thresholds(ground_below_horizon=0.3))
    assert _kinds(found) == [("fault", "gate_footprint_rise")]


@pytest.mark.slow
def test_plain_plates_are_never_blamed_on_the_render() -> None:
    no_plate = Thresholds(
        plate_structure=2.0, plate_sharpness=999.0, ground_slope=-1.0, ground_spread=-1.0
    )
    assert tried(_good(), no_plate) == ()


def test_a_horizon_at_which_no_size_fits_is_a_fault_and_no_crash() -> None:
    ((kind, code),) = _kinds(tried(_good(), Thresholds(horizon=0.97)))
    assert (kind, code) == ("fault", "gate_no_poster")


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda each: each.orders.weather)
@pytest.mark.slow
def test_a_poster_of_the_product_on_the_same_plate_has_the_same_scores(
    ground: Ground, tmp_path: Path
) -> None:
    frozen = _frozen(renders.files(contacts=narrow(20)))
    for key, data in mount_files(frozen):
        path = tmp_path / "mount" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    said = ground.orders
    scene = GalleryScene("plain", said.season, said.weather, said.time_of_day, "", "", "")
    plate = small_car.png(Image.fromarray(plain(ground, Thresholds().horizon)))

    made = Studio(tmp_path).make(scene, plate, frozen.reference)

    own = on(ground, frozen, Thresholds()).scores
    assert made.scores["master.contact_high"] > 0.55
    for name in ("master.contact_high", "master.contact_low", "light_gap", "footprint_rise"):
        assert own[name] == pytest.approx(made.scores[name], abs=1e-4), name
