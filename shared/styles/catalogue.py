"""All styles. A broken file takes its own style away and no other; it is logged."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shared.core.errors import InvalidRequestError, Problem
from shared.observability import log
from shared.styles.faults import Fault, StyleFileError
from shared.styles.reading import read_style

if TYPE_CHECKING:
    from shared.styles.model import Scene, Style

STYLES = Path(__file__).parents[2] / "comfyui" / "styles"


@dataclass(frozen=True)
class Catalogue:
    """The styles that can be used, by id, and what is wrong with the files that cannot."""

    styles: dict[str, Style]
    faults: tuple[Fault, ...]


def read_styles(folder: Path = STYLES) -> Catalogue:
    """Read every style file of a folder."""
    found: dict[str, Style] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.json")):
        read = _read(path)
        if isinstance(read, StyleFileError):
            faults += read.faults
        else:
            found[read.id] = read
    return Catalogue(found, tuple(faults))


def _read(path: Path) -> Style | StyleFileError:
    try:
        return read_style(path)
    except StyleFileError as error:
        return error


def checked_styles(folder: Path = STYLES) -> dict[str, Style]:
    """Return all styles of a folder; StyleFileError when one of them is broken."""
    read = read_styles(folder)
    if read.faults:
        raise StyleFileError(read.faults)
    return read.styles


@functools.cache
def styles() -> dict[str, Style]:
    """Return all usable styles by id; a file that is not usable is logged once."""
    read = read_styles()
    for fault in read.faults:
        log.logger().error("style.refused", file=fault.file, line=fault.line, reason=fault.reason)
    return read.styles


def style(style_id: str) -> Style:
    """Return one style; InvalidRequestError lists those that exist."""
    return _one_of(styles(), style_id)


def offered_styles() -> dict[str, Style]:
    """Return the styles that drivers may choose, by id."""
    return {name: each for name, each in styles().items() if each.offered}


def offered_style(style_id: str) -> Style:
    """Return a style that drivers may choose; InvalidRequestError lists those that they may."""
    return _one_of(offered_styles(), style_id)


def scene_of(style_id: str) -> Scene:
    """Return who paints the style's plate, also for a style that is not usable any more."""
    found = styles().get(style_id)
    return found.scene if found else "picture_model"


def _one_of(known: dict[str, Style], style_id: str) -> Style:
    if style_id not in known:
        problem = Problem("/style", f"one of: {', '.join(known)}", "literal_error")
        raise InvalidRequestError(problems=(problem,))
    return known[style_id]
