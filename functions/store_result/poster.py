"""From a task's files to the delivered copies: verify, measure, label, encode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.errors import PictureError
from shared.quality.protected import ProtectedPixels, compare
from shared.results import label, pictures, task_files
from shared.results.copies import Copy, copies
from shared.vehicles.files import read_frozen

if TYPE_CHECKING:
    from PIL import Image

    from shared.jobs.record import JobRecord
    from shared.ports import ObjectStore
    from shared.results.pictures import PictureLimits
    from shared.results.task_files import Placement


@dataclass(frozen=True)
class Poster:
    """The copies to store, and what was measured on the master's decoded bytes."""

    copies: tuple[Copy, ...]
    measured: ProtectedPixels


def make_poster(
    record: JobRecord, *, mount: ObjectStore, limits: PictureLimits, producer: str
) -> Poster:
    """Return the labelled poster of the task; PictureError when it must not be delivered."""
    files = task_files.read_task_files(mount, record.task_id)
    placement = task_files.read_placement(mount, files)
    if placement.vehicle != record.vehicle:
        msg = "the task put another vehicle into the picture"
        raise PictureError(msg)
    data = task_files.read_file(mount, files, "poster", max_bytes=limits.max_bytes)
    marked = label.stamp(pictures.decode(data, limits), clear_of=placement.car_box)
    packet = label.xmp(producer=producer, produce_id=record.task_id)
    made = copies(marked, xmp=packet)
    master = pictures.decode(made[0].data, limits)
    measured = _measure(master, placement, mount=mount, limits=limits)
    if measured.changed or not measured.total:
        msg = f"{measured.changed} of {measured.total} protected pixels have changed"
        raise PictureError(msg)
    return Poster(made, measured)


def _measure(
    master: Image.Image, placement: Placement, *, mount: ObjectStore, limits: PictureLimits
) -> ProtectedPixels:
    frozen = read_frozen(mount, placement.vehicle, placement.width, max_bytes=limits.max_bytes)
    car = pictures.decode(frozen, limits, mode="RGBA")
    return compare(master, car, (placement.x, placement.y))
