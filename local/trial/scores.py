"""Judge a trial's pictures by the gate that store_result runs, from files in a folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from functions.store_result.poster import Poster, make_poster
from shared.core.errors import PayloadTooLargeError
from shared.jobs.record import JobRecord
from shared.ports import ObjectStore
from shared.quality.thresholds import Thresholds
from shared.results.pictures import PictureLimits

_LIMITS = PictureLimits(max_bytes=40_000_000, max_pixels=16_000_000)


@dataclass(frozen=True)
class FolderMount:
    """The reading half of an ObjectStore over a folder."""

    folder: Path

    def get(self, key: str, *, max_bytes: int | None = None) -> bytes | None:
        """Return a file's bytes, None when it is not there."""
        path = self.folder / key
        if not path.is_file():
            return None
        if max_bytes is not None and path.stat().st_size > max_bytes:
            raise PayloadTooLargeError(key)
        return path.read_bytes()


def mounted(folder: Path) -> ObjectStore:
    """Return a folder as a mount that is read and not written."""
    return cast("ObjectStore", FolderMount(folder))


def judged(record: JobRecord, folder: Path) -> Poster:
    """Return the labelled copies and the gate's verdict; PictureError, UpstreamUnavailableError."""
    return make_poster(
        record,
        mount=mounted(folder),
        limits=_LIMITS,
        thresholds=Thresholds(),
        producer="designer",
    )
