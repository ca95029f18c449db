"""Nodes that finish a poster: caption and save."""

from __future__ import annotations

import json
from typing import Any

from . import tensors, widgets
from .caption import write_caption
from .colour import rgb_batch, to_floats
from .errors import PictureInputError
from .layout import room_of
from .save import is_task_id, write_task
from .widgets import Inputs, Node

_LONGEST_TITLE, _LONGEST_LINE = 24, 40


class TripPosterCaption(Node):
    """Title and line, set into the picture in the style's own face."""

    DESCRIPTION = (
        "Sets a large title and a small line where the layout has room for them and the picture "
        "is calm. Ink is chosen for a contrast of at least 4.5 to 1; the ground is deepened or "
        "paled a little where the plate does not give it."
    )
    RETURN_TYPES = ("IMAGE", "STRING")
    RETURN_NAMES = ("poster", "placement")
    OUTPUT_TOOLTIPS = ("The captioned poster.", "The placement with a `caption` entry.")

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        placement = {"forceInput": True, "tooltip": "From the compose node: what to keep clear."}
        return {
            "required": {
                "image": ("IMAGE", {"tooltip": "The composed poster, one picture."}),
                "placement": ("STRING", placement),
                "title": widgets.line("The poster's title, 2 to 12 Chinese characters read best."),
                "line": widgets.line("The small line: city and month, as in 湖州市 · 五月."),
            },
            "optional": {
                "style": widgets.line("The style whose lettering is used; none: the plain one."),
                "layout": widgets.line("The layout as JSON text; none: above the car."),
            },
        }

    @classmethod
    def VALIDATE_INPUTS(cls, title: str | None = None, line: str | None = None) -> bool | str:
        """Refuse texts no poster has room for before anything runs."""
        return _caption_verdict(title or "", line or "")

    def run(
        self, image: Any, placement: str, title: str, line: str, style: str = "", layout: str = ""
    ) -> tuple[Any, str]:
        """Return the captioned poster [1,H,W,3] and the placement as JSON."""
        verdict = _caption_verdict(title, line)
        if verdict is not True:
            raise PictureInputError(str(verdict))
        places = _places(placement)
        picture = tensors.single(rgb_batch(tensors.array(image), "image"))
        captioned, facts = write_caption(
            picture,
            [places["car_box"], places["badge_box"]],
            title,
            line,
            style=style,
            room=room_of(layout),
        )
        text = json.dumps({**places, "caption": facts}, indent=1)
        return (tensors.like(image, to_floats(captioned)[None]), text)


class TripPosterSave(Node):
    """One task's files below output/{task_id}; task.json is written last."""

    DESCRIPTION = "Saves poster, plates, protected mask and placement of one task."
    RETURN_TYPES = ()
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        placement = {"forceInput": True, "tooltip": "From the compose or the caption node."}
        return {
            "required": {
                "poster": ("IMAGE", {"tooltip": "The finished picture."}),
                "plate": ("IMAGE", {"tooltip": "The grounded plate under the car."}),
                "protected": ("MASK", {"tooltip": "1 where a car pixel was copied."}),
                "placement": ("STRING", placement),
                "task_id": widgets.line("Name of the folder; letters, digits, '-' and '_'."),
            },
            "optional": {"bare": ("IMAGE", {"tooltip": "The plate before shadow and reflection."})},
        }

    @classmethod
    def IS_CHANGED(cls, **_inputs: Any) -> float:
        """Be run in every graph: from the cache it would name files that may be gone by now."""
        return float("nan")  # made anew each time, it is equal to nothing

    @classmethod
    def VALIDATE_INPUTS(cls, task_id: str | None = None) -> bool | str:
        """Refuse a task id that is no safe folder name before anything runs."""
        if task_id is None or is_task_id(task_id):
            return True
        return "task_id may hold letters, digits, '-' and '_' only"

    def run(
        self,
        poster: Any,
        plate: Any,
        protected: Any,
        placement: str,
        task_id: str,
        bare: Any = None,
    ) -> dict[str, Any]:
        """Write the files and list the pictures."""
        given = {"poster": poster, "plate": plate, "bare": bare}
        pictures = {
            role: tensors.single(rgb_batch(tensors.array(image), role))
            for role, image in given.items()
            if image is not None
        }
        pictures["protected"] = tensors.single_mask(tensors.array(protected))
        if len({picture.shape[:2] for picture in pictures.values()}) != 1:
            raise PictureInputError(f"{', '.join(pictures)} differ in size")
        folder = tensors.folder("output")
        return {"ui": {"images": write_task(folder, task_id, pictures, placement)}}


def _caption_verdict(title: str, line: str) -> bool | str:
    if len(title) > _LONGEST_TITLE:
        return f"title must be at most {_LONGEST_TITLE} characters long"
    if len(line) > _LONGEST_LINE:
        return f"line must be at most {_LONGEST_LINE} characters long"
    return True


def _places(placement: str) -> dict[str, Any]:
    """Return the compose node's placement; PictureInputError for anything else."""
    try:
        places = json.loads(placement)
        boxes = [[int(each) for each in places[name]] for name in ("car_box", "badge_box")]
    except (ValueError, KeyError, TypeError) as error:
        raise PictureInputError("placement must be the JSON text of the compose node") from error
    if any(len(box) != 4 for box in boxes):
        raise PictureInputError("placement must name car_box and badge_box by four numbers each")
    return dict(places)
