"""Small files that are there whole or not at all, whatever happens meanwhile."""

import base64
import json
import os
import threading
from pathlib import Path
from typing import Any


def replace_bytes(path: Path, data: bytes) -> None:
    """Put a file in place in one step, whoever else puts the same one; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    draft.write_bytes(data)
    draft.replace(path)


def replace_json(path: Path, value: Any) -> None:
    """Put a value in place as JSON."""
    replace_bytes(path, json.dumps(value, ensure_ascii=False, indent=1).encode())


def read_json(path: Path) -> Any:
    """Return the value of a JSON file."""
    return json.loads(path.read_bytes())


def packed(name: str, data: bytes) -> dict[str, str]:
    """Return bytes as a field of JSON: text stays readable, what is none becomes base64."""
    try:
        return {name: data.decode()}
    except UnicodeDecodeError:
        return {f"{name}_base64": base64.b64encode(data).decode("ascii")}


def unpacked(name: str, fields: dict[str, Any]) -> bytes:
    """Take the field out again."""
    encoded = fields.pop(f"{name}_base64", None)
    return base64.b64decode(encoded) if encoded else str(fields.pop(name)).encode()
