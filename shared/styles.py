"""The styles: files under comfyui/styles/, one named look each."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.errors import InvalidRequestError, Problem, WorkflowError

if TYPE_CHECKING:
    from collections.abc import Iterable

_FOLDER = Path(__file__).parent.parent / "comfyui" / "styles"


class StyleTitles(BaseModel):
    """The style's name for people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = Field(min_length=1, max_length=40)
    en: str = Field(min_length=1, max_length=40)


class Style(BaseModel):
    """A named look; sizes in pixels of the finished picture.

    `scene` says who paints the plate: the picture model before the task is queued, or the
    workflow itself on the GPU. `workflow_inputs` sets inputs of the workflow: weights, strength,
    steps. A style that is not `offered` is for designers; drivers cannot choose it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{1,31}$")
    titles: StyleTitles
    offered: bool = True
    scene: Literal["picture_model", "workflow"]
    workflow: str = Field(pattern=r"^[a-z][a-z0-9_]{1,63}$")
    workflow_inputs: dict[str, int | float | str] = Field(default={}, strict=True)
    width: int = Field(ge=512, le=1440)
    height: int = Field(ge=512, le=1440)
    prompt_language: Literal["zh", "en"] = "zh"
    style_words: str = Field(max_length=120)
    negative_words: str = Field(max_length=200)


@functools.cache
def styles() -> dict[str, Style]:
    """Return all styles by id; WorkflowError names the file that is wrong."""
    return {style.id: style for style in map(_read, sorted(_FOLDER.glob("*.json")))}


def style(style_id: str) -> Style:
    """Return one style; InvalidRequestError lists those that exist."""
    found = styles().get(style_id)
    if found is None:
        raise _unknown(styles())
    return found


def offered_style(style_id: str) -> Style:
    """Return a style that drivers may choose; InvalidRequestError lists those that they may."""
    found = {name: each for name, each in styles().items() if each.offered}
    if style_id not in found:
        raise _unknown(found)
    return found[style_id]


def _unknown(known: Iterable[str]) -> InvalidRequestError:
    problem = Problem("/style", f"one of: {', '.join(known)}")
    return InvalidRequestError(problems=(problem,))


def _read(path: Path) -> Style:
    try:
        found = Style.model_validate_json(path.read_bytes())
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        msg = f"{path.name}: {wrong}"
        raise WorkflowError(msg) from error
    if found.id != path.stem:
        msg = f"{path.name}: id: is {found.id!r}, must be the file's name"
        raise WorkflowError(msg)
    return found
