"""The largest poster is stored within the memory a function is given."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from local.stack import ROOT
from shared.vehicles.freeze import encode_png
from shared.vehicles.sidecar import FrozenSize
from tests.comfyui import small_car
from tests.unit.quality import case

if TYPE_CHECKING:
    from pathlib import Path

    from shared.vehicles.sidecar import Sidecar

pytestmark = pytest.mark.slow

_SIZE = (1536, 1920)
_TIMES = 8 / 3
_MOST_MEGABYTES = 400


def enlarged(pixels: case.Bytes, size: tuple[int, int]) -> case.Bytes:
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.NEAREST))


def write_car(folder: Path) -> tuple[Sidecar, case.Bytes]:
    """Lay a car of 1280 px under the reference that the job names."""
    size = (round(case.CAR[0] * _TIMES), round(case.CAR[1] * _TIMES))
    car, badge = enlarged(case.car_pixels(), size), enlarged(case.badge_mask(), size)
    car_png, badge_png = encode_png(car), encode_png(badge)
    frozen = FrozenSize(
        width=size[0],
        height=size[1],
        scale=1.0,
        file="sizes/1280.png",
        sha256=hashlib.sha256(car_png).hexdigest(),
        badge_file="sizes/1280.badge.png",
        badge_sha256=hashlib.sha256(badge_png).hexdigest(),
    )
    named = small_car.frozen().sidecar
    sidecar = named.model_copy(
        update={
            "px_size": size,
            "sizes": (frozen,),
            "contacts": tuple((x * _TIMES, y * _TIMES) for x, y in case.CONTACTS),
            "horizon_y": (case.HORIZON - case.Y) * _TIMES,
            "badge_box": tuple(round(each * _TIMES) for each in (70, 92, 126, 144)),
        }
    )
    target = folder / "mount" / "input" / "vehicles" / sidecar.reference
    (target / "sizes").mkdir(parents=True)
    (target / "sizes" / "1280.png").write_bytes(car_png)
    (target / "sizes" / "1280.badge.png").write_bytes(badge_png)
    (target / "sidecar.json").write_bytes(sidecar.to_json())
    return sidecar, car


def write_task(folder: Path, sidecar: Sidecar, car: case.Bytes) -> None:
    """Write plate, bare plate, poster and placement, with the sky of a sunset."""
    bare = enlarged(case.bare_plate(), _SIZE).copy()
    shaded = enlarged(case.shaded_plate(), _SIZE).copy()
    for plate in (bare, shaded):
        plate[:1000] = (235, 170, 110)
    x, y = round(case.X * _TIMES), round(0.56 * _SIZE[1]) - round(sidecar.horizon_y)
    placement = {
        "schema": 1,
        "vehicle": sidecar.reference,
        "width": car.shape[1],
        "height": car.shape[0],
        "x": x,
        "y": y,
        "scale": 1.0,
        "horizon_y": round(0.56 * _SIZE[1]),
        "contact_y": y + max(row for _, row in sidecar.contacts),
        "canvas": _SIZE,
        "car_box": box_of(car, x, y),
        "badge_box": [
            x + each if at % 2 == 0 else y + each for at, each in enumerate(sidecar.badge_box)
        ],
    }
    task = folder / "task"
    task.mkdir()
    pictures = {"bare": bare, "plate": shaded, "poster": case.composed(shaded, car, x=x, y=y)}
    for role, pixels in pictures.items():
        (task / f"{role}.png").write_bytes(encode_png(pixels))
    (task / "placement.json").write_text(json.dumps(placement))


def box_of(car: case.Bytes, x: int, y: int) -> list[int]:
    rows, columns = np.nonzero(car[..., 3])
    return [
        x + int(columns.min()),
        y + int(rows.min()),
        x + int(columns.max()) + 1,
        y + int(rows.max()) + 1,
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="resource is a module of Unix")
def test_a_poster_of_1536_by_1920_is_stored_in_less_than_400_mb(tmp_path: Path) -> None:
    write_task(tmp_path, *write_car(tmp_path))

    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.unit.functions.store_large", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    told = json.loads(done.stdout.splitlines()[-1])
    assert told["status"] == "succeeded", told
    assert 60 < told["before"] < told["peak"] < _MOST_MEGABYTES
