"""Show the styles on offer, the default one first."""

from __future__ import annotations

from functions.list_styles.schema import SizeView, StylesView, StyleView, TextView
from shared.styles import Style, Words, offered_styles


def list_styles(*, default: str) -> StylesView:
    """Return what a driver may choose; a style whose file is broken is not among it."""
    shown = sorted(offered_styles().values(), key=lambda look: (look.id != default, look.id))
    return StylesView(default=default, styles=tuple(map(_view, shown)))


def _view(look: Style) -> StyleView:
    return StyleView(
        id=look.id,
        title=_text(look.titles),
        description=_text(look.descriptions),
        sizes=tuple(SizeView(width=size.width, height=size.height) for size in look.sizes),
        formats=look.output_formats,
        poster_format=look.own_format,
        season_variants=tuple(look.season_variants),
        sample=look.sample,
    )


def _text(words: Words) -> TextView:
    return TextView(**words.model_dump())
