"""Write one task's files: pictures, placement, and last task.json, which says all is there."""

from __future__ import annotations

import hashlib
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image, PngImagePlugin

from .errors import PictureInputError

if TYPE_CHECKING:
    from .colour import Bytes

_TASK_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,95}")
_COMPRESS_LEVEL = 3  # a third of the default's time for a few per cent more bytes


def is_task_id(text: str) -> bool:
    return _TASK_ID.fullmatch(text) is not None


def write_task(
    output_folder: Path, task_id: str, pictures: dict[str, Bytes], placement: str
) -> list[dict[str, str]]:
    """Write {role}.png for each picture, placement.json, then task.json.

    Returns the pictures in the form ComfyUI lists them. Raises PictureInputError.
    """
    if not is_task_id(task_id):
        raise PictureInputError("task_id may hold letters, digits, '-' and '_' only")
    folder = output_folder / task_id
    folder.mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, Any]] = []
    for role, picture in pictures.items():
        shape = {"width": picture.shape[1], "height": picture.shape[0]}
        entries.append(_write(folder, role, f"{role}.png", png(picture)) | shape)
    entries.append(_write(folder, "placement", "placement.json", _checked_json(placement)))
    task = {"schema": 1, "task_id": task_id, "files": entries}
    _replace(folder / "task.json", json.dumps(task, indent=1).encode())
    listed = {"subfolder": task_id, "type": "output"}
    return [{"filename": f"{role}.png", **listed} for role in pictures]


def png(picture: Bytes) -> bytes:
    """Encode as PNG tagged sRGB, with nothing of the workflow in it."""
    tag = PngImagePlugin.PngInfo()
    tag.add(b"sRGB", b"\x01")  # rendering intent: relative colorimetric
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG", pnginfo=tag, compress_level=_COMPRESS_LEVEL)
    return out.getvalue()


def _write(folder: Path, role: str, name: str, data: bytes) -> dict[str, Any]:
    _replace(folder / name, data)
    digest = hashlib.sha256(data).hexdigest()
    return {"role": role, "name": name, "bytes": len(data), "sha256": digest}


def _replace(path: Path, data: bytes) -> None:
    """Put the file there whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def _checked_json(placement: str) -> bytes:
    try:
        parsed = json.loads(placement)
    except ValueError as error:
        raise PictureInputError("placement must be the JSON text of the compose node") from error
    if not isinstance(parsed, dict):
        raise PictureInputError("placement must be a JSON object")
    return json.dumps(parsed, indent=1).encode()
