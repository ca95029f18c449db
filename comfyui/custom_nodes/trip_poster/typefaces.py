"""How each style sets its lettering: which face, how large, how far apart, in which inks."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .lettering import FONT, FONTS, Face

if TYPE_CHECKING:
    Ink = tuple[int, int, int]


@dataclass(frozen=True)
class Setting:
    """A style's lettering; sizes are shares of the canvas's measure (see `caption`).

    A short title may grow by `growth`. `rule` is the length and thickness of the line between title
    and line; `light` and `dark` are the inks to choose between, `least` is the contrast that a
    scrim has to reach: a little above the rule, since rounding and thin strokes cost some.
    """

    title: Face
    line: Face
    size: float = 0.092
    line_size: float = 0.0305
    growth: float = 1.0
    rule: tuple[float, float] = (0.062, 0.0026)
    light: Ink = (252, 250, 245)
    dark: Ink = (22, 25, 32)
    least: float = 4.75

    def for_texts(self, title: str, line: str) -> Setting:
        """Return the setting with the wide font for a text that its own face cannot set whole."""
        return replace(
            self,
            title=self.title if self.title.holds(title) else PLAIN.title,
            line=self.line if self.line.holds(line) else PLAIN.line,
        )


PLAIN = Setting(Face(tracking=0.05), Face(tracking=0.24), least=4.62)
_FILE = Path(__file__).with_name("typefaces.json")


@functools.cache
def _settings() -> dict[str, Setting]:
    """Return the styles' settings; what typefaces.json leaves out is as in `Setting` and `Face`."""
    told: dict[str, dict[str, Any]] = json.loads(_FILE.read_bytes())
    return {style: _setting(own) for style, own in told.items()}


def _setting(own: dict[str, Any]) -> Setting:
    for face in (own["title"], own["line"]):
        face["font"] = FONTS / face.get("font", FONT)
    faces: dict[str, Any] = {name: Face(**own[name]) for name in ("title", "line")}
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in own.items()
    }
    return Setting(**told | faces)


def setting_of(style: str) -> Setting:
    """Return a style's setting; the plain one for a style that has none."""
    return _settings().get(style.removeprefix("sdxl_"), PLAIN)
