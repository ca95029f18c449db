"""The names under `uploads/vehicles/`, and of the reports beside them.

`MODEL/GENERATION/PAINT.png` is a set of one, `MODEL/GENERATION/PAINT/VIEW.LIGHT.png` a member of
a set; its further files lie beside it, two of them for all lights of the view.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from shared.vehicles.sidecar import PassName

PREFIX = "uploads/vehicles/"
REPORTS = "uploads/reports/vehicles/"
# Counts up whenever the same files would be taken in as other pixels.
_REVISION = 1
_SLUG, _WORD = "[a-z0-9][a-z0-9_-]{0,31}", "[a-z][a-z0-9_]{0,31}"
_KINDS = "mask|badge|shadow_sun|shadow_sky|reflection|lamps"
# No light is called what a kind of file is.
_KEY = re.compile(
    rf"{PREFIX}({_SLUG})/({_SLUG})/({_SLUG})(?:/({_WORD})(?:\.(?!(?:{_KINDS})\.)({_WORD}))?)?"
    rf"(?:\.(?:{_KINDS}))?\.(?:png|tiff?|json)",
    re.ASCII,
)
_REFERENCE = re.compile(rf"({_SLUG})/({_SLUG})/({_SLUG})/([0-9a-f]{{12}})", re.ASCII)

Part = Literal[
    ".png", ".mask.png", ".badge.png", ".json",
    ".shadow_sun.png", ".shadow_sky.png", ".reflection.png", ".lamps.png", ".badge.json",
]  # fmt: skip
# The badge's outline as it was drawn in the studio; of the files before it.
DRAWN: Part = ".badge.json"
PARTS: tuple[Part, ...] = get_args(Part)
PASS_PARTS: dict[PassName, Part] = {
    "shadow_sun": ".shadow_sun.png", "shadow_sky": ".shadow_sky.png",
    "reflection": ".reflection.png", "lamps": ".lamps.png",
}  # fmt: skip
# Of a set of one, whose light no pass is needed for.
_SINGLE: tuple[Part, ...] = PARTS[:4]
_PASSES: tuple[Part, ...] = PARTS[4:8]
_OF_VIEW: tuple[Part, ...] = (".shadow_sky.png", ".lamps.png")
_FORMS = ("png", "tif", "tiff")


@dataclass(frozen=True, order=True)
class PaintName:
    """Model, generation and paint: what a trip says of its car."""

    model: str
    generation: str
    paint: str

    @property
    def path(self) -> str:
        """Return `model/generation/paint`."""
        return f"{self.model}/{self.generation}/{self.paint}"


@dataclass(frozen=True, order=True)
class RenderName(PaintName):
    """A render of a paint: a member of its set by view and light, or without them its only one."""

    view: str = ""
    lit: str = ""

    @property
    def member(self) -> str:
        """Return `view.light`, empty for a set of one."""
        return f"{self.view}.{self.lit}" if self.view else ""

    @property
    def full(self) -> str:
        """Return `model/generation/paint`, with `/view.light` for a member."""
        return f"{self.path}/{self.member}" if self.view else self.path

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return what may be delivered of it; of a view without a light, what its lights share."""
        if not self.view:
            return (*_SINGLE, DRAWN)
        return PARTS if self.lit else _OF_VIEW

    def upload(self, part: Part, form: str = "png") -> str:
        """Return the key of a delivered file; a picture's `form` may be tif or tiff."""
        stem = f"{self.path}/{self.view}" if part in _OF_VIEW else self.full
        tail = part if part.endswith(".json") else part.removesuffix("png") + form
        return f"{PREFIX}{stem}{tail}"

    def uploads(self) -> dict[str, Part]:
        """Return every key that a delivery of it may have, and what lies there."""
        forms = {part: ("json",) if part.endswith(".json") else _FORMS for part in self.parts}
        return {self.upload(part, form): part for part in forms for form in forms[part]}

    def report(self, version: str) -> str:
        """Return the folder of a version's report."""
        return f"{REPORTS}{self.path}/{version}/"


def render_of(key: str) -> RenderName | None:
    """Return what an upload's key names, None for a key that is no upload of a vehicle.

    A pass that all lights of a view share names the view without a light.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    name = RenderName(*found.groups(default=""))
    return name if key in name.uploads() else None


def split_reference(text: str) -> tuple[PaintName, str] | None:
    """Return paint and version of `model/generation/paint/version`, None for another text."""
    found = _REFERENCE.fullmatch(text)
    return (PaintName(found[1], found[2], found[3]), found[4]) if found else None


def misnamed_report(key: str) -> str:
    """Return the folder of the report on an upload whose name says no vehicle."""
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
    return f"{REPORTS}_misnamed/{digest[:12]}/"


def version_of(digests: dict[Part, str], member: str = "") -> str:
    """Return the version of what was delivered: other bytes in any file are another version."""
    named: list[object] = [_REVISION, *(digests.get(part, "") for part in _SINGLE)]
    if member:
        # The same bytes under another view or light are another render.
        named += [member, *(digests.get(part, "") for part in _PASSES)]
    if DRAWN in digests:
        named += [DRAWN, digests[DRAWN]]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:12]
