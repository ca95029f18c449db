"""The nodes as ComfyUI meets them: files verified, task files complete, errors readable."""

from __future__ import annotations

import hashlib
import json
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from comfyui.custom_nodes.trip_poster import NODE_CLASS_MAPPINGS, NODE_DISPLAY_NAME_MAPPINGS
from comfyui.custom_nodes.trip_poster.car_nodes import TripPosterCompose, TripPosterGround
from comfyui.custom_nodes.trip_poster.colour import to_floats
from comfyui.custom_nodes.trip_poster.errors import (
    PictureInputError,
    TripPosterError,
    VehicleFileError,
)
from comfyui.custom_nodes.trip_poster.poster_nodes import TripPosterSave
from comfyui.custom_nodes.trip_poster.save import write_task
from comfyui.custom_nodes.trip_poster.vehicle_files import load_vehicle, read_car
from local.comfyui.folders import Folders, offered
from local.comfyui.graph import declared
from tests.comfyui.small_car import HORIZON, plate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from comfyui.custom_nodes.trip_poster.vehicle_files import Vehicle


@pytest.fixture
def comfyui(mount: Path) -> Iterator[Path]:
    """Offer the mount as ComfyUI's folders; return the output folder."""
    output = mount / "output"
    output.mkdir()
    with offered(Folders(mount / "input", output, output)):
        yield output


def batch() -> Any:
    return to_floats(plate())[None]


def test_every_class_is_declared_with_tooltips_and_defaults_in_range() -> None:
    assert set(NODE_CLASS_MAPPINGS) == set(NODE_DISPLAY_NAME_MAPPINGS)
    ours = {key for key in NODE_CLASS_MAPPINGS if key.startswith("TripPoster")}
    assert set(NODE_CLASS_MAPPINGS) - ours == {"旅行文字生成", "ImageSynthesisNode"}
    for node in NODE_CLASS_MAPPINGS.values():
        assert node.DESCRIPTION  # type: ignore[attr-defined]
        assert node.CATEGORY == "trip poster"  # type: ignore[attr-defined]
        assert hasattr(node, node.FUNCTION)  # type: ignore[attr-defined]
        for name, (kind, options, _) in declared(node).items():
            assert options["tooltip"], name
            if isinstance(kind, list):
                assert options["default"] in kind
            if "min" in options:
                assert options["min"] <= options["default"] <= options["max"]


def test_the_editor_gives_no_input_another_value_after_a_run() -> None:
    for node in NODE_CLASS_MAPPINGS.values():
        for name, (_, options, _) in declared(node).items():
            if "seed" in name:  # which the editor would randomize by itself
                assert options["control_after_generate"] == "fixed"


def test_the_three_nodes_make_a_poster_from_a_plate(comfyui: Path, reference: str) -> None:
    ground, bare = TripPosterGround().run(batch(), reference, HORIZON, "summer", "rain", "day")
    poster, protected, placement = TripPosterCompose().run(ground, reference, HORIZON)
    shown = TripPosterSave().run(poster, ground, protected, placement, "job-1", bare)
    assert poster.shape == ground.shape == batch().shape
    assert poster.dtype == protected.dtype == np.float32
    assert [each["filename"] for each in shown["ui"]["images"]] == [
        *("poster.png", "plate.png", "bare.png", "protected.png")
    ]
    written = np.asarray(Image.open(comfyui / "job-1" / "poster.png"))
    assert np.array_equal(to_floats(written), poster[0])
    mask = np.asarray(Image.open(comfyui / "job-1" / "protected.png"))
    car = read_car(*_placed(comfyui.parent, reference))
    assert (mask == 255).sum() == (car[..., 3] == 255).sum()


def test_without_a_bare_plate_none_is_saved(comfyui: Path) -> None:
    mask = np.ones((1, 144, 116), dtype=np.float32)
    TripPosterSave().run(batch(), batch(), mask, "{}", "job-1")
    task = json.loads((comfyui / "job-1" / "task.json").read_bytes())
    assert [each["role"] for each in task["files"]] == ["poster", "plate", "protected", "placement"]


def test_the_bare_plate_differs_from_the_grounded_one_only_below_the_horizon(
    comfyui: Path, reference: str
) -> None:
    ground, bare = TripPosterGround().run(batch(), reference, HORIZON, "summer", "clear", "day")
    top = round(HORIZON * 144)
    assert np.array_equal(ground[:, :top], bare[:, :top])
    assert (ground <= bare).all()
    assert (ground < bare).any()


def _placed(mount: Path, reference: str) -> tuple[Vehicle, Any]:
    vehicle = load_vehicle(mount / "input", reference)
    return vehicle, vehicle.sizes[0]


def test_a_batch_is_worked_through_picture_by_picture(comfyui: Path, reference: str) -> None:
    two = np.concatenate([batch(), batch() * 0.5])
    poster, protected, _ = TripPosterCompose().run(two, reference, HORIZON)
    assert poster.shape == two.shape
    assert np.array_equal(protected[0], protected[1])
    with pytest.raises(PictureInputError, match="one task"):
        TripPosterSave().run(poster, two, protected, "{}", "job-1")


def test_task_json_names_every_file_with_size_and_hash(comfyui: Path) -> None:
    pictures = {"poster": plate(), "plate": plate(9), "protected": plate()[..., 0]}
    write_task(comfyui, "job-1", pictures, '{"schema": 1}')
    task = json.loads((comfyui / "job-1" / "task.json").read_bytes())
    assert (task["schema"], task["task_id"]) == (1, "job-1")
    assert [each["role"] for each in task["files"]] == [*pictures, "placement"]
    for each in task["files"]:
        data = (comfyui / "job-1" / each["name"]).read_bytes()
        assert each["bytes"] == len(data)
        assert each["sha256"] == hashlib.sha256(data).hexdigest()
        if each["role"] != "placement":
            assert (each["width"], each["height"]) == (116, 144)
    names = {path.name for path in (comfyui / "job-1").iterdir()}
    assert names == {each["name"] for each in task["files"]} | {"task.json"}


def test_saved_pictures_are_tagged_srgb_and_carry_no_prompt(comfyui: Path) -> None:
    write_task(comfyui, "job-1", {"poster": plate()}, "{}")
    picture = Image.open(comfyui / "job-1" / "poster.png")
    picture.load()
    assert picture.info == {"srgb": 1}
    assert (picture.mode, picture.size) == ("RGB", (116, 144))


def test_saving_twice_leaves_the_same_files(comfyui: Path) -> None:
    def saved() -> dict[str, bytes]:
        write_task(comfyui, "job-1", {"poster": plate()}, "{}")
        return {path.name: path.read_bytes() for path in (comfyui / "job-1").iterdir()}

    assert saved() == saved()


@pytest.mark.parametrize("task_id", ["", "..", "../x", "a/b", "a\\b", ".hidden", "x" * 200, "a b"])
def test_an_unsafe_task_id_is_refused_before_and_while_running(comfyui: Path, task_id: str) -> None:
    assert TripPosterSave.VALIDATE_INPUTS(task_id) != True  # noqa: E712
    with pytest.raises(PictureInputError, match="task_id"):
        write_task(comfyui, task_id, {}, "{}")
    assert list(comfyui.iterdir()) == []


@pytest.mark.parametrize("text", ["", "[]", "not json"])
def test_a_placement_that_is_no_object_is_refused_without_repeating_it(
    comfyui: Path, text: str
) -> None:
    with pytest.raises(PictureInputError, match="placement must be"):
        write_task(comfyui, "job-1", {}, text)
    assert not (comfyui / "job-1" / "task.json").exists()


def test_pictures_of_different_sizes_are_refused(comfyui: Path) -> None:
    mask = np.zeros((1, 144, 116), dtype=np.float32)
    with pytest.raises(PictureInputError, match="differ in size"):
        TripPosterSave().run(batch(), batch()[:, :-1], mask, "{}", "job-1")


def test_a_frozen_file_with_other_bytes_is_refused(vehicle: Vehicle) -> None:
    size = vehicle.sizes[0]
    path = vehicle.folder / size.file
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(VehicleFileError, match="not the file the sidecar names"):
        read_car(vehicle, size)


def test_a_missing_frozen_file_is_named(vehicle: Vehicle) -> None:
    (vehicle.folder / vehicle.sizes[0].file).unlink()
    with pytest.raises(VehicleFileError, match=r"sizes/96\.png is missing"):
        read_car(vehicle, vehicle.sizes[0])


@pytest.mark.parametrize(
    "reference", ["", "testcar/g1/red", "../../x/g1/0123456789ab", "a/b/c/0123456789AB"]
)
def test_a_malformed_reference_is_refused(mount: Path, reference: str) -> None:
    assert TripPosterGround.VALIDATE_INPUTS(reference) != True  # noqa: E712
    with pytest.raises(VehicleFileError, match="model/generation/paint/version"):
        load_vehicle(mount / "input", reference)


def test_an_unknown_vehicle_and_a_broken_sidecar_are_told_apart(
    mount: Path, vehicle: Vehicle, reference: str
) -> None:
    with pytest.raises(VehicleFileError, match="not in the input folder"):
        load_vehicle(mount / "input", "other/g1/red/0123456789ab")
    (vehicle.folder / "sidecar.json").write_text('{"sizes": []}')
    with pytest.raises(VehicleFileError, match=r"sidecar\.json cannot be used"):
        load_vehicle(mount / "input", reference)


def test_a_linked_value_is_not_judged_too_early() -> None:
    assert TripPosterCompose.VALIDATE_INPUTS() is True
    assert TripPosterSave.VALIDATE_INPUTS(None) is True


def test_everything_the_pack_raises_is_an_ordinary_exception() -> None:
    # Anything else would kill ComfyUI's only worker thread.
    assert issubclass(TripPosterError, Exception)


def test_a_picture_of_the_wrong_form_is_refused(comfyui: Path, reference: str) -> None:
    with pytest.raises(PictureInputError, match="plate must be an IMAGE"):
        TripPosterCompose().run(batch()[0], reference, HORIZON)


class Tensor:
    """What the nodes use of a torch tensor."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def detach(self) -> Tensor:
        """Leave the graph of gradients."""
        return self

    def cpu(self) -> Tensor:
        """Come to main memory."""
        return self

    def numpy(self) -> Any:
        """Return the values."""
        return self.array


def test_tensors_in_give_tensors_out_with_the_same_values(
    comfyui: Path, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = ModuleType("torch")
    torch.__dict__["from_numpy"] = Tensor
    monkeypatch.setitem(sys.modules, "torch", torch)
    arrays = TripPosterCompose().run(batch(), reference, HORIZON)
    tensors = TripPosterCompose().run(Tensor(batch()), reference, HORIZON)
    assert isinstance(tensors[0], Tensor)
    assert np.array_equal(tensors[0].numpy(), arrays[0])
    assert np.array_equal(tensors[1].numpy(), arrays[1])


def test_nothing_of_the_nodes_changes_the_picture_it_was_given(
    comfyui: Path, reference: str
) -> None:
    given = batch()
    TripPosterGround().run(given, reference, HORIZON, "summer", "rain", "day")
    TripPosterCompose().run(given, reference, HORIZON)
    assert np.array_equal(given, batch())
