"""Catalogue and sidecar: what is offered, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from shared.core.errors import PictureError
from shared.vehicles.catalogue import Catalogue, entry_of, parse_catalogue
from shared.vehicles.sidecar import parse_sidecar
from tests.comfyui import small_car


def test_a_vehicle_is_found_by_model_generation_and_paint() -> None:
    catalogue = Catalogue.of([entry_of(small_car.sidecar(b"red"))])
    found = catalogue.resolve("testcar", "g1", "red")
    assert found is not None
    assert found.reference == f"testcar/g1/red/{small_car.sidecar(b'red').sha256[:12]}"
    assert catalogue.resolve("testcar", "g1", "green") is None


def test_the_catalogue_survives_its_file() -> None:
    catalogue = Catalogue.of([entry_of(small_car.sidecar(b"red"))])
    assert json.loads(catalogue.to_json())["schema"] == 1
    assert parse_catalogue(catalogue.to_json()) == catalogue


def test_a_broken_catalogue_is_refused() -> None:
    with pytest.raises(PictureError):
        parse_catalogue(b'{"schema": 2}')


def test_a_frozen_sidecar_survives_its_file() -> None:
    sidecar = small_car.frozen().sidecar
    assert parse_sidecar(sidecar.to_json()) == sidecar


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"alpha": "matte"}, "alpha"),
        ({"contacts": [[1, 1]]}, "contacts"),
        ({"horizon_y": 80}, "contact must lie below"),
        ({"badge_box": [0, 0, 500, 10]}, "badge_box"),
        ({"surprise": 1}, "surprise"),
        ({"model": "../etc"}, "model"),
    ],
)
def test_a_sidecar_that_cannot_be_used_names_the_field(
    change: dict[str, object], named: str
) -> None:
    raw = json.loads(small_car.sidecar(b"x").to_json()) | change
    with pytest.raises(PictureError, match=named):
        parse_sidecar(json.dumps(raw).encode(), extra="forbid")


def test_catalogue_and_sidecar_load_without_numpy_and_pillow() -> None:
    code = (
        "import sys, shared.vehicles.catalogue, shared.vehicles.sidecar;"
        "sys.exit(any(name in sys.modules for name in ('numpy', 'PIL')))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)  # noqa: S603
    assert done.returncode == 0
