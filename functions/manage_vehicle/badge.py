"""A version's badge: what it looks like, and another outline of it, which intake takes in."""

from __future__ import annotations

import hashlib

from functions.manage_vehicle.schema import BadgeView, DrawnView
from shared.core.errors import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PictureError,
    Problem,
)
from shared.core.models import known
from shared.edge.job_view import LinkView
from shared.ports import ObjectStore
from shared.vehicles import register
from shared.vehicles.delivered import DrawnBadge, Polygons, parse_drawn
from shared.vehicles.files import VEHICLES, read_sidecar
from shared.vehicles.reports import IntakeReport
from shared.vehicles.sidecar import FrozenSize, Sidecar
from shared.vehicles.uploads import DRAWN, Part, RenderName, split_reference

_MOST_BYTES = 1_048_576


def shown(vehicle: str, *, link_seconds: int, mount: ObjectStore) -> BadgeView:
    """Return a version's largest picture, its badge's mask, and the outline that was drawn last.

    Without a drawn one the badge's box stands for it.
    """
    sidecar, size = _frozen(vehicle, mount)
    x0, y0, x1, y1 = sidecar.badge_box
    box = (((x0, y0), (x1, y0), (x1, y1), (x0, y1)),)
    polygons = _drawn_before(vehicle, sidecar, mount) or box

    def link(name: str) -> LinkView:
        signed = mount.sign(f"{VEHICLES}{vehicle}/{name}", seconds=link_seconds)
        return LinkView(url=signed.url, expires_at=signed.expires_at)

    return BadgeView(
        vehicle=vehicle,
        width=size.width,
        height=size.height,
        picture=link(size.file),
        mask=link(size.badge_file),
        polygons=_scaled(polygons, size.scale),
    )


def drawn(vehicle: str, polygons: Polygons, *, mount: ObjectStore) -> DrawnView:
    """Put an outline beside the files it was drawn on; the same again changes nothing.

    ConflictError where these are not what lies there any more.
    """
    sidecar, size = _frozen(vehicle, mount)
    points = [point for polygon in polygons for point in polygon]
    if not all(0 <= x <= size.width and 0 <= y <= size.height for x, y in points):
        words = f"points within {size.width} x {size.height} pixels"
        problem = Problem("/polygons", words, "less_than_equal")
        raise InvalidRequestError(problems=(problem,))
    name, report = _delivery(vehicle, sidecar, mount)
    digests = _digests(name, report)
    badge = DrawnBadge(
        render=digests[".png"],
        mask=digests.get(".badge.png", ""),
        px_size=sidecar.px_size,
        polygons=_scaled(polygons, 1 / size.scale),
    )
    key = name.upload(DRAWN)
    mount.put(key, badge.to_json(), content_type="application/json")
    return DrawnView(upload=key)


def _frozen(vehicle: str, mount: ObjectStore) -> tuple[Sidecar, FrozenSize]:
    try:
        sidecar = read_sidecar(mount, vehicle)
    except PictureError as error:
        raise NotFoundError(f"there is no vehicle {vehicle}") from error
    return sidecar, max(sidecar.sizes, key=lambda each: each.width)


def _delivery(
    vehicle: str, sidecar: Sidecar, mount: ObjectStore
) -> tuple[RenderName, IntakeReport]:
    """Return what a version was made of, which has to be the newest that came of its render."""
    name = _name(sidecar)
    report = _report(vehicle, mount)
    uploads = [each for each in register.read_register(mount).uploads if each.name == name]
    if report is None or not uploads:
        msg = f"of {vehicle} no upload is kept; upload the render, then draw"
        raise ConflictError("upload_gone", msg)
    newest = max(uploads, key=lambda each: (each.at, each.version))
    if newest.reference != vehicle:
        msg = f"{newest.reference} came after it; draw on that"
        raise ConflictError("version_outdated", msg)
    return name, report


def _drawn_before(vehicle: str, sidecar: Sidecar, mount: ObjectStore) -> Polygons | None:
    """Return the outline that a version was made with, as far as it is still there."""
    report, name = _report(vehicle, mount), _name(sidecar)
    digest = _digests(name, report).get(DRAWN) if report else None
    data = mount.get(name.upload(DRAWN), max_bytes=_MOST_BYTES) if digest else None
    if data is None or hashlib.sha256(data).hexdigest() != digest:
        return None
    return parse_drawn(data).polygons


def _name(sidecar: Sidecar) -> RenderName:
    own = (sidecar.model, sidecar.generation, sidecar.paint)
    return RenderName(*own, sidecar.view or "", sidecar.lit or "")


def _report(vehicle: str, mount: ObjectStore) -> IntakeReport | None:
    paint, version = split_reference(vehicle) or (None, "")
    key = (
        f"{RenderName(paint.model, paint.generation, paint.paint).report(version)}report.json"
        if paint
        else ""
    )
    return known(IntakeReport, mount.get(key, max_bytes=_MOST_BYTES))


def _digests(name: RenderName, report: IntakeReport) -> dict[Part, str]:
    parts = name.uploads()
    return {parts[each.key]: each.sha256 for each in report.delivered if each.key in parts}


def _scaled(polygons: Polygons, scale: float) -> Polygons:
    return tuple(
        tuple((round(x * scale, 3), round(y * scale, 3)) for x, y in polygon)
        for polygon in polygons
    )
