"""List the vehicles that new posters can show."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from functions.list_vehicles.schema import PreviewView, TitlesView, VehiclesView, VehicleView
from shared.composition import offered
from shared.core.formats import FORMATS, Format
from shared.core.release import RELEASE
from shared.ports import Clock, ObjectStore
from shared.vehicles.catalogue import Catalogue, VehicleEntry

_LONGEST_KEPT = 300


@dataclass(frozen=True)
class Listed:
    """The list, None when the caller has it, and how long it may be kept."""

    etag: str
    max_age: int
    view: VehiclesView | None

    @property
    def status(self) -> int:
        """Return 200, or 304 without a list."""
        return 304 if self.view is None else 200

    def body(self) -> dict[str, Any] | None:
        """Return the body of the answer."""
        return None if self.view is None else self.view.to_json()

    def headers(self) -> dict[str, str]:
        """Return what caches go by."""
        return {"ETag": self.etag, "Cache-Control": f"private, max-age={self.max_age}"}


def list_vehicles(
    known: str, *, link_seconds: int, catalogue: Catalogue, mount: ObjectStore, clock: Clock
) -> Listed:
    """Return the vehicles, or that the caller's list (`known`, its If-None-Match) is still right.

    The tag changes with the catalogue, and twice in a link's life, so that a list that is kept
    never holds a dead link.
    """
    half = link_seconds // 2
    period = int(clock.now().timestamp()) // half
    told = f"{RELEASE} {period} {catalogue.model_dump_json()}"
    etag = f'"{hashlib.sha256(told.encode()).hexdigest()[:24]}"'
    max_age = min(_LONGEST_KEPT, half)
    if etag in {each.strip().removeprefix("W/") for each in known.split(",")}:
        return Listed(etag, max_age, None)
    views = tuple(
        _view(entry, catalogue.members(*entry.name), link_seconds, mount)
        for entry in catalogue.leading()
    )
    return Listed(etag, max_age, VehiclesView(vehicles=views))


def _view(
    entry: VehicleEntry, renders: Sequence[VehicleEntry], link_seconds: int, mount: ObjectStore
) -> VehicleView:
    link = mount.sign(entry.preview, seconds=link_seconds) if entry.preview else None
    return VehicleView(
        model=entry.model,
        generation=entry.generation,
        paint=entry.paint,
        version=entry.version,
        titles=TitlesView(zh=entry.titles.zh, en=entry.titles.en),
        sizes=entry.sizes,
        preview=PreviewView(url=link.url, expires_at=link.expires_at) if link else None,
        views=_views(renders),
    )


def _views(renders: Sequence[VehicleEntry]) -> dict[str, dict[Format, tuple[str, ...]]]:
    by_format = {form: offered(renders, form) for form in FORMATS}
    # Each format has every view, some with no layout.
    views = by_format[FORMATS[0]]
    return {view: {form: found[view] for form, found in by_format.items()} for view in views}
