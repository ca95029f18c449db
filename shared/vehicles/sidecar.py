"""The sidecar: what a program has to know about one render of a vehicle."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, ValidationError, model_validator

from shared.core.errors import PictureError
from shared.core.models import Stored, first_fault

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
# A view or a light: what tells the members of a set apart.
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Version = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Pixels = Annotated[int, Field(ge=1, le=8192)]
Row = Annotated[float, Field(ge=-20_000, le=20_000)]
Point = tuple[Row, Row]
Box = tuple[int, int, int, int]
PassName = Literal["shadow_sun", "shadow_sky", "reflection", "lamps"]
# Poly Haven's words for hour and weather, those of its pages and of its API.
TimeOfDay = Literal[
    "sunrise", "morning", "midday", "afternoon", "sunset", "dusk", "night",
    "sunrise-sunset", "morning-afternoon",
]  # fmt: skip
Weather = Literal[
    "clear", "partly_cloudy", "partly cloudy", "overcast", "fog", "storm", "rain", "snow",
]  # fmt: skip

_FARTHEST = 20_000


class Model(Stored):
    """What is stored of vehicles; what only another release knows is kept."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)


class Titles(Model):
    """The vehicle's name for people."""

    zh: str = Field(min_length=1, max_length=60)
    en: str = Field(min_length=1, max_length=60)


class Light(Model):
    """The render's main light; azimuth clockwise from the view direction, 180 = behind the eye.

    `sun_to_sky`: how much more the sun gives a level ground than the sky does, 0 without a sun.
    `lamps`: the car's own are on. `ground`: what throws light up from below.
    """

    azimuth_deg: float = Field(ge=-360, le=360)
    elevation_deg: float = Field(ge=0, le=90)
    softness: float = Field(ge=0, le=1)
    cct_k: float = Field(ge=1000, le=40_000)
    sun_to_sky: float | None = Field(default=None, ge=0, le=1000)
    lamps: bool | None = None
    ground: Literal["dark", "bright"] | None = None
    time_of_day: TimeOfDay | None = None
    weather: Weather | None = None


class Camera(Model):
    """Where the eye stands: `heading_deg` is the angle at the car from its nose to the eye.

    Counterclockwise seen from above, so 37 sees the front and the car's own left flank. `focal_px`
    and `principal_x` are pixels of the master; `vfov_deg` may stand for the focal length.
    """

    heading_deg: float = Field(ge=-360, le=360)
    focal_px: float | None = Field(default=None, gt=0, le=200_000)
    vfov_deg: float | None = Field(default=None, gt=0, lt=180)
    principal_x: Row | None = None

    def measured(self, width: int, height: int, left: float = 0.0) -> Camera:
        """Return it with focal length and optical axis in pixels of a picture of that size.

        `left` are the columns that were cropped off.
        """
        focal = self.focal_px
        if focal is None and self.vfov_deg is not None:
            focal = round(height / 2 / math.tan(math.radians(self.vfov_deg) / 2), 2)
        axis = width / 2 if self.principal_x is None else self.principal_x
        return Camera(heading_deg=self.heading_deg, focal_px=focal, principal_x=axis - left)


class Pass(Model):
    """A picture of what the car does to the ground; `box` is where it lies, in master pixels."""

    file: str = Field(pattern=r"^(passes/)?[a-z0-9_.-]{1,110}\.png$")
    sha256: Sha256
    box: Box

    @model_validator(mode="after")
    def _hold_together(self) -> Pass:
        x0, y0, x1, y1 = self.box
        if not (x0 < x1 and y0 < y1 and max(map(abs, self.box)) <= _FARTHEST):
            raise ValueError("box must read left, top, right, bottom, within 20000 pixels")
        return self


class FrozenSize(Model):
    """One step of the size ladder; `scale` = its width / the master's width."""

    width: Pixels
    height: Pixels
    scale: float = Field(gt=0, le=1)
    file: str = Field(pattern=r"^sizes/[0-9]{1,4}\.png$")
    sha256: Sha256
    badge_file: str = Field(pattern=r"^sizes/[0-9]{1,4}\.badge\.png$")
    badge_sha256: Sha256


class Sidecar(Model):
    """One render of one vehicle; points and rows are pixels of the master picture.

    `contacts` are the tyres on the ground: left rear, left front, right front, right rear.
    `view` and `lit` name a member of a set; without them the render is a set of one. `version`
    and `sizes` are there once the render is frozen.
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
    badge_box: Box
    provenance: str = Field(max_length=500)
    view: Word | None = None
    lit: Word | None = None
    camera: Camera | None = None
    passes: dict[PassName, Pass] | None = None
    version: Version | None = None
    sizes: tuple[FrozenSize, ...] = ()

    @model_validator(mode="after")
    def _hold_together(self) -> Sidecar:
        x0, y0, x1, y1 = self.badge_box
        width, height = self.px_size
        if not (0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height):
            raise ValueError("badge_box lies outside the picture")
        if bool(self.view) != bool(self.lit):
            raise ValueError("view and lit come together")
        if min(y for _, y in self.contacts) <= self.horizon_y:
            raise ValueError("every contact must lie below horizon_y")
        return self

    @property
    def member(self) -> str:
        """`view.light`, empty for a set of one."""
        return f"{self.view}.{self.lit}" if self.view else ""

    @property
    def reference(self) -> str:
        """`model/generation/paint/version`, the name a workflow is given."""
        version = self.version or self.sha256[:12]
        return f"{self.model}/{self.generation}/{self.paint}/{version}"

    def to_json(self) -> bytes:
        """Return the canonical bytes: UTF-8, unset fields left out."""
        return self.model_dump_json(exclude_none=True, indent=1).encode()


def parse_sidecar(data: bytes, extra: Literal["allow", "forbid"] = "allow") -> Sidecar:
    """Parse sidecar.json, with or without fields that are not known here; raises PictureError."""
    try:
        return Sidecar.model_validate_json(data, extra=extra)
    except ValidationError as error:
        raise PictureError(f"sidecar.json: {first_fault(error, 'sidecar')}") from error
