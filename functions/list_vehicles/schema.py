"""What GET /v1/vehicles answers."""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")


class TitlesView(_View):
    """The vehicle's name for people."""

    zh: str
    en: str


class PreviewView(_View):
    """A picture of the car, and until when the link works."""

    url: str
    expires_at: AwareDatetime


class VehicleView(_View):
    """One car as a trip names it, the version that new posters show, and its widths in pixels."""

    model: str
    generation: str
    paint: str
    version: str
    titles: TitlesView
    sizes: tuple[int, ...]
    preview: PreviewView | None


class VehiclesView(_View):
    """All cars that posters can show, in order of model, generation and paint."""

    vehicles: tuple[VehicleView, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the body of the answer."""
        return self.model_dump(mode="json")
