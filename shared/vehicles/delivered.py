"""The sidecar as the studio delivers it: what it gives counts, what it leaves out is guessed.

Points and rows are pixels of the delivered picture, upright.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import ConfigDict, Field, ValidationError

from shared.core.errors import PictureError
from shared.core.models import first_fault
from shared.vehicles.sidecar import (
    Box,
    Camera,
    Light,
    Model,
    PassName,
    Pixels,
    Point,
    Row,
    Sha256,
    Slug,
    Titles,
    Word,
)

if TYPE_CHECKING:
    from shared.vehicles.uploads import RenderName

_Tyres = tuple[Point, Point, Point, Point]
Polygon = Annotated[tuple[Point, ...], Field(min_length=3, max_length=400)]
Polygons = Annotated[tuple[Polygon, ...], Field(min_length=1, max_length=16)]


class _Strict(Model):
    """Of what others write: a field that is not known is a fault."""

    model_config = ConfigDict(extra="forbid")


class DeliveredPass(_Strict):
    """Where a pass lies, in pixels of the delivered picture; `sha256` binds it to its file."""

    box: Box
    sha256: Sha256 | None = None
    file: str = Field(default="", max_length=120)


class DeliveredSidecar(_Strict):
    """What may stand in `{paint}.json` or `{view}.{light}.json`; a bundle's own is one, too.

    `sha256` and `badge_box` bind it to its render and mask: without them a person has to confirm
    that the files belong together. `alpha_form` settles what cannot be measured; `see_through`
    says that glass lets the scene through on purpose.
    """

    schema_: Literal[1] = Field(default=1, alias="schema")
    model: Slug | None = None
    generation: Slug | None = None
    paint: Slug | None = None
    titles: Titles | None = None
    px_size: tuple[Pixels, Pixels] | None = None
    sha256: Sha256 | None = None
    colourspace: Literal["srgb"] | None = None
    alpha: Literal["coverage"] | None = None
    alpha_form: Literal["straight", "premultiplied", "premultiplied_linear"] | None = None
    see_through: bool = False
    contacts: _Tyres | None = None
    roof_y: Row | None = None
    horizon_y: Row | None = None
    pitch_deg: float | None = Field(default=None, ge=-90, le=90)
    camera_height_m: float | None = Field(default=None, gt=0, le=10)
    light: Light | None = None
    badge_box: tuple[int, int, int, int] | None = None
    provenance: str = Field(default="", max_length=500)
    view: Word | None = None
    lit: Word | None = None
    camera: Camera | None = None
    passes: dict[PassName, DeliveredPass] | None = None


@dataclass(frozen=True)
class Delivery:
    """The delivered files of one render, as bytes."""

    name: RenderName
    version: str
    render: bytes
    mask: bytes | None = None
    badge: bytes | None = None
    sidecar: bytes | None = None
    passes: tuple[tuple[PassName, bytes], ...] = ()
    drawn: bytes | None = None


class DrawnBadge(_Strict):
    """A badge's outline, drawn on a frozen render, in pixels of its master; of exactly these files.

    `render` and `mask` are the SHA-256 of the delivered ones, `mask` "" where there was none.
    """

    schema_: Literal[1] = Field(default=1, alias="schema")
    render: Sha256
    mask: Sha256 | Literal[""] = ""
    px_size: tuple[Pixels, Pixels]
    polygons: Polygons

    def to_json(self) -> bytes:
        return self.model_dump_json(by_alias=True).encode()


def parse_drawn(data: bytes) -> DrawnBadge:
    """Parse a drawn badge; PictureError names the first field that is wrong."""
    try:
        return DrawnBadge.model_validate_json(data)
    except ValidationError as error:
        raise PictureError(first_fault(error, "the drawn badge")) from None


def parse_delivered(data: bytes) -> DeliveredSidecar:
    """Parse the studio's sidecar; PictureError names the first field that is wrong."""
    try:
        return DeliveredSidecar.model_validate_json(data)
    except ValidationError as error:
        raise PictureError(first_fault(error, "the file")) from None
