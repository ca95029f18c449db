"""What the mount holds before anybody has uploaded anything."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from shared.vehicles.freeze import bundle_mount_files

if TYPE_CHECKING:
    from local.oss.store import BucketStore

_VEHICLES = Path(__file__).parents[1] / "comfyui" / "vehicles"


def seed_mount(objects: BucketStore, bucket: str) -> None:
    """Put the bundle's vehicles on the mount, unless exactly these are there already."""
    folder = _VEHICLES
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.*")):
        digest.update(path.read_bytes())
    marker = objects.folder(bucket).parent / ".vehicles-seeded"
    if marker.exists() and marker.read_text() == digest.hexdigest():
        return
    for key, data in _frozen(folder, digest.hexdigest()):
        objects.put(bucket, key, data)
    marker.write_text(digest.hexdigest())


@functools.lru_cache(maxsize=1)
def _frozen(folder: Path, digest: str) -> tuple[tuple[str, bytes], ...]:  # noqa: ARG001
    """Freeze them once a process: it takes seconds, and `digest` says when it is due again."""
    return tuple(bundle_mount_files(folder))
