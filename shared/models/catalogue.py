"""deploy/models.json: the models, what for, how they are called, their limits, their end.

A provider's models come and go, so what is known of them is data with a date. The file says where
each entry was read (`source`) and whether this bundle has been run with it at all (`tried`:
"stand-in", or "no" for what is only known from documents).
"""

from __future__ import annotations

import functools
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from shared.core.errors import BundleError
from shared.core.models import Strict, first_fault
from shared.models import defaults
from shared.models.sizes import Limits

Use = Literal["prompt", "picture", "judge"]
Protocol = Literal[
    "chat", "vision-chat", "image-synthesis", "image-generation", "multimodal-generation"
]

FILE = Path(__file__).parents[2] / "deploy" / "models.json"
# A prompt and its answer: three tokens of ten are the answer's.
_ANSWERED = 0.3
_FIRST = {"prompt": defaults.TEXT[0], "picture": defaults.PICTURE[0], "judge": defaults.JUDGE[0]}
# The ways of ordering that give a ticket, which is recorded before anybody waits.
_WITH_TICKET = frozenset({"image-synthesis", "image-generation"})


class ModelsFileError(BundleError):
    """The list of models cannot be read; the message names the entry."""


class Model(Strict):
    """One model for one use; `price_cny` is a picture's, or a million tokens' [in, out].

    `pixels` (in all), `side` (pixels) and `ratio` (width to height) are least and most; None is no
    limit. `retires_on` is an announced end. Without `negative_prompt` the model reads one prompt.
    """

    name: str = Field(min_length=1)
    use: Use = Field(alias="for")
    protocol: Protocol
    pixels: tuple[int, int] | None
    side: tuple[int, int] | None
    ratio: tuple[float, float] | None
    prompt_characters: int | None = Field(gt=0)
    negative_prompt: bool = True
    price_cny: float | tuple[float, float]
    retires_on: date | None
    source: str = Field(min_length=1)
    tried: Literal["stand-in", "no"]

    @property
    def limits(self) -> Limits:
        """Return what sizes it paints."""
        return Limits(pixels=self.pixels, side=self.side, ratio=self.ratio)

    @property
    def is_called(self) -> bool:
        """Say whether the adapters call it: of picture models those that give a ticket."""
        if self.use != "picture":
            return True
        return self.protocol in _WITH_TICKET and bool(self.pixels or self.side)

    @property
    def price(self) -> float:
        """Return CNY for a picture, or for a million tokens of prompts and answers."""
        if isinstance(self.price_cny, float):
            return self.price_cny
        asked, answered = self.price_cny
        return (1 - _ANSWERED) * asked + _ANSWERED * answered


class Catalogue(Strict):
    """All models, as of a day."""

    as_of: date
    models: tuple[Model, ...] = Field(min_length=1)


def read_catalogue(path: Path) -> Catalogue:
    """Return what a file says; ModelsFileError where it cannot be read."""
    try:
        found = Catalogue.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ModelsFileError(f"{path.name} cannot be read: {type(error).__name__}") from error
    except ValidationError as error:
        raise ModelsFileError(f"{path.name}: {first_fault(error, 'the list')}") from None
    names = [(each.use, each.name) for each in found.models]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ModelsFileError(f"{path.name}: {twice[0][1]} is there twice for {twice[0][0]}")
    return found


@functools.cache
def catalogue() -> Catalogue:
    """Return the list that is deployed; read when it is first asked for."""
    return read_catalogue(FILE)


def find(name: str, use: Use) -> Model | None:
    """Return what is known of a model for a use, None when the list does not name it."""
    found = (each for each in catalogue().models if each.name == name and each.use == use)
    return next(found, None)


def text_cny(tokens: float, name: str = "") -> float:
    """Return CNY for tokens of a model; of one the list does not name, at the first default's."""
    return tokens / 1e6 * _price(name, "prompt")


def pictures_cny(pictures: float, name: str = "") -> float:
    """Return CNY for pictures of a model; of one the list does not name, at the first default's."""
    return pictures * _price(name, "picture")


def _price(name: str, use: Use) -> float:
    return (find(name, use) or model(_FIRST[use], use)).price


def model(name: str, use: Use) -> Model:
    """Return what is known of a model; ModelsFileError when the list does not name it."""
    found = find(name, use)
    if found is None:
        raise ModelsFileError(f"{FILE.name} names no model {name} for {use}")
    return found
