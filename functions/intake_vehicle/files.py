"""What lies under `uploads/vehicles/` for one render, read as one consistent delivery."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.core.errors import PayloadTooLargeError, UpstreamUnavailableError
from shared.ports import every_object
from shared.vehicles.delivered import Delivery
from shared.vehicles.uploads import DRAWN, PARTS, PASS_PARTS, PREFIX, render_of, version_of

if TYPE_CHECKING:
    from datetime import datetime

    from shared.ports import ObjectInfo, ObjectStore
    from shared.vehicles.intake.pictures import Limits
    from shared.vehicles.uploads import Part, RenderName

_SIDECAR_BYTES = 262_144
_TRIES = 3
_Heads = dict["Part", "ObjectInfo"]


@dataclass(frozen=True)
class Uploaded:
    """A delivery, when its newest file came (OSS's clock), and each file's bytes and digest.

    Without a delivery, `refused` says with a code which files cannot be read, and why.
    """

    name: RenderName
    version: str
    at: datetime
    files: tuple[tuple[str, int, str], ...]
    delivery: Delivery | None
    refused: tuple[tuple[str, str], ...] = ()


def read_upload(name: RenderName, *, limits: Limits, mount: ObjectStore) -> Uploaded | None:
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
    raise UpstreamUnavailableError(f"{name.full} changes while it is read")


def members_of(name: RenderName, *, mount: ObjectStore) -> list[RenderName]:
    """Return the renders that an upload belongs to: all lights, for what they share."""
    if bool(name.view) == bool(name.lit):
        return [name]
    found = (render_of(each.key) for each in every_object(mount, f"{PREFIX}{name.path}/"))
    return sorted({each for each in found if each and each.view == name.view and each.lit})


def _heads(name: RenderName, mount: ObjectStore) -> _Heads:
    keys = name.uploads()
    stem = f"{PREFIX}{name.path}/{name.view}." if name.view else f"{PREFIX}{name.path}."
    heads: _Heads = {}
    for each in every_object(mount, stem):
        head = mount.head(each.key) if each.key in keys else None
        # A mount writes an empty object first; the event of the real one follows.
        if head is None or head.size == 0:
            continue
        part = keys[each.key]
        # Delivered as PNG before and as TIFF now: the newest is meant.
        if part not in heads or heads[part].modified_at <= head.modified_at:
            heads[part] = head
    return {part: heads[part] for part in PARTS if part in heads}


def _read(name: RenderName, heads: _Heads, limits: Limits, mount: ObjectStore) -> Uploaded | None:
    files: dict[Part, bytes] = {}
    digests: dict[Part, str] = {}
    refused: list[tuple[str, str]] = []
    for part, head in heads.items():
        if head.packing:
            words = f"{head.key} is stored with Content-Encoding: {head.packing[:100]}"
            refused.append(("packed", f"{words}; upload the file itself, without that header"))
            digests[part] = f"{head.packing} {head.size} {head.etag}"
            continue
        most = _SIDECAR_BYTES if part.endswith(".json") else limits.max_bytes
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
    version = version_of(digests, name.member)
    passes = {pass_: files[part] for pass_, part in PASS_PARTS.items() if part in files}
    delivery = Delivery(
        name, version, files[".png"], files.get(".mask.png"), files.get(".badge.png"),
        files.get(".json"), tuple(passes.items()), files.get(DRAWN),
    ) if not refused else None  # fmt: skip
    told = tuple((heads[part].key, heads[part].size, digests[part]) for part in heads)
    at = max(head.modified_at for head in heads.values())
    return Uploaded(name, version, at, told, delivery, tuple(refused))
