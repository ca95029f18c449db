"""Layouts: files under comfyui/layouts/, one composition each; shares of width and height.

The car's row is not among them: it follows from the horizon, as the render's camera saw it.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from shared.core.errors import WorkflowError
from shared.core.formats import Format
from shared.core.models import Strict, first_fault

LAYOUTS = Path(__file__).parents[2] / "comfyui" / "layouts"
Ground = Literal["road", "open"]
Side = Literal["top", "left", "right", "bottom"]
Corner = Literal["top_left", "top_right", "bottom_left", "bottom_right"]
_Share = Annotated[float, Field(ge=0, le=1)]
_Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


class Titles(Strict):
    """The layout's name for people."""

    zh: str = Field(min_length=1, max_length=40)
    en: str = Field(min_length=1, max_length=60)


class Car(Strict):
    """Where the car's visible box has its middle, and how wide it is; shares of the width."""

    centre: _Share
    width: float = Field(ge=0.35, le=0.85)


class Lettering(Strict):
    """The box [x0, y0, x1, y1] of title and line, and the side that they are flush with."""

    box: tuple[_Share, _Share, _Share, _Share]
    align: Literal["left", "middle", "right"]


class Safe(Strict):
    """How far the car keeps from the edges: shares of the width, and twice of the height."""

    sides: _Share
    top: _Share
    bottom: _Share


class Arrangement(Strict):
    """A layout in one format; `mark` are the corners for the AI mark, the best first.

    `quiet` is the side that the scene keeps calm.
    """

    horizon: float = Field(ge=0.3, le=0.8)
    car: Car
    lettering: Lettering
    mark: tuple[Corner, ...] = Field(min_length=1)
    safe: Safe
    quiet: Side

    @model_validator(mode="after")
    def _holds_together(self) -> Arrangement:
        left, right = (self.car.centre + side * self.car.width / 2 for side in (-1, 1))
        if left < self.safe.sides or right > 1 - self.safe.sides:
            raise ValueError("the car reaches into the safe area at the sides")
        x0, y0, x1, y1 = self.lettering.box
        if x0 >= x1 or y0 >= y1:
            raise ValueError("the lettering's box is empty")
        return self


class Layout(Strict):
    """A composition: which views and grounds it suits, and how it is arranged in each format.

    A view whose badge would be smaller than `least_badge` is not set in: pixels, the side of a
    square as large as the badge's box.
    """

    id: _Slug
    titles: Titles
    views: tuple[_Slug, ...] = Field(min_length=1)
    grounds: tuple[Ground, ...] = Field(min_length=1)
    formats: dict[Format, Arrangement] = Field(min_length=1)
    least_badge: float = Field(default=28, ge=0)


def read_layouts(folder: Path = LAYOUTS) -> dict[str, Layout]:
    """Return every layout of a folder by id; WorkflowError names the file that is not usable."""
    return {path.stem: _read(path) for path in sorted(folder.glob("*.json"))}


@functools.cache
def layouts() -> dict[str, Layout]:
    return read_layouts()


def resolved(layout: Layout, form: Format) -> str:
    """Return what a workflow is told: the layout in this format, as compact JSON."""
    told = layout.formats[form].model_dump(mode="json", exclude={"quiet"})
    named = {"id": layout.id, "format": form, **told}
    return json.dumps(named, ensure_ascii=True, separators=(",", ":"))


def _read(path: Path) -> Layout:
    try:
        found = Layout.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise WorkflowError(f"{path.name}: {first_fault(error, 'layout')}") from None
    if found.id != path.stem:
        raise WorkflowError(f"{path.name}: id: is {found.id!r}, must be the file's name")
    return found
