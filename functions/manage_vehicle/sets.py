"""All sets: each member's versions, how they stand, and what a whole set lacks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from functions.manage_vehicle.schema import (
    GapView,
    MemberView,
    PictureView,
    SetsView,
    SetView,
    VersionView,
)
from shared.core.threads import side_by_side
from shared.edge.job_view import LinkView
from shared.ports import ObjectStore, every_object
from shared.vehicles import register
from shared.vehicles.files import VEHICLES
from shared.vehicles.members import LIGHTS, VIEWS
from shared.vehicles.sidecar import Titles
from shared.vehicles.uploads import REPORTS, PaintName, RenderName, split_reference

# The newest ones, and so many bytes of them: an answer has six million at most, and the links to a
# version's pictures, signed by a role, weigh more than its report.
_REPORTS, _REPORT_BYTES, _ANSWER_BYTES = 250, 262_144, 1_000_000
_FILE = "/report.json"
_USABLE = {"good", "approved", "waits for approval", "bundled"}
_EVER = datetime.min.replace(tzinfo=timezone.utc)


@dataclass
class _Version:
    """A version while what is known of it comes together."""

    name: RenderName
    version: str
    standing: str
    came_at: datetime | None = None
    current: bool = False
    sizes: tuple[int, ...] = ()
    report: dict[str, Any] | None = None

    @property
    def reference(self) -> str:
        return f"{self.name.path}/{self.version}"


@dataclass
class _Known:
    """Versions by reference, and what cars are called."""

    versions: dict[str, _Version] = field(default_factory=dict)
    titles: dict[str, Titles] = field(default_factory=dict)


def sets(wanted: str, *, link_seconds: int, mount: ObjectStore) -> SetsView:
    """Return the sets whose path begins so; of very many reports, the newest."""
    found = _registered(mount)
    _add_reports(found, _reports(wanted, mount))
    chosen = [each for each in found.versions.values() if _is_wanted(each.name.path, wanted)]
    paints = sorted({each.name.path for each in chosen})
    links = _Links(link_seconds, mount)
    return SetsView(
        sets=tuple(
            _set([each for each in chosen if each.name.path == paint], found.titles, links)
            for paint in paints
        )
    )


def _is_wanted(path: str, wanted: str) -> bool:
    return f"{path}/".startswith(f"{wanted}/" if wanted else "")


def _registered(mount: ObjectStore) -> _Known:
    """Return the versions that were taken in, and those that came with the bundle."""
    listed, found = register.read_register(mount), _Known()
    current, entries = listed.current().values(), register.current_entries(listed, mount)
    for upload in listed.uploads:
        known = _Version(upload.name, upload.version, listed.standing(upload), upload.came_at)
        known.current = upload in current
        if upload.key in entries:
            known.sizes = entries[upload.key].sizes
            found.titles[upload.name.path] = entries[upload.key].titles
        found.versions[upload.reference] = known
    uploaded = {upload.name.path for upload in current}
    for entry in register.bundled_entries(mount):
        name = RenderName(*entry.name, entry.view, entry.lit)
        recalled = entry.reference in listed.recalled
        standing = "recalled" if recalled else "bundled"
        current_ = not recalled and name.path not in uploaded
        bundled = _Version(name, entry.version, standing, current=current_, sizes=entry.sizes)
        found.versions.setdefault(entry.reference, bundled)
        found.titles.setdefault(name.path, entry.titles)
    return found


def _reports(wanted: str, mount: ObjectStore) -> dict[str, dict[str, Any]]:
    """Return the newest reports by reference."""
    prefix = f"{REPORTS}{wanted}/" if wanted else REPORTS
    listed = [each for each in every_object(mount, prefix) if each.key.endswith(_FILE)]
    listed.sort(key=lambda each: each.modified_at, reverse=True)
    keys = [each.key for each in listed[:_REPORTS]]
    named = {key: key.removeprefix(REPORTS).removesuffix(_FILE) for key in keys}
    keys = [key for key in keys if split_reference(named[key])]
    read = side_by_side(lambda key: mount.get(key, max_bytes=_REPORT_BYTES), keys)
    told = (named[key] for key in keys)
    return dict(_within(zip(told, (each.result() for each in read), strict=True)))


def _within(
    reports: Iterable[tuple[str, bytes | None]],
) -> Iterable[tuple[str, dict[str, Any]]]:
    """Yield reports until an answer is full of them."""
    total = 0
    for reference, data in reports:
        total += len(data or b"")
        if total > _ANSWER_BYTES:
            return
        report = json.loads(data) if data else None
        if isinstance(report, dict):
            yield reference, report


def _add_reports(found: _Known, reports: Mapping[str, dict[str, Any]]) -> None:
    """Add what intake has said, also of what it has not taken in."""
    for reference, report in reports.items():
        known = found.versions.get(reference)
        if known is None:
            paint, version = split_reference(reference) or (PaintName("", "", ""), "")
            view, _, lit = str(report.get("member", "")).partition(".")
            name = RenderName(paint.model, paint.generation, paint.paint, view, lit)
            came_at = datetime.fromisoformat(str(report["uploaded_at"]))
            known = _Version(name, version, "not taken in", came_at)
            found.versions[reference] = known
        known.report = report
        known.sizes = known.sizes or tuple(report.get("sizes", ()))


@dataclass(frozen=True)
class _Links:
    """Signs for pictures."""

    seconds: int
    mount: ObjectStore

    def preview(self, version: _Version) -> LinkView | None:
        """Return a link to the smallest frozen picture: a page shows many of them."""
        if not version.sizes:
            return None
        key = f"{VEHICLES}{version.reference}/sizes/{min(version.sizes)}.png"
        return self._link(key)

    def pictures(self, version: _Version) -> tuple[PictureView, ...]:
        """Return links to what intake has drawn for people."""
        folder = version.name.report(version.version)
        names = (version.report or {}).get("pictures", ())
        return tuple(
            PictureView(name=name, **vars(self._link(f"{folder}{name}"))) for name in names
        )

    def _link(self, key: str) -> LinkView:
        signed = self.mount.sign(key, seconds=self.seconds)
        return LinkView(url=signed.url, expires_at=signed.expires_at)


def _set(versions: list[_Version], titles: Mapping[str, Titles], links: _Links) -> SetView:
    name = versions[0].name
    members: dict[RenderName, list[_Version]] = {}
    for each in sorted(versions, key=lambda each: each.came_at or _EVER, reverse=True):
        members.setdefault(each.name, []).append(each)
    usable = {n for n, own in members.items() if any(v.standing in _USABLE for v in own)}
    gaps = [(view, lit) for view in VIEWS for lit in LIGHTS]
    have = {(each.view, each.lit) for each in usable}
    of_set = any(each.view for each in members)
    return SetView(
        model=name.model,
        generation=name.generation,
        paint=name.paint,
        titles=titles.get(name.path) or Titles(zh=name.path[:60], en=name.path[:60]),
        views=_ordered(VIEWS, (each.view for each in members)),
        lights=_ordered(LIGHTS, (each.lit for each in members)),
        members=tuple(_member(each, members[each], links) for each in sorted(members)),
        gaps=tuple(
            GapView(view=v, light=lit) for v, lit in gaps if of_set and (v, lit) not in have
        ),
    )


def _ordered(usual: Iterable[str], there: Iterable[str]) -> tuple[str, ...]:
    """Return the names that are there, the usual ones first."""
    names = {each for each in there if each}
    return (*(each for each in usual if each in names), *sorted(names.difference(usual)))


def _member(name: RenderName, versions: list[_Version], links: _Links) -> MemberView:
    return MemberView(
        view=name.view,
        light=name.lit,
        versions=tuple(
            VersionView(
                vehicle=each.reference,
                version=each.version,
                came_at=each.came_at,
                standing=each.standing,
                current=each.current,
                preview=links.preview(each),
                pictures=links.pictures(each),
                report=each.report,
            )
            for each in versions
        ),
    )
