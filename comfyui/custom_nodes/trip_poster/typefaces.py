"""How each style sets its lettering: which face, how large, how far apart, in which inks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .lettering import FONTS, Face

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
        wide = PLAIN
        return replace(
            self,
            title=self.title if self.title.holds(title) else wide.title,
            line=self.line if self.line.holds(line) else wide.line,
        )


PLAIN = Setting(Face(tracking=0.05), Face(tracking=0.24), least=4.62)
_BRUSH, _POSTER = FONTS / "brush.woff", FONTS / "poster.woff"
_ROUND, _SLANTED, _TUBE = FONTS / "round.woff", FONTS / "slanted.woff", FONTS / "tube.woff"
_PHOTO = replace(PLAIN, growth=1.2)
_INK = Setting(
    Face(_BRUSH, tracking=0.02, swell=1.12),
    Face(_BRUSH, tracking=0.14, weight=0.02, swell=1.2),
    size=0.104,
    line_size=0.0335,
    growth=1.4,
    rule=(0.045, 0.0022),
    light=(250, 247, 238),
    dark=(24, 23, 24),
)
_SETTINGS = {
    "photoreal": _PHOTO,
    "sdxl_photoreal": _PHOTO,
    "ink_wash": _INK,
    "sdxl_ink_wash": _INK,
    "retro_poster": Setting(
        Face(_POSTER, tracking=0.05),
        Face(_POSTER, tracking=0.2, weight=0.015, swell=1.1),
        size=0.112,
        growth=1.45,
        rule=(0.1, 0.0045),
        light=(255, 246, 224),
        dark=(30, 26, 24),
    ),
    "gouache": Setting(
        Face(_ROUND, tracking=0.04, weight=0.012),
        Face(_ROUND, tracking=0.16, weight=0.02),
        size=0.1,
        line_size=0.033,
        growth=1.35,
        light=(255, 252, 240),
        dark=(34, 30, 36),
    ),
    "anime": Setting(
        Face(_SLANTED, tracking=0.04, weight=0.012, swell=1.06),
        Face(_SLANTED, tracking=0.18, weight=0.02, swell=1.14),
        size=0.108,
        growth=1.45,
        rule=(0.08, 0.0036),
        light=(255, 255, 255),
        dark=(20, 26, 44),
    ),
    "night_neon": Setting(
        Face(_TUBE, tracking=0.14, weight=0.02),
        Face(_TUBE, tracking=0.34, weight=0.03),
        size=0.094,
        line_size=0.031,
        growth=1.3,
        rule=(0.062, 0.0022),
        light=(240, 250, 255),
        dark=(18, 20, 38),
    ),
}


def setting_of(style: str) -> Setting:
    """Return a style's setting; the plain one for a style that has none."""
    return _SETTINGS.get(style, PLAIN)
