"""What a style file holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from shared.core.formats import DEFAULT_FORMAT, PIXELS
from shared.core.formats import Format as Shape
from shared.core.models import Strict
from shared.trips.facts import TimeOfDay, TripFacts

Format = Literal["png", "jpeg", "webp"]
Scene = Literal["picture_model", "workflow"]
_Word = Annotated[str, Field(min_length=1, max_length=60)]
_VariantId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,31}$")]
_Added = Annotated[str, Field(min_length=2, max_length=60)]
_MASTER, _WITHOUT_LOSS = "png", "webp"
# The picture model reads 500; place, season, light and camera need the rest.
LONGEST_CHINESE = 120


class Words(Strict):
    """A text for people, in both languages; traditional Chinese where somebody wrote it."""

    zh: str = Field(min_length=1, max_length=120)
    zh_hant: str | None = Field(None, min_length=1, max_length=120)
    en: str = Field(min_length=1, max_length=240)


class Size(Strict):
    """A picture's size in pixels."""

    width: int = Field(ge=512, le=1440, multiple_of=8)
    height: int = Field(ge=512, le=1440, multiple_of=8)


class Lora(Strict):
    """Weights that a workflow of our own adds to its checkpoint, and how strongly."""

    file: str = Field(pattern=r"^[\w.-]+\.safetensors$")
    strength: float = Field(ge=0, le=2)


class Style(Strict):
    """A named look.

    `scene` says who paints the plate: the picture model before the task is queued, or the
    workflow itself on the GPU. `workflow_inputs` sets inputs of the workflow: weights, steps.
    The first of `sizes` is painted in 4:5, the other formats have sizes of their own; the first of
    `formats` is the one of a trip that names none. `style_words` end every picture prompt;
    `must_contain` has to stand in it, and no clause with a word of `must_not_contain` gets into it.
    `season_variants` adds words by season or festival. `hours` moves an hour that the look cannot
    show. A style that is not `offered` is for designers; drivers cannot choose it.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{1,31}$")
    titles: Words
    descriptions: Words
    offered: bool = True
    sample: str | None = Field(None, pattern=r"^https://\S+$")
    scene: Scene
    workflow: str = Field(pattern=r"^[a-z][a-z0-9_]{1,63}$")
    workflow_inputs: dict[str, int | float | str] = Field(default={}, strict=True)
    lora: Lora | None = None
    sizes: tuple[Size, ...] = Field(min_length=1, max_length=4)
    formats: tuple[Shape, ...] = Field(default=(), max_length=4)
    output_formats: tuple[Format, ...] = ("png", "jpeg", "webp")
    prompt_language: Literal["zh", "en"] = "zh"
    style_words: str = Field(min_length=4, max_length=240)
    must_contain: tuple[_Word, ...] = Field(min_length=1, max_length=4)
    must_not_contain: tuple[_Word, ...] = Field(default=(), max_length=24)
    negative_words: str = Field(max_length=200)
    season_variants: dict[_VariantId, _Added] = Field(default_factory=dict)
    hours: dict[TimeOfDay, TimeOfDay] = Field(default_factory=dict)

    @property
    def width(self) -> int:
        """The plate's width in pixels."""
        return self.sizes[0].width

    @property
    def height(self) -> int:
        """The plate's height in pixels."""
        return self.sizes[0].height

    @property
    def own_format(self) -> Shape:
        """The format of a poster whose trip names none."""
        return self.formats[0] if self.formats else DEFAULT_FORMAT

    def size(self, form: Shape) -> tuple[int, int]:
        """Return the plate's width and height in pixels in a format."""
        return (self.width, self.height) if form == DEFAULT_FORMAT else PIXELS[form]

    @property
    def bound_inputs(self) -> dict[str, int | float | str]:
        """Return what the style sets in its workflow, its LoRA included."""
        if self.lora is None:
            return dict(self.workflow_inputs)
        file, strength = self.lora.file, self.lora.strength
        return {**self.workflow_inputs, "lora": file, "lora_strength": strength}

    @property
    def takes_jpeg(self) -> bool:
        """Whether the app's copy may be a JPEG; if not it is without loss."""
        return "jpeg" in self.output_formats

    def shown(self, facts: TripFacts) -> TripFacts:
        """Return the facts as this look shows them: the hour alone may be another."""
        hour = self.hours.get(facts.time_of_day, facts.time_of_day)
        return replace(facts, time_of_day=hour)

    def added_words(self, facts: TripFacts) -> str:
        """Return what season and festival add to the prompt, in the prompt's language."""
        names = [facts.occasion.variant if facts.occasion else "", facts.season.value]
        found = [self.season_variants[name] for name in names if name in self.season_variants]
        return ("，" if self.prompt_language == "zh" else ", ").join(found)

    @field_validator("output_formats")
    @classmethod
    def _has_what_is_always_made(cls, formats: tuple[Format, ...]) -> tuple[Format, ...]:
        lacking = [name for name in (_MASTER, _WITHOUT_LOSS) if name not in formats]
        if lacking:
            raise ValueError(f"{' and '.join(lacking)} cannot be left out: every poster has them")
        return formats

    @model_validator(mode="after")
    def _keeps_its_own_rules(self) -> Style:
        twice = {"lora", "lora_strength"} & set(self.workflow_inputs) if self.lora else set()
        if twice:
            msg = f"workflow_inputs: {', '.join(sorted(twice))} is set by 'lora' already"
            raise ValueError(msg)
        if self.prompt_language == "zh" and len(self.style_words) > LONGEST_CHINESE:
            raise ValueError(f"style_words: has more than {LONGEST_CHINESE} Chinese characters")
        self._check_words()
        return self

    def _check_words(self) -> None:
        own = {"style_words": self.style_words} | {
            f"season_variants.{name}": words for name, words in self.season_variants.items()
        }
        for place, text in own.items():
            for word in self.must_not_contain:
                if word.lower() in text.lower():
                    raise ValueError(f"{place}: has '{word}', which must_not_contain forbids")
        for word in self.must_contain:
            if word not in self.style_words:
                raise ValueError(f"must_contain: '{word}' does not stand in style_words")
