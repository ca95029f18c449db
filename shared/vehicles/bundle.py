"""The vehicles that come with the bundle: read at once, frozen when they are asked for.

`{model}/{generation}/{paint}/` holds the members of a set, each `{view}.{light}.png` with its
`.badge.png`, its `.json` and the passes this names; or one render: render.png, badge.png,
sidecar.json.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.core.errors import PictureError
from shared.vehicles.catalogue import Catalogue, VehicleEntry, entry_of
from shared.vehicles.freeze import FrozenVehicle, freeze_bytes, widths_of
from shared.vehicles.sidecar import PassName, Sidecar, parse_sidecar

_WORD = "[a-z][a-z0-9_]{0,31}"
_MEMBER = re.compile(rf"({_WORD})\.({_WORD})\.json", re.ASCII)
_SINGLE = "sidecar.json"


@dataclass(frozen=True)
class BundledRender:
    """A render that lies in the bundle and may not have been frozen yet."""

    render: Path
    badge: Path
    sidecar: Sidecar

    @property
    def reference(self) -> str:
        """`model/generation/paint/version`."""
        return self.sidecar.reference

    @property
    def entry(self) -> VehicleEntry:
        """What the catalogue says of it; none of its pixels is looked at."""
        return entry_of(self.sidecar, widths=widths_of(self.sidecar))

    def frozen(self, widths: Sequence[int] | None = None) -> FrozenVehicle:
        """Freeze it, in the usual sizes or these; PictureError for files it does not name."""
        render, badge = self.render.read_bytes(), self.badge.read_bytes()
        return freeze_bytes(render, badge, self.sidecar, widths=widths, passes=self.passes())

    def passes(self) -> dict[PassName, bytes]:
        told = self.sidecar.passes or {}
        return {name: (self.render.parent / own.file).read_bytes() for name, own in told.items()}


def bundled(folder: Path) -> tuple[BundledRender, ...]:
    """Return every render under a bundle's vehicles folder; PictureError for a bad sidecar."""
    found = (_render(path) for path in sorted(folder.rglob("*.json")))
    return tuple(each for each in found if each is not None)


def bundled_catalogue(renders: tuple[BundledRender, ...]) -> Catalogue:
    return Catalogue.of(each.entry for each in renders)


def _render(path: Path) -> BundledRender | None:
    if path.name == _SINGLE:
        sidecar = parse_sidecar(path.read_bytes(), "forbid")
        return BundledRender(path.with_name("render.png"), path.with_name("badge.png"), sidecar)
    named = _MEMBER.fullmatch(path.name)
    if named is None:
        return None
    badge, data = path.with_suffix(".badge.png"), path.read_bytes()
    sidecar = parse_sidecar(data, "forbid")
    if (sidecar.view, sidecar.lit) != named.groups():
        raise PictureError(f"{path.name} says it is {sidecar.member or 'no member of a set'}")
    # The sidecar names the render and the passes by their bytes, and the badge's file is here.
    parts = [hashlib.sha256(each).hexdigest() for each in (data, badge.read_bytes())]
    version = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]
    return BundledRender(
        path.with_suffix(".png"), badge, sidecar.model_copy(update={"version": version})
    )
