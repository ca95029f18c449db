"""The catalogue: which vehicles can be put into a poster."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from shared.core.errors import PictureError
from shared.core.models import checked
from shared.vehicles.sidecar import Model, Sidecar, Slug, Titles, Version, Word

CATALOGUE_KEY = "input/vehicles/catalogue.json"
# The member that speaks for its car: in the list, and in what a trip is accepted with.
_LEADING_VIEW, _LEADING_LIGHT = "front_left", "overcast"


class VehicleEntry(Model):
    """One render that is ready on the mount; `preview` is a picture's key, "" without one.

    `view` and `lit` tell the members of a set apart; both are "" for a set of one. `badge` is the
    side of a square as large as the badge's box, as a share of the render's width; 0 in an entry
    that an earlier release has made.
    """

    model: Slug
    generation: Slug
    paint: Slug
    version: Version
    titles: Titles
    sizes: tuple[int, ...] = ()
    preview: str = ""
    view: Word | Literal[""] = ""
    lit: Word | Literal[""] = ""
    badge: float = Field(default=0.0, ge=0)

    @property
    def reference(self) -> str:
        """`model/generation/paint/version`, the name a workflow is given."""
        return f"{self.model}/{self.generation}/{self.paint}/{self.version}"

    @property
    def name(self) -> tuple[str, str, str]:
        """What a trip says about its car: model, generation, paint."""
        return (self.model, self.generation, self.paint)

    @property
    def member(self) -> str:
        """`view.light`, empty for a set of one."""
        return f"{self.view}.{self.lit}" if self.view else ""

    @property
    def rank(self) -> tuple[bool, bool, str, str]:
        """Return what orders the members of a car, the leading one first."""
        return (self.view != _LEADING_VIEW, self.lit != _LEADING_LIGHT, self.view, self.lit)


class Catalogue(Model):
    """catalogue.json; one entry for each render, those of a car one after the other."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    vehicles: tuple[VehicleEntry, ...] = ()

    def resolve(self, model: str, generation: str, paint: str) -> VehicleEntry | None:
        """Return the leading render of that car, or None."""
        return next(iter(self.members(model, generation, paint)), None)

    def members(self, model: str, generation: str, paint: str) -> tuple[VehicleEntry, ...]:
        """Return the renders of that car, the leading one first; one for a set of one."""
        wanted = (model, generation, paint)
        return tuple(sorted((e for e in self.vehicles if e.name == wanted), key=lambda e: e.rank))

    def leading(self) -> tuple[VehicleEntry, ...]:
        """Return one render of each car."""
        return tuple(self.members(*name)[0] for name in sorted({e.name for e in self.vehicles}))

    @classmethod
    def of(cls, entries: Iterable[VehicleEntry]) -> Catalogue:
        """Return the catalogue of these renders, in its order."""
        return cls(vehicles=tuple(sorted(entries, key=lambda each: (each.name, each.rank))))

    def to_json(self) -> bytes:
        return self.model_dump_json(indent=1).encode()


def entry_of(sidecar: Sidecar, *, preview: str = "", widths: tuple[int, ...] = ()) -> VehicleEntry:
    """Return the catalogue entry of a render; its largest size is the preview by default.

    `widths` are the sizes of one that is not frozen yet.
    """
    x0, y0, x1, y1 = sidecar.badge_box
    sizes = widths or tuple(size.width for size in sidecar.sizes)
    largest = f"input/vehicles/{sidecar.reference}/sizes/{max(sizes)}.png" if sizes else ""
    return VehicleEntry(
        model=sidecar.model,
        generation=sidecar.generation,
        paint=sidecar.paint,
        version=sidecar.version or sidecar.sha256[:12],
        titles=sidecar.titles,
        sizes=sizes,
        preview=preview or largest,
        view=sidecar.view or "",
        lit=sidecar.lit or "",
        badge=round(math.sqrt((x1 - x0) * (y1 - y0)) / sidecar.px_size[0], 4),
    )


def parse_catalogue(data: bytes) -> Catalogue:
    """Parse catalogue.json; raises PictureError."""
    return checked(Catalogue, data, PictureError("catalogue.json does not have the expected form"))
