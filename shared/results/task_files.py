"""What a task left on the mount: task.json, and the files it names."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from shared.core import ids
from shared.core.choice import Choice
from shared.core.errors import PayloadTooLargeError, PictureError, UpstreamUnavailableError
from shared.core.models import Lenient, checked
from shared.ports import ObjectStore

_MANIFEST_BYTES = 65_536
_SMALL_BYTES = 1_048_576
_Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
_Pixel = Annotated[int, Field(ge=-100_000, le=100_000)]
_Row = Annotated[float, Field(ge=-100_000, le=100_000)]
_Character = Annotated[str, Field(min_length=1, max_length=1)]
_Code = Annotated[int, Field(ge=0, le=255)]
_Box = tuple[_Pixel, _Pixel, _Pixel, _Pixel]


class TaskFile(Lenient):
    """One file of a task, as task.json names it; roles that are not known here are passed over."""

    role: str = Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")
    name: _Name
    bytes: int = Field(ge=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class TaskFiles(Lenient):
    """task.json."""

    schema_: Literal[1] = Field(alias="schema")
    task_id: str
    files: tuple[TaskFile, ...]


class CaptionPlace(Lenient):
    """Where lettering was set, in which colour (sRGB codes), and where its scrim lies.

    `missing`: characters that the font lacks, left out of the lettering.
    """

    boxes: tuple[_Box, ...] = Field(max_length=16)
    ink: tuple[_Code, _Code, _Code]
    scrim: _Box = (0, 0, 0, 0)
    missing: tuple[_Character, ...] = Field(default=(), max_length=64)


class Placement(Lenient):
    """placement.json: where the frozen car stands in the picture; pixels of the canvas."""

    schema_: Literal[1] = Field(alias="schema")
    vehicle: str
    width: int = Field(ge=1, le=8192)
    height: int = Field(ge=1, le=8192)
    x: _Pixel
    y: _Pixel
    scale: float = Field(gt=0, le=1)
    horizon_y: _Row
    contact_y: _Row
    canvas: tuple[_Pixel, _Pixel]
    car_box: _Box
    badge_box: _Box
    caption: CaptionPlace | None = None
    choice: Choice | None = None


def read_task_files(mount: ObjectStore, task: str) -> TaskFiles:
    """Return task.json; UpstreamUnavailableError while it is not there, PictureError if wrong."""
    data = _read(mount, ids.output_key(task, "task.json"), _MANIFEST_BYTES)
    found = checked(TaskFiles, data, PictureError("task.json does not have the expected form"))
    if found.task_id != task:
        raise PictureError("task.json speaks of another task")
    return found


def read_file(mount: ObjectStore, files: TaskFiles, role: str, *, max_bytes: int) -> bytes:
    """Return the bytes of one file, checked against the size and digest that task.json gives."""
    named = _named(files, role)
    if named is None:
        raise PictureError(f"task.json names no {role}")
    data = _read(mount, ids.output_key(files.task_id, named.name), max_bytes)
    if len(data) != named.bytes or hashlib.sha256(data).hexdigest() != named.sha256:
        raise PictureError(f"the {role} is not the file that task.json names")
    return data


def has_file(files: TaskFiles, role: str) -> bool:
    """Say whether task.json names a file of that role."""
    return _named(files, role) is not None


def read_placement(mount: ObjectStore, files: TaskFiles) -> Placement:
    """Return where the car was put; PictureError when it cannot be read."""
    data = read_file(mount, files, "placement", max_bytes=_SMALL_BYTES)
    fault = PictureError("placement.json does not have the expected form")
    return checked(Placement, data, fault, extra="ignore")


def _named(files: TaskFiles, role: str) -> TaskFile | None:
    return next((file for file in files.files if file.role == role), None)


def _read(mount: ObjectStore, key: str, max_bytes: int) -> bytes:
    try:
        data = mount.get(key, max_bytes=max_bytes)
    except PayloadTooLargeError:
        raise PictureError(f"{key.rpartition('/')[2]} has more than {max_bytes} bytes") from None
    if data is None:
        # Named but not visible: the mount may be late, so the platform tries again.
        raise UpstreamUnavailableError(f"{key.rpartition('/')[2]} is not there yet")
    return data
