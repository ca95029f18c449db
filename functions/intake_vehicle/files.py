"""What lies under `uploads/vehicles/` for one paint, read as one consistent delivery."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.errors import PayloadTooLargeError, UpstreamUnavailableError
from shared.vehicles.intake.examine import Delivery
from shared.vehicles.uploads import PARTS, version_of

if TYPE_CHECKING:
    from datetime import datetime

    from shared.ports import ObjectInfo, ObjectStore
    from shared.vehicles.intake.pictures import Limits
    from shared.vehicles.uploads import PaintName, Part

_SIDECAR_BYTES = 262_144
_TRIES = 3
_Heads = dict["Part", "ObjectInfo"]


@dataclass(frozen=True)
class Uploaded:
    """A delivery, when its newest file came (OSS's clock), and each file's bytes and digest.

    Without a delivery, `refused` says with a code which files cannot be read, and why.
    """

    name: PaintName
    version: str
    at: datetime
    files: tuple[tuple[str, int, str], ...]
    delivery: Delivery | None
    refused: tuple[tuple[str, str], ...] = ()


def read_upload(name: PaintName, *, limits: Limits, mount: ObjectStore) -> Uploaded | None:
    """Return what lies there; None without a render, or with an empty one.

    Files that change while they are read are read again: a render and the sidecar of another
    would make one delivery otherwise. UpstreamUnavailableError when they keep changing.
    """
    for _ in range(_TRIES):
        heads = _heads(name, mount)
        if ".png" not in heads:
            return None
        found = _read(name, heads, limits, mount)
        if found is not None and _heads(name, mount) == heads:
            return found
    msg = f"{name.path} changes while it is read"
    raise UpstreamUnavailableError(msg)


def _heads(name: PaintName, mount: ObjectStore) -> _Heads:
    heads = {part: mount.head(name.upload(part)) for part in PARTS}
    # A mount writes an empty object first; the event of the real one follows.
    return {part: head for part, head in heads.items() if head is not None and head.size > 0}


def _read(name: PaintName, heads: _Heads, limits: Limits, mount: ObjectStore) -> Uploaded | None:
    files: dict[Part, bytes] = {}
    digests: dict[Part, str] = {}
    refused: list[tuple[str, str]] = []
    for part, head in heads.items():
        if head.packing:
            words = f"{head.key} is stored with Content-Encoding: {head.packing[:100]}"
            refused.append(("packed", f"{words}; upload the file itself, without that header"))
            digests[part] = f"{head.packing} {head.size} {head.etag}"
            continue
        most = _SIDECAR_BYTES if part == ".json" else limits.max_bytes
        try:
            data = mount.get(head.key, max_bytes=most)
        except PayloadTooLargeError:
            words = f"{head.key} has {head.size} bytes, {most} are the most"
            refused.append(("too_large", words))
            digests[part] = f"{head.size} {head.modified_at.isoformat()}"
            continue
        if data is None:
            return None
        files[part], digests[part] = data, hashlib.sha256(data).hexdigest()
    version = version_of(digests)
    delivery = Delivery(
        name, version, files[".png"], files.get(".mask.png"), files.get(".badge.png"),
        files.get(".json"),
    ) if not refused else None  # fmt: skip
    told = tuple((heads[part].key, heads[part].size, digests[part]) for part in heads)
    at = max(head.modified_at for head in heads.values())
    return Uploaded(name, version, at, told, delivery, tuple(refused))
