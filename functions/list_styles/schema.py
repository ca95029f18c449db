"""What goes out over GET /v1/styles."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from shared.core.models import View

# Styles change with a deployment; a private cache may keep them for some minutes.
CACHED_SECONDS = 300


class TextView(View):
    """A text in both languages; `zh_hant` is null where only the simplified one is there."""

    zh: str
    zh_hant: str | None = None
    en: str


class SizeView(View):
    """A picture's size in pixels."""

    width: int
    height: int


class StyleView(View):
    """A look that a driver may choose; `sample` is a link to a picture in it, if there is one.

    `formats` are those of its files; `poster_format` is that of a poster whose trip names none.
    """

    id: str
    title: TextView
    description: TextView
    sizes: tuple[SizeView, ...]
    formats: tuple[str, ...]
    poster_format: str
    season_variants: tuple[str, ...]
    sample: str | None


class StylesView(View):
    """All of them; `default` is painted when a trip names none."""

    default: str
    styles: tuple[StyleView, ...]


def answer(
    view: StylesView, headers: Mapping[str, str]
) -> tuple[int, dict[str, Any] | None, dict[str, str]]:
    """Return status, body and headers: the list, or 304 to a caller that has this very one."""
    tag = f'"{hashlib.sha256(view.model_dump_json().encode()).hexdigest()[:32]}"'
    kept = {"ETag": tag, "Cache-Control": f"private, max-age={CACHED_SECONDS}"}
    given = headers.get("if-none-match", "").split(",")
    if {tag, "*"} & {each.strip().removeprefix("W/") for each in given}:
        return 304, None, kept
    return 200, view.to_json(), kept
