"""The styles: files under comfyui/styles/, one named look each."""

from __future__ import annotations

import functools
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.errors import InvalidRequestError, Problem, WorkflowError

_FOLDER = Path(__file__).parent.parent / "comfyui" / "styles"


class StyleTitles(BaseModel):
    """The style's name for people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = Field(min_length=1, max_length=40)
    en: str = Field(min_length=1, max_length=40)


class Style(BaseModel):
    """A named look; sizes in pixels, as the picture model allows them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{1,31}$")
    titles: StyleTitles
    workflow: str = Field(pattern=r"^[a-z][a-z0-9_]{1,63}$")
    width: int = Field(ge=512, le=1440)
    height: int = Field(ge=512, le=1440)
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
        problem = Problem("/style", f"one of: {', '.join(styles())}")
        raise InvalidRequestError(problems=(problem,))
    return found


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
