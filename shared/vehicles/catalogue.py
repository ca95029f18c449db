"""The catalogue: which vehicles can be put into a poster."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.errors import PictureError
from shared.vehicles.sidecar import Sidecar, Slug, Titles, Version

CATALOGUE_KEY = "input/vehicles/catalogue.json"


class VehicleEntry(BaseModel):
    """One render that is ready on the mount; `preview` is a picture's key, "" without one."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    model: Slug
    generation: Slug
    paint: Slug
    version: Version
    titles: Titles
    sizes: tuple[int, ...] = ()
    preview: str = ""

    @property
    def reference(self) -> str:
        """`model/generation/paint/version`, the name a workflow is given."""
        return f"{self.model}/{self.generation}/{self.paint}/{self.version}"

    @property
    def name(self) -> tuple[str, str, str]:
        """What a trip says about its car: model, generation, paint."""
        return (self.model, self.generation, self.paint)


class Catalogue(BaseModel):
    """catalogue.json; one entry for each model, generation and paint."""

    model_config = ConfigDict(
        frozen=True,
        defer_build=True,
        extra="forbid",
        populate_by_name=True,
        serialize_by_alias=True,
    )

    schema_: Literal[1] = Field(default=1, alias="schema")
    vehicles: tuple[VehicleEntry, ...] = ()

    def resolve(self, model: str, generation: str, paint: str) -> VehicleEntry | None:
        """Return the current render of that car, or None."""
        wanted = (model, generation, paint)
        return next((entry for entry in self.vehicles if entry.name == wanted), None)

    def with_entry(self, entry: VehicleEntry) -> Catalogue:
        """Return the catalogue with this entry in place of an older one of the same name."""
        others = [other for other in self.vehicles if other.name != entry.name]
        return Catalogue(vehicles=tuple(sorted([*others, entry], key=lambda each: each.name)))

    def to_json(self) -> bytes:
        """Return the bytes of catalogue.json."""
        return self.model_dump_json(indent=1).encode()


def entry_of(sidecar: Sidecar, *, preview: str = "") -> VehicleEntry:
    """Return the catalogue entry of a frozen render; its largest size is the preview by default."""
    return VehicleEntry(
        model=sidecar.model,
        generation=sidecar.generation,
        paint=sidecar.paint,
        version=sidecar.version or sidecar.sha256[:12],
        titles=sidecar.titles,
        sizes=tuple(size.width for size in sidecar.sizes),
        preview=preview or _largest(sidecar),
    )


def _largest(sidecar: Sidecar) -> str:
    largest = max(sidecar.sizes, key=lambda size: size.width, default=None)
    return f"input/vehicles/{sidecar.reference}/{largest.file}" if largest else ""


def parse_catalogue(data: bytes) -> Catalogue:
    """Parse catalogue.json; raises PictureError."""
    try:
        return Catalogue.model_validate_json(data)
    except ValidationError as error:
        msg = "catalogue.json does not have the expected form"
        raise PictureError(msg) from error
