"""What GET /v1/vehicles answers."""

from __future__ import annotations

from pydantic import AwareDatetime

from shared.core.formats import Format
from shared.core.models import View


class TitlesView(View):
    """The vehicle's name for people."""

    zh: str
    en: str


class PreviewView(View):
    """A picture of the car, and until when the link works."""

    url: str
    expires_at: AwareDatetime


class VehicleView(View):
    """One car as a trip names it, the version that new posters show, and its widths in pixels.

    `views`: each view of its set ("" for a single render), and the layouts that take it by format.
    """

    model: str
    generation: str
    paint: str
    version: str
    titles: TitlesView
    sizes: tuple[int, ...]
    preview: PreviewView | None
    views: dict[str, dict[Format, tuple[str, ...]]]


class VehiclesView(View):
    """All cars that posters can show, in order of model, generation and paint."""

    vehicles: tuple[VehicleView, ...]
