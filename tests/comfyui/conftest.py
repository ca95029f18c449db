"""A mount folder with one small car and one plate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from comfyui.custom_nodes.trip_poster.vehicle_files import Vehicle, load_vehicle
from tests.comfyui import small_car

if TYPE_CHECKING:
    from pathlib import Path

    from shared.vehicles.freeze import FrozenVehicle


@pytest.fixture(scope="session")
def frozen_car() -> FrozenVehicle:
    """Return the small car, frozen once."""
    return small_car.frozen()


@pytest.fixture
def mount(tmp_path: Path, frozen_car: FrozenVehicle) -> Path:
    """Return the data folder: input/vehicles/... and input/t-1/plate.png."""
    small_car.put_on_mount(tmp_path, frozen_car)
    folder = tmp_path / "input" / "t-1"
    folder.mkdir(parents=True)
    Image.fromarray(small_car.plate()).save(folder / "plate.png")
    return tmp_path


@pytest.fixture
def reference(mount: Path) -> str:
    """Return the small car's reference."""
    sidecar = next((mount / "input" / "vehicles").rglob("sidecar.json"))
    return sidecar.parent.relative_to(mount / "input" / "vehicles").as_posix()


@pytest.fixture
def vehicle(mount: Path, reference: str) -> Vehicle:
    """Return the small car as the nodes read it."""
    return load_vehicle(mount / "input", reference)
