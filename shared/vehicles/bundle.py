"""The vehicles that come with the bundle: read at once, frozen when they are asked for.

`{model}/{generation}/{paint}/` holds the members of a set, each `{view}.{light}.png` with its
`.badge.png`, its `.json` and the passes this names; or one render: render.png, badge.png,
sidecar.json.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.core.errors import PictureError
from shared.vehicles.catalogue import CATALOGUE_KEY, Catalogue, entry_of
from shared.vehicles.freeze import freeze_bytes, mount_files, widths_of
from shared.vehicles.sidecar import parse_sidecar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from shared.vehicles.catalogue import VehicleEntry
    from shared.vehicles.freeze import FrozenVehicle
    from shared.vehicles.sidecar import PassName, Sidecar

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
        """Return the files of its passes."""
        told = self.sidecar.passes or {}
        return {name: (self.render.parent / own.file).read_bytes() for name, own in told.items()}


def bundled(folder: Path) -> tuple[BundledRender, ...]:
    """Return every render under a bundle's vehicles folder; PictureError for a bad sidecar."""
    found = (_render(path) for path in sorted(folder.rglob("*.json")))
    return tuple(each for each in found if each is not None)


def bundled_catalogue(renders: tuple[BundledRender, ...]) -> Catalogue:
    """Return the catalogue that offers exactly these."""
    return Catalogue.of(each.entry for each in renders)


def bundle_mount_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (key, bytes) of every render under a bundle's vehicles folder; catalogue last."""
    renders = bundled(folder)
    for each in renders:
        yield from mount_files(each.frozen())
    yield CATALOGUE_KEY, bundled_catalogue(renders).to_json()


def freeze_folder(folder: Path, member: str = "") -> FrozenVehicle:
    """Freeze one render of a paint's folder: `view.light`, or the leading one."""
    renders = bundled(folder)
    ranked = sorted(renders, key=lambda each: each.entry.rank)
    chosen = [each for each in ranked if member in ("", each.sidecar.member)]
    if not chosen:
        msg = f"there is no render {member} in {folder}".replace("  ", " ")
        raise PictureError(msg)
    return chosen[0].frozen()


def _render(path: Path) -> BundledRender | None:
    if path.name == _SINGLE:
        sidecar = parse_sidecar(path.read_bytes())
        return BundledRender(path.with_name("render.png"), path.with_name("badge.png"), sidecar)
    named = _MEMBER.fullmatch(path.name)
    if named is None:
        return None
    badge, data = path.with_suffix(".badge.png"), path.read_bytes()
    sidecar = parse_sidecar(data)
    if (sidecar.view, sidecar.lit) != named.groups():
        msg = f"{path.name} says it is {sidecar.member or 'no member of a set'}"
        raise PictureError(msg)
    # The sidecar names the render and the passes by their bytes, and the badge's file is here.
    parts = [hashlib.sha256(each).hexdigest() for each in (data, badge.read_bytes())]
    version = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]
    return BundledRender(
        path.with_suffix(".png"), badge, sidecar.model_copy(update={"version": version})
    )
