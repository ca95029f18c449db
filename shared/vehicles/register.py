"""Which versions of a vehicle there are: objects that are created, and never changed or removed.

`entries/…/{time of the upload}-{version}[.{view}.{light}].{offered|waiting}.json` is a version that
was taken in, `approved/…/{version}.json` an operator's yes to what was guessed,
`refused/…/{version}.json` the no, `recalled/…/{version}.json` its end. Two intakes at once create
two objects, so neither can lose the other's. The newest upload of a member that is offered or
approved, and not recalled, is what new jobs get; a paint is shown by its set or by a single render,
whichever has the newest upload. `catalogue.json` holds the vehicles that came with the bundle and
stand in for paints that nothing was uploaded of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Literal

from pydantic import AwareDatetime

from shared.core.errors import ConflictError, NotFoundError, PictureError
from shared.core.models import checked, known
from shared.ports import ObjectStore, every_object
from shared.vehicles.catalogue import CATALOGUE_KEY, Catalogue, VehicleEntry, parse_catalogue
from shared.vehicles.sidecar import Model
from shared.vehicles.uploads import RenderName, split_reference

FOLDER = "input/vehicles/catalogue/"
SNAPSHOT_KEY = "input/vehicles/catalogue-snapshot.json"
_ENTRIES, _APPROVED, _RECALLED = f"{FOLDER}entries/", f"{FOLDER}approved/", f"{FOLDER}recalled/"
_REFUSED = f"{FOLDER}refused/"
_TIME = "%Y%m%dT%H%M%SZ"
_ENTRY = re.compile(
    r"([^/]+)/([^/]+)/([^/]+)/(\d{8}T\d{6}Z)-([0-9a-f]{12})"
    r"(?:\.([a-z0-9_]+)\.([a-z0-9_]+))?\.(offered|waiting)\.json"
)
_MARK = re.compile(r"[^/]+/[^/]+/[^/]+/[0-9a-f]{12}\.json")
_JSON = "application/json"
_MOST_BYTES = 4_194_304


class Decision(Model):
    """What an operator has said of a version."""

    by: str
    at: AwareDatetime
    reason: str = ""


class _Snapshot(Model):
    entries: dict[str, VehicleEntry]


@dataclass(frozen=True)
class Upload:
    """A version that was taken in; `key` is that of its entry."""

    name: RenderName
    at: str
    version: str
    state: Literal["offered", "waiting"]
    key: str

    @property
    def came_at(self) -> datetime:
        return datetime.strptime(self.at, _TIME).replace(tzinfo=timezone.utc)

    @property
    def reference(self) -> str:
        """`model/generation/paint/version`."""
        return f"{self.name.path}/{self.version}"


@dataclass
class Register:
    """What a listing tells: uploads, and the references that operators have decided about."""

    uploads: list[Upload] = field(default_factory=list)
    approved: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    recalled: set[str] = field(default_factory=set)

    def standing(self, upload: Upload) -> str:
        """Say how it stands: recalled, good, approved, refused, or waiting."""
        if upload.reference in self.recalled:
            return "recalled"
        if upload.state == "offered":
            return "good"
        if upload.reference in self.approved:
            return "approved"
        return "refused" if upload.reference in self.refused else "waits for approval"

    def is_good(self, upload: Upload) -> bool:
        """Say whether new jobs may get it."""
        return self.standing(upload) in {"good", "approved"}

    def current(self) -> dict[RenderName, Upload]:
        """Return the newest good upload of each render, of a paint's set or of its single one."""
        good = [upload for upload in self.uploads if self.is_good(upload)]
        newest = {each.name: each for each in sorted(good, key=lambda u: (u.at, u.version))}
        form: dict[str, bool] = {}
        for each in sorted(newest.values(), key=lambda u: (u.at, u.version)):
            form[each.name.path] = bool(each.name.view)
        return {name: u for name, u in newest.items() if form[name.path] == bool(name.view)}


def enter(entry: VehicleEntry, *, uploaded_at: datetime, offered: bool, mount: ObjectStore) -> None:
    """Enter a version that was taken in; the same upload is entered once."""
    moment = uploaded_at.astimezone(timezone.utc).strftime(_TIME)
    state = "offered" if offered else "waiting"
    path = "/".join(entry.name)
    data = entry.model_dump_json().encode()
    member = f".{entry.member}" if entry.member else ""
    key = f"{_ENTRIES}{path}/{moment}-{entry.version}{member}.{state}.json"
    mount.create(key, data, content_type=_JSON)


def approve(reference: str, decision: Decision, *, mount: ObjectStore) -> None:
    """Offer a version although parts of it were guessed; ConflictError where that was decided."""
    found, standings = _standings(reference, mount)
    if "recalled" in standings:
        msg = f"{reference} was recalled, for good; upload the render anew with its faults mended"
        raise ConflictError("version_recalled", msg)
    if reference in found.refused:
        msg = f"{reference} was refused; upload the render anew with its faults mended"
        raise ConflictError("version_refused", msg)
    _decide(_APPROVED, reference, decision, mount)


def refuse(reference: str, decision: Decision, *, mount: ObjectStore) -> None:
    """Never offer a version that waits for approval; ConflictError for one that does not wait."""
    _, standings = _standings(reference, mount)
    if not standings <= {"waits for approval", "refused"}:
        if "recalled" in standings:
            raise ConflictError("version_recalled", f"{reference} was recalled, for good")
        msg = f"{reference} is offered; only a recall takes it back"
        raise ConflictError("version_offered", msg)
    _decide(_REFUSED, reference, decision, mount)


def _decide(folder: str, reference: str, decision: Decision, mount: ObjectStore) -> None:
    data = decision.model_dump_json().encode()
    mount.create(f"{folder}{reference}.json", data, content_type=_JSON)


def _standings(reference: str, mount: ObjectStore) -> tuple[Register, set[str]]:
    found = read_register(mount)
    standings = {found.standing(each) for each in found.uploads if each.reference == reference}
    if not standings:
        raise NotFoundError(f"there is no vehicle {reference} that was taken in")
    return found, standings


def standing_of(reference: str, *, mount: ObjectStore) -> tuple[str, bool]:
    """Return how a version stands, and whether new jobs get it; NotFoundError for none."""
    found, standings = _standings(reference, mount)
    current = any(each.reference == reference for each in found.current().values())
    return min(standings), current


def recall(reference: str, decision: Decision, *, mount: ObjectStore) -> Decision:
    """Never offer a version again; return the first recall of it."""
    _decide(_RECALLED, reference, decision, mount)
    return recall_of(reference, mount=mount) or decision


def recall_of(reference: str, *, mount: ObjectStore) -> Decision | None:
    """Return the recall of a version, None for one that may be used."""
    found = mount.get(f"{_RECALLED}{reference}.json", max_bytes=65_536)
    fault = PictureError(f"the recall of {reference} cannot be read")
    return None if found is None else checked(Decision, found, fault)


def recalled_of(reference: str, *, mount: ObjectStore) -> frozenset[str]:
    """Return every recalled version, as a reference, of the paint that this one is of."""
    paint = reference.rpartition("/")[0]
    found = (each.key for each in every_object(mount, f"{_RECALLED}{paint}/"))
    return frozenset(key.removeprefix(_RECALLED).removesuffix(".json") for key in found)


def read_register(mount: ObjectStore) -> Register:
    """List what there is; one request for each thousand versions."""
    register = Register()
    marks = {_APPROVED: register.approved, _REFUSED: register.refused}
    marks[_RECALLED] = register.recalled
    for key in (item.key for item in every_object(mount, FOLDER)):
        entry = _ENTRY.fullmatch(key.removeprefix(_ENTRIES))
        if entry:
            name = RenderName(entry[1], entry[2], entry[3], entry[6] or "", entry[7] or "")
            state: Literal["offered", "waiting"] = "offered" if entry[8] == "offered" else "waiting"
            register.uploads.append(Upload(name, entry[4], entry[5], state, key))
            continue
        for prefix, chosen in marks.items():
            if key.startswith(prefix) and _MARK.fullmatch(key.removeprefix(prefix)):
                chosen.add(key.removeprefix(prefix).removesuffix(".json"))
    return register


def read_catalogue(mount: ObjectStore) -> Catalogue:
    """Return what new jobs may be given: the listing decides, the snapshot saves requests."""
    register = read_register(mount)
    found = current_entries(register, mount)
    uploaded = {entry.name for entry in found.values()}
    kept = (
        each
        for each in bundled_entries(mount)
        if each.name not in uploaded and each.reference not in register.recalled
    )
    return Catalogue.of([*kept, *found.values()])


def write_snapshot(mount: ObjectStore) -> None:
    """Keep the current entries in one object; an old or lost one costs requests, nothing else."""
    entries = current_entries(read_register(mount), mount)
    mount.put(
        SNAPSHOT_KEY, _Snapshot(entries=entries).model_dump_json().encode(), content_type=_JSON
    )


def is_known(reference: str, *, mount: ObjectStore) -> bool:
    """Say whether there is such a frozen vehicle, recalled or not."""
    return (
        split_reference(reference) is not None
        and mount.head(f"input/vehicles/{reference}/sidecar.json") is not None
    )


def bundled_entries(mount: ObjectStore) -> tuple[VehicleEntry, ...]:
    """Return the vehicles that came with the bundle."""
    base = mount.get(CATALOGUE_KEY, max_bytes=_MOST_BYTES)
    return () if base is None else parse_catalogue(base).vehicles


def current_entries(register: Register, mount: ObjectStore) -> dict[str, VehicleEntry]:
    """Return the entries of the current uploads, by their keys."""
    current = register.current().values()
    known = _snapshot(mount) if current else {}
    return {each.key: known.get(each.key) or _read_entry(each.key, mount) for each in current}


def _snapshot(mount: ObjectStore) -> dict[str, VehicleEntry]:
    # Of what another release has written, what it saves is read one by one.
    found = known(_Snapshot, mount.get(SNAPSHOT_KEY, max_bytes=_MOST_BYTES))
    return found.entries if found else {}


def _read_entry(key: str, mount: ObjectStore) -> VehicleEntry:
    found = mount.get(key, max_bytes=65_536)
    return checked(VehicleEntry, found or b"", PictureError(f"{key} cannot be read"))
