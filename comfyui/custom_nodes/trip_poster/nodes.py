"""The nodes: thin V1 shells over the pack's plain functions.

V1, synchronous, no import of ComfyUI at module level: loads from version 0.0.8 on.
Pictures come as torch tensors under ComfyUI and as NumPy arrays elsewhere; each node
answers in the kind it was given.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .colour import from_floats, rgb_batch, to_floats
from .compose import compose
from .errors import PictureInputError
from .ground import SEASONS, TIMES, WEATHERS, Scene, shade
from .placement import place, with_tight_box
from .reflection import reflect
from .save import is_task_id, write_task
from .vehicle_files import is_reference, load_vehicle, read_car

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .colour import Bytes

Inputs = dict[str, dict[str, Any]]

_PLATE = ("IMAGE", {"tooltip": "The finished scene without the car."})
_VEHICLE = (
    "STRING",
    {
        "default": "",
        "multiline": False,
        "tooltip": "model/generation/paint/version, a folder below input/vehicles.",
    },
)
_HORIZON = (
    "FLOAT",
    {
        "default": 0.56,
        "min": 0.3,
        "max": 0.8,
        "step": 0.001,
        "tooltip": "Row of the plate's horizon as a share of its height.",
    },
)


def _choice(values: tuple[str, ...], default: str, tooltip: str) -> tuple[list[str], Any]:
    return (list(values), {"default": default, "tooltip": tooltip})


class TripPosterGround:
    """Shadow and, in the rain, reflection of the car, worked into the plate."""

    DESCRIPTION = "Multiplies the car's shadow into the plate; the car itself is not drawn yet."
    CATEGORY = "trip poster"
    FUNCTION = "run"
    RETURN_TYPES = ("IMAGE",)
    RETURN_NAMES = ("plate",)

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        """Declare the inputs."""
        return {
            "required": {
                "plate": _PLATE,
                "vehicle": _VEHICLE,
                "horizon": _HORIZON,
                "season": _choice(SEASONS, "summer", "Tints the shadow."),
                "weather": _choice(WEATHERS, "clear", "Sets the cast shadow; rain wets the road."),
                "time_of_day": _choice(TIMES, "day", "Sets the cast shadow's strength."),
            }
        }

    @classmethod
    def VALIDATE_INPUTS(cls, vehicle: str | None = None) -> bool | str:
        """Refuse a malformed vehicle before anything runs."""
        return _vehicle_verdict(vehicle)

    def run(
        self, plate: Any, vehicle: str, horizon: float, season: str, weather: str, time_of_day: str
    ) -> tuple[Any]:
        """Return the grounded plate [B,H,W,3]."""
        car_model = load_vehicle(_folder("input"), vehicle)
        scene = Scene(season, weather, time_of_day)
        done: list[Bytes] = []
        for picture in rgb_batch(_array(plate), "plate"):
            placement, size = place(car_model, _canvas(picture), horizon)
            shaded = shade(picture, car_model, placement, scene)
            if weather == "rain":
                shaded = reflect(shaded, read_car(car_model, size), car_model, placement)
            done.append(shaded)
        return (_like(plate, to_floats(np.stack(done))),)


class TripPosterCompose:
    """The exact car over the plate, at the size and place the horizon asks for."""

    DESCRIPTION = "Copies the car's opaque pixels; only its edges are mixed, in linear light."
    CATEGORY = "trip poster"
    FUNCTION = "run"
    RETURN_TYPES = ("IMAGE", "MASK", "STRING")
    RETURN_NAMES = ("poster", "protected", "placement")

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        """Declare the inputs."""
        return {"required": {"plate": _PLATE, "vehicle": _VEHICLE, "horizon": _HORIZON}}

    @classmethod
    def VALIDATE_INPUTS(cls, vehicle: str | None = None) -> bool | str:
        """Refuse a malformed vehicle before anything runs."""
        return _vehicle_verdict(vehicle)

    def run(self, plate: Any, vehicle: str, horizon: float) -> tuple[Any, Any, str]:
        """Return poster [B,H,W,3], protected mask [B,H,W] and the placement as JSON."""
        car_model = load_vehicle(_folder("input"), vehicle)
        pictures = rgb_batch(_array(plate), "plate")
        placement, size = place(car_model, _canvas(pictures[0]), horizon)
        car = read_car(car_model, size)
        pairs = [compose(picture, car, placement.x, placement.y) for picture in pictures]
        poster = to_floats(np.stack([pair[0] for pair in pairs]))
        protected = to_floats(np.stack([pair[1] for pair in pairs]))
        text = with_tight_box(placement, car).to_json()
        return (_like(plate, poster), _like(plate, protected), text)


class TripPosterSave:
    """One task's files below output/{task_id}; task.json is written last."""

    DESCRIPTION = "Saves poster, plate, protected mask and placement of one task."
    CATEGORY = "trip poster"
    FUNCTION = "run"
    RETURN_TYPES = ()
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        """Declare the inputs."""
        task_id = {
            "default": "",
            "multiline": False,
            "tooltip": "Name of the folder; letters, digits, '-' and '_'.",
        }
        return {
            "required": {
                "poster": ("IMAGE", {"tooltip": "The finished picture."}),
                "plate": ("IMAGE", {"tooltip": "The grounded plate under the car."}),
                "protected": ("MASK", {"tooltip": "1 where a car pixel was copied."}),
                "placement": ("STRING", {"forceInput": True, "tooltip": "From the compose node."}),
                "task_id": ("STRING", task_id),
            }
        }

    @classmethod
    def VALIDATE_INPUTS(cls, task_id: str | None = None) -> bool | str:
        """Refuse a task id that is no safe folder name before anything runs."""
        if task_id is None or is_task_id(task_id):
            return True
        return "task_id may hold letters, digits, '-' and '_' only"

    def run(
        self, poster: Any, plate: Any, protected: Any, placement: str, task_id: str
    ) -> dict[str, Any]:
        """Write the files and list the pictures."""
        pictures = {
            "poster": _single(rgb_batch(_array(poster), "poster")),
            "plate": _single(rgb_batch(_array(plate), "plate")),
            "protected": _mask(_array(protected)),
        }
        if len({picture.shape[:2] for picture in pictures.values()}) != 1:
            msg = "poster, plate and protected differ in size"
            raise PictureInputError(msg)
        return {"ui": {"images": write_task(_folder("output"), task_id, pictures, placement)}}


NODE_CLASS_MAPPINGS = {
    "TripPosterGround": TripPosterGround,
    "TripPosterCompose": TripPosterCompose,
    "TripPosterSave": TripPosterSave,
}
NODE_DISPLAY_NAME_MAPPINGS = {
    "TripPosterGround": "Trip poster: ground the car",
    "TripPosterCompose": "Trip poster: compose the car",
    "TripPosterSave": "Trip poster: save the task",
}


def _vehicle_verdict(vehicle: str | None) -> bool | str:
    """Judge a literal; a linked value is not known yet and comes as None."""
    if vehicle is None or is_reference(vehicle):
        return True
    return "vehicle must read model/generation/paint/version"


def _folder(kind: str) -> Path:
    import folder_paths  # ComfyUI's own module; there only while it runs

    inputs = kind == "input"
    path = folder_paths.get_input_directory() if inputs else folder_paths.get_output_directory()
    return Path(path)


def _array(image: Any) -> NDArray[Any]:
    """Return a tensor or an array as a NumPy array."""
    host = image.detach().cpu().numpy() if hasattr(image, "detach") else image
    return np.asarray(host)


def _like(given: Any, array: NDArray[np.float32]) -> Any:
    """Return the array as a tensor if a tensor was given."""
    if not hasattr(given, "detach"):
        return array
    import torch

    return torch.from_numpy(array)


def _canvas(picture: Bytes) -> tuple[int, int]:
    return (picture.shape[1], picture.shape[0])


def _single(batch: list[Bytes]) -> Bytes:
    if len(batch) != 1:
        msg = f"one task has one picture, got a batch of {len(batch)}"
        raise PictureInputError(msg)
    return batch[0]


def _mask(mask: NDArray[Any]) -> Bytes:
    planes = mask if mask.ndim == 3 else mask[None]
    if planes.ndim != 3:
        msg = f"protected must be a MASK [B,H,W], got shape {tuple(mask.shape)}"
        raise PictureInputError(msg)
    return _single([from_floats(each) for each in planes])
