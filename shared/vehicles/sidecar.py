"""The sidecar: what a program has to know about one render of a vehicle."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.errors import PictureError

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Version = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Pixels = Annotated[int, Field(ge=1, le=8192)]
Row = Annotated[float, Field(ge=-20_000, le=20_000)]
Point = tuple[Row, Row]


class _Model(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        defer_build=True,
        extra="forbid",
        populate_by_name=True,
        serialize_by_alias=True,
    )


class Titles(_Model):
    """The vehicle's name for people."""

    zh: str = Field(min_length=1, max_length=60)
    en: str = Field(min_length=1, max_length=60)


class Light(_Model):
    """The render's main light; azimuth clockwise from the view direction, 180 = behind the eye."""

    azimuth_deg: float = Field(ge=-360, le=360)
    elevation_deg: float = Field(ge=0, le=90)
    softness: float = Field(ge=0, le=1)
    cct_k: float = Field(ge=1000, le=40_000)


class FrozenSize(_Model):
    """One step of the size ladder; `scale` = its width / the master's width."""

    width: Pixels
    height: Pixels
    scale: float = Field(gt=0, le=1)
    file: str = Field(pattern=r"^sizes/[0-9]{1,4}\.png$")
    sha256: Sha256
    badge_file: str = Field(pattern=r"^sizes/[0-9]{1,4}\.badge\.png$")
    badge_sha256: Sha256


class Sidecar(_Model):
    """One render of one vehicle; points and rows are pixels of the master picture.

    `contacts` are the tyres on the ground: left rear, left front, right front, right rear.
    `version` and `sizes` are there once the render is frozen.
    """

    schema_: Literal[1] = Field(alias="schema")
    model: Slug
    generation: Slug
    paint: Slug
    titles: Titles
    px_size: tuple[Pixels, Pixels]
    sha256: Sha256
    colourspace: Literal["srgb"]
    alpha: Literal["coverage"]
    contacts: tuple[Point, Point, Point, Point]
    roof_y: Row
    horizon_y: Row
    pitch_deg: float = Field(ge=-30, le=30)
    camera_height_m: float = Field(gt=0, le=10)
    light: Light
    badge_box: tuple[int, int, int, int]
    provenance: str = Field(max_length=500)
    version: Version | None = None
    sizes: tuple[FrozenSize, ...] = ()

    @model_validator(mode="after")
    def _hold_together(self) -> Sidecar:
        x0, y0, x1, y1 = self.badge_box
        width, height = self.px_size
        if not (0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height):
            msg = "badge_box lies outside the picture"
            raise ValueError(msg)
        if min(y for _, y in self.contacts) <= self.horizon_y:
            msg = "every contact must lie below horizon_y"
            raise ValueError(msg)
        return self

    @property
    def reference(self) -> str:
        """`model/generation/paint/version`, the name a workflow is given."""
        version = self.version or self.sha256[:12]
        return f"{self.model}/{self.generation}/{self.paint}/{version}"

    def to_json(self) -> bytes:
        """Return the canonical bytes: UTF-8, unset fields left out."""
        return self.model_dump_json(exclude_none=True, indent=1).encode()


def parse_sidecar(data: bytes) -> Sidecar:
    """Parse sidecar.json; raises PictureError."""
    try:
        return Sidecar.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "sidecar"
        msg = f"sidecar.json: {where}: {first['msg']}"
        raise PictureError(msg) from error
