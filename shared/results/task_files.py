"""What a task left on the mount: task.json, and the files it names."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared import ids
from shared.errors import PictureError, UpstreamUnavailableError

if TYPE_CHECKING:
    from shared.ports import ObjectStore

_MANIFEST_BYTES = 65_536
_SMALL_BYTES = 1_048_576
_Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
_Pixel = Annotated[int, Field(ge=-100_000, le=100_000)]


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TaskFile(_Read):
    """One file of a task, as task.json names it."""

    role: Literal["poster", "plate", "protected", "placement"]
    name: _Name
    bytes: int = Field(ge=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class TaskFiles(_Read):
    """task.json."""

    schema_: Literal[1] = Field(alias="schema")
    task_id: str
    files: tuple[TaskFile, ...]


class Placement(_Read):
    """placement.json: where the frozen car stands in the picture; pixels of the canvas."""

    schema_: Literal[1] = Field(alias="schema")
    vehicle: str
    width: int = Field(ge=1, le=8192)
    x: _Pixel
    y: _Pixel
    car_box: tuple[_Pixel, _Pixel, _Pixel, _Pixel]


def read_task_files(mount: ObjectStore, task: str) -> TaskFiles:
    """Return task.json; UpstreamUnavailableError while it is not there, PictureError if wrong."""
    data = _read(mount, ids.output_key(task, "task.json"), _MANIFEST_BYTES)
    try:
        found = TaskFiles.model_validate_json(data)
    except ValidationError as error:
        msg = "task.json does not have the expected form"
        raise PictureError(msg) from error
    if found.task_id != task:
        msg = "task.json speaks of another task"
        raise PictureError(msg)
    return found


def read_file(mount: ObjectStore, files: TaskFiles, role: str, *, max_bytes: int) -> bytes:
    """Return the bytes of one file, checked against the size and digest that task.json gives."""
    named = next((file for file in files.files if file.role == role), None)
    if named is None:
        msg = f"task.json names no {role}"
        raise PictureError(msg)
    data = _read(mount, ids.output_key(files.task_id, named.name), max_bytes)
    if len(data) != named.bytes or hashlib.sha256(data).hexdigest() != named.sha256:
        msg = f"the {role} is not the file that task.json names"
        raise PictureError(msg)
    return data


def read_placement(mount: ObjectStore, files: TaskFiles) -> Placement:
    """Return where the car was put; PictureError when it cannot be read."""
    data = read_file(mount, files, "placement", max_bytes=_SMALL_BYTES)
    try:
        return Placement.model_validate_json(data)
    except ValidationError as error:
        msg = "placement.json does not have the expected form"
        raise PictureError(msg) from error


def _read(mount: ObjectStore, key: str, max_bytes: int) -> bytes:
    data = mount.get(key, max_bytes=max_bytes)
    if data is None:
        # Named but not visible: the mount may be late, so the platform tries again.
        msg = f"{key.rpartition('/')[2]} is not there yet"
        raise UpstreamUnavailableError(msg)
    return data
