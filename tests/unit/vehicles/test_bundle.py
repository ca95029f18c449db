"""The bundle's vehicles: sets and single renders, frozen when they are asked for."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from local.cloud.oss.errors import NoSuchKeyError
from local.cloud.oss.store import BucketStore
from local.mount import seed_mount
from shared.core.errors import PictureError
from shared.vehicles.bundle import bundled, bundled_catalogue
from shared.vehicles.freeze import mount_files
from shared.vehicles.sidecar import Camera, Pass, Sidecar, parse_sidecar
from tests.comfyui import small_car

if TYPE_CHECKING:
    from pathlib import Path

WIDE = (768, 364)
_SKY = small_car.png(Image.new("L", (40, 10), 128))


def single(folder: Path, size: tuple[int, int] = WIDE) -> Path:
    """Write a set of one, and return its folder."""
    home = folder / "testcar" / "g1" / "red"
    home.mkdir(parents=True, exist_ok=True)
    data = small_car.png(small_car.render().resize(size, Image.Resampling.BOX))
    (home / "render.png").write_bytes(data)
    (home / "badge.png").write_bytes(small_car.png(small_car.badge().resize(size)))
    (home / "sidecar.json").write_bytes(small_car.sidecar(data, size=size).to_json())
    return home


def member(folder: Path, view: str, lit: str, paint: tuple[int, int, int] = (9, 9, 9)) -> Path:
    """Write a member of a set with a pass; return the place of its sidecar."""
    home = folder / "testcar" / "g1" / "blue"
    home.mkdir(parents=True, exist_ok=True)
    stem = f"{view}.{lit}"
    data = small_car.png(small_car.render(paint).resize(WIDE, Image.Resampling.BOX))
    (home / f"{stem}.png").write_bytes(data)
    (home / f"{stem}.badge.png").write_bytes(small_car.png(small_car.badge().resize(WIDE)))
    (home / f"{view}.shadow_sky.png").write_bytes(_SKY)
    own = Pass(
        file=f"{view}.shadow_sky.png",
        sha256=hashlib.sha256(_SKY).hexdigest(),
        box=(-9, 200, 400, 400),
    )
    facts: dict[str, Any] = {
        "view": view,
        "lit": lit,
        "camera": Camera(heading_deg=37, vfov_deg=30),
        "passes": {"shadow_sky": own},
    }
    card = small_car.sidecar(data, paint="blue", size=WIDE).model_copy(update=facts)
    (home / f"{stem}.json").write_bytes(card.to_json())
    return home / f"{stem}.json"


def changed(path: Path, **facts: object) -> None:
    """Change a sidecar on disk."""
    path.write_text(json.dumps(json.loads(path.read_text()) | facts))


def test_the_catalogue_says_before_freezing_what_it_says_after(tmp_path: Path) -> None:
    single(tmp_path)
    member(tmp_path, "front_left", "dusk")
    renders = bundled(tmp_path)
    files = dict(file for each in renders for file in mount_files(each.frozen()))
    entries = bundled_catalogue(renders).vehicles
    for entry in entries:
        sidecar = parse_sidecar(files[f"input/vehicles/{entry.reference}/sidecar.json"])
        assert tuple(size.width for size in sidecar.sizes) == entry.sizes
        assert (sidecar.reference, sidecar.member) == (entry.reference, entry.member)
        assert entry.preview in files
    assert [entry.member for entry in entries] == ["front_left.dusk", ""]


def test_the_members_of_a_car_are_found_and_one_leads_them(tmp_path: Path) -> None:
    for view, lit in (("rear_right", "night"), ("front_left", "dusk"), ("front_left", "overcast")):
        member(tmp_path, view, lit)
    catalogue = bundled_catalogue(bundled(tmp_path))
    members = [entry.member for entry in catalogue.members("testcar", "g1", "blue")]
    assert members == ["front_left.overcast", "front_left.dusk", "rear_right.night"]
    leading = catalogue.resolve("testcar", "g1", "blue")
    assert leading is not None
    assert catalogue.leading() == (leading,)
    assert leading.member == members[0]


def test_a_member_keeps_its_camera_in_pixels_and_its_passes(tmp_path: Path) -> None:
    member(tmp_path, "front_left", "dusk")
    (render,) = bundled(tmp_path)
    vehicle = render.frozen()
    sidecar = vehicle.sidecar
    assert sidecar.camera is not None
    assert sidecar.passes is not None
    # 182 rows at the tangent of 15 degrees.
    assert sidecar.camera == Camera(heading_deg=37, focal_px=679.23, principal_x=384)
    kept = sidecar.passes["shadow_sky"]
    assert (kept.file, kept.box) == ("passes/shadow_sky.png", (-9, 200, 400, 400))
    assert dict(vehicle.files)[kept.file] == _SKY


def test_a_single_render_is_frozen_as_it_always_was(tmp_path: Path) -> None:
    home = single(tmp_path)
    (render,) = bundled(home)
    sidecar = render.frozen().sidecar
    assert [size.width for size in sidecar.sizes] == [720, 640]
    assert sidecar.version == sidecar.sha256[:12]
    told = json.loads(sidecar.to_json())
    assert not {"view", "lit", "camera", "passes"} & told.keys()


@pytest.mark.parametrize("part", ["front_left.dusk.badge.png", "front_left.dusk.json"])
def test_another_part_is_another_version(tmp_path: Path, part: str) -> None:
    path = member(tmp_path, "front_left", "dusk")
    (before,) = bundled(tmp_path)
    if part.endswith(".json"):
        changed(path, provenance="drawn anew")
    else:
        (path.parent / part).write_bytes(small_car.png(Image.new("L", WIDE, 255)))
    (after,) = bundled(tmp_path)
    assert before.reference != after.reference
    assert before.sidecar.sha256 == after.sidecar.sha256


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"view": "rear_right"}, "front_left.dusk.json says it is rear_right.dusk"),
        ({"view": None, "lit": None}, "says it is no member of a set"),
        ({"lit": None}, "view and lit come together"),
    ],
)
def test_a_sidecar_of_another_member_is_refused(
    tmp_path: Path, facts: dict[str, object], said: str
) -> None:
    changed(member(tmp_path, "front_left", "dusk"), **facts)
    with pytest.raises(PictureError, match=said):
        bundled(tmp_path)


def test_a_pass_that_is_another_file_or_form_is_refused(tmp_path: Path) -> None:
    path = member(tmp_path, "front_left", "dusk")
    other = small_car.png(Image.fromarray(np.zeros((9, 9, 3), dtype=np.uint8)))
    (path.parent / "front_left.shadow_sky.png").write_bytes(other)
    (render,) = bundled(tmp_path)
    with pytest.raises(PictureError, match="shadow_sky is not the file"):
        render.frozen()
    told = json.loads(path.read_text())["passes"]
    told["shadow_sky"]["sha256"] = hashlib.sha256(other).hexdigest()
    changed(path, passes=told)
    (render,) = bundled(tmp_path)
    with pytest.raises(PictureError, match="shadow_sky must have the form L"):
        render.frozen()


def test_the_local_mount_freezes_what_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for lit in ("dusk", "night"):
        member(tmp_path / "bundle", "front_left", lit)
    monkeypatch.setattr("local.mount._VEHICLES", tmp_path / "bundle")
    objects = BucketStore(tmp_path / "oss", ["mount"])
    vehicles = seed_mount(objects, "mount")
    dusk, night = bundled(tmp_path / "bundle")
    wanted = dict(mount_files(dusk.frozen()))

    for key, data in wanted.items():
        assert objects.get("mount", key)[1] == data
    assert objects.get("mount", dusk.entry.preview)[0].content_type == "image/png"

    there = objects.folder("mount") / "input" / "vehicles"
    assert not (there / night.reference).exists()
    vehicles.supply(json.dumps({"vehicle": f"{dusk.reference} {night.reference}"}))
    assert Sidecar.model_validate_json((there / night.reference / "sidecar.json").read_bytes())
    with pytest.raises(NoSuchKeyError):
        objects.get("mount", "input/vehicles/testcar/g1/blue/" + "0" * 12 + "/sidecar.json")
