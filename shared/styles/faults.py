"""What is wrong with a style file: which file, which line, which key, and the way out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.core.errors import WorkflowError, suggestion
from shared.styles.model import Lora, Size, Style, Words

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

    from shared.styles.positions import Pointer

_PARTS: dict[str, type[BaseModel]] = {
    "titles": Words,
    "descriptions": Words,
    "sizes": Size,
    "lora": Lora,
}
_QUOTED = re.compile(r"'([^']+)'")
# A validator of the whole file names the key it speaks of: "season_variants.spring: has …".
_NAMED = re.compile(r"(?:Value error, )?(?P<key>[a-z_]+(?:\.[a-z0-9_]+)?): (?P<text>.+)", re.DOTALL)


@dataclass(frozen=True, order=True)
class Fault:
    """One mistake in a style file; line 0 is the file as a whole."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        """Return one line: where, and what."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.reason}"


class StyleFileError(WorkflowError):
    """A style file that is not used; `faults` are all its mistakes."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("; ".join(map(str, self.faults)))


def line_of(lines: Mapping[Pointer, int], pointer: Pointer) -> int:
    """Return the line of a value, or of the innermost thing around it that is there."""
    while pointer and pointer not in lines:
        pointer = pointer[:-1]
    return lines.get(pointer, 0)


def faults_of(file: str, error: ValidationError, lines: Mapping[Pointer, int]) -> tuple[Fault, ...]:
    """Return the mistakes that the model found, each at its line."""
    details = error.errors(include_url=False)
    inner = [_place(each["loc"]) for each in details]
    # A list is called too short when its items are wrong: the items say it all.
    own = [each for each in details if not any(_is_within(place, each["loc"]) for place in inner)]
    return tuple(dict.fromkeys(_fault(file, each, lines) for each in own))


def _is_within(inner: Pointer, outer: Pointer) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _fault(file: str, found: ErrorDetails, lines: Mapping[Pointer, int]) -> Fault:
    place, text = _place(found["loc"]), found["msg"]
    if found["type"] == "extra_forbidden":
        text = f"there is no such key{suggestion(str(place[-1]), _known(place))}"
    elif found["type"] in {"literal_error", "enum"}:
        allowed = _QUOTED.findall(str(found.get("ctx", {}).get("expected", "")))
        text = f"{found['input']!r} is not one of: {', '.join(allowed)}"
        text += suggestion(str(found["input"]), allowed)
    elif found["type"] == "missing":
        text = "is missing"
    elif found["type"] == "value_error":
        named = _NAMED.fullmatch(text)
        if named and not place:
            place, text = tuple(named["key"].split(".")), named["text"]
        text = text.removeprefix("Value error, ")
    name = ".".join(map(str, place))
    return Fault(file, line_of(lines, place), f"{name}: {text}" if name else text)


def _place(found: tuple[int | str, ...]) -> Pointer:
    """Return the place in the file: pydantic adds the kinds it tried and marks of keys."""
    return tuple(part for part in found if part not in {"[key]", "int", "float", "str"})


def _known(place: Pointer) -> Iterable[str]:
    owner: Any = _PARTS.get(str(place[0]), Style) if len(place) > 1 else Style
    fields: Iterable[str] = owner.model_fields
    return fields
