"""Which versions of a vehicle there are: objects that are created, and never changed or removed.

`entries/…/{time of the upload}-{version}.{offered|waiting}.json` is a version that was taken in,
`approved/…/{version}.json` an operator's yes to what was guessed, `recalled/…/{version}.json` its
end. Two intakes at once create two objects, so neither can lose the other's. The newest upload of
a paint that is offered or approved, and not recalled, is what new jobs get; `catalogue.json` holds
the vehicles that came with the bundle and stand in where nothing else does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from shared.errors import ConflictError, NotFoundError, PictureError
from shared.ports import every_object
from shared.vehicles.catalogue import (
    CATALOGUE_KEY,
    Catalogue,
    VehicleEntry,
    parse_catalogue,
)
from shared.vehicles.uploads import PaintName, split_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.ports import ObjectStore

FOLDER = "input/vehicles/catalogue/"
SNAPSHOT_KEY = "input/vehicles/catalogue-snapshot.json"
_ENTRIES, _APPROVED, _RECALLED = f"{FOLDER}entries/", f"{FOLDER}approved/", f"{FOLDER}recalled/"
_TIME = "%Y%m%dT%H%M%SZ"
_ENTRY = re.compile(
    r"([^/]+)/([^/]+)/([^/]+)/(\d{8}T\d{6}Z)-([0-9a-f]{12})\.(offered|waiting)\.json"
)
_MARK = re.compile(r"([^/]+)/([^/]+)/([^/]+)/([0-9a-f]{12})\.json")
_JSON = "application/json"
_MOST_BYTES = 4_194_304


class Decision(BaseModel):
    """What an operator has said of a version."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    by: str
    at: AwareDatetime
    reason: str = ""


class _Snapshot(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    entries: dict[str, VehicleEntry]


@dataclass(frozen=True)
class Upload:
    """A version that was taken in; `key` is that of its entry."""

    name: PaintName
    at: str
    version: str
    state: Literal["offered", "waiting"]
    key: str


@dataclass
class Register:
    """What a listing tells: uploads, and the references that were approved and recalled."""

    uploads: list[Upload] = field(default_factory=list)
    approved: set[str] = field(default_factory=set)
    recalled: set[str] = field(default_factory=set)

    def is_good(self, upload: Upload) -> bool:
        """Say whether new jobs may get it."""
        reference = f"{upload.name.path}/{upload.version}"
        usable = upload.state == "offered" or reference in self.approved
        return usable and reference not in self.recalled

    def current(self) -> dict[PaintName, Upload]:
        """Return the newest good upload of each paint."""
        good = [upload for upload in self.uploads if self.is_good(upload)]
        return {each.name: each for each in sorted(good, key=lambda u: (u.at, u.version))}


def enter(entry: VehicleEntry, *, uploaded_at: datetime, offered: bool, mount: ObjectStore) -> None:
    """Enter a version that was taken in; the same upload is entered once."""
    moment = uploaded_at.astimezone(timezone.utc).strftime(_TIME)
    state = "offered" if offered else "waiting"
    path = "/".join(entry.name)
    data = entry.model_dump_json().encode()
    mount.create(
        f"{_ENTRIES}{path}/{moment}-{entry.version}.{state}.json", data, content_type=_JSON
    )


def approve(reference: str, decision: Decision, *, mount: ObjectStore) -> None:
    """Offer a version although parts of it were guessed; ConflictError for a recalled one."""
    if reference not in {f"{u.name.path}/{u.version}" for u in read_register(mount).uploads}:
        msg = f"there is no vehicle {reference} that was taken in"
        raise NotFoundError(msg)
    if recall_of(reference, mount=mount) is not None:
        msg = f"{reference} was recalled, for good; upload the render anew with its faults mended"
        raise ConflictError(msg)
    data = decision.model_dump_json().encode()
    mount.create(f"{_APPROVED}{reference}.json", data, content_type=_JSON)


def recall(reference: str, decision: Decision, *, mount: ObjectStore) -> Decision:
    """Never offer a version again; return the first recall of it."""
    data = decision.model_dump_json().encode()
    mount.create(f"{_RECALLED}{reference}.json", data, content_type=_JSON)
    return recall_of(reference, mount=mount) or decision


def recall_of(reference: str, *, mount: ObjectStore) -> Decision | None:
    """Return the recall of a version, None for one that may be used."""
    found = mount.get(f"{_RECALLED}{reference}.json", max_bytes=65_536)
    try:
        return None if found is None else Decision.model_validate_json(found)
    except ValidationError as error:
        msg = f"the recall of {reference} cannot be read"
        raise PictureError(msg) from error


def read_register(mount: ObjectStore) -> Register:
    """List what there is; one request for each thousand versions."""
    register = Register()
    for key in _keys(mount):
        entry, mark = _ENTRY.fullmatch(key.removeprefix(_ENTRIES)), None
        if entry:
            name = PaintName(entry[1], entry[2], entry[3])
            state: Literal["offered", "waiting"] = "offered" if entry[6] == "offered" else "waiting"
            register.uploads.append(Upload(name, entry[4], entry[5], state, key))
            continue
        for prefix, chosen in ((_APPROVED, register.approved), (_RECALLED, register.recalled)):
            mark = _MARK.fullmatch(key.removeprefix(prefix)) if key.startswith(prefix) else None
            if mark:
                chosen.add(f"{mark[1]}/{mark[2]}/{mark[3]}/{mark[4]}")
    return register


def compose(mount: ObjectStore) -> Catalogue:
    """Return what new jobs may be given: the listing decides, the snapshot saves requests."""
    register = read_register(mount)
    found = _entries(register, mount)
    base = mount.get(CATALOGUE_KEY, max_bytes=_MOST_BYTES)
    catalogue = Catalogue() if base is None else parse_catalogue(base)
    kept = [each for each in catalogue.vehicles if each.reference not in register.recalled]
    catalogue = Catalogue(vehicles=tuple(kept))
    for entry in found.values():
        catalogue = catalogue.with_entry(entry)
    return catalogue


def write_snapshot(mount: ObjectStore) -> None:
    """Keep the current entries in one object; an old or lost one costs requests, nothing else."""
    entries = _entries(read_register(mount), mount)
    mount.put(
        SNAPSHOT_KEY, _Snapshot(entries=entries).model_dump_json().encode(), content_type=_JSON
    )


def is_known(reference: str, *, mount: ObjectStore) -> bool:
    """Say whether there is such a frozen vehicle, recalled or not."""
    return (
        split_reference(reference) is not None
        and mount.head(f"input/vehicles/{reference}/sidecar.json") is not None
    )


def _entries(register: Register, mount: ObjectStore) -> dict[str, VehicleEntry]:
    current = register.current().values()
    known = _snapshot(mount) if current else {}
    return {each.key: known.get(each.key) or _read_entry(each.key, mount) for each in current}


def _snapshot(mount: ObjectStore) -> dict[str, VehicleEntry]:
    found = mount.get(SNAPSHOT_KEY, max_bytes=_MOST_BYTES)
    try:
        return {} if found is None else dict(_Snapshot.model_validate_json(found).entries)
    except ValidationError:
        # Written by another release: what it saves is read one by one.
        return {}


def _read_entry(key: str, mount: ObjectStore) -> VehicleEntry:
    found = mount.get(key, max_bytes=65_536)
    try:
        return VehicleEntry.model_validate_json(found or b"")
    except ValidationError as error:
        msg = f"{key} cannot be read"
        raise PictureError(msg) from error


def _keys(mount: ObjectStore) -> Iterator[str]:
    return (item.key for item in every_object(mount, FOLDER))
