"""Tables that stand as JSON beside the module that asks for them."""

import functools
import json
from pathlib import Path
from typing import Any


@functools.cache
def table(module_file: str, name: str) -> dict[str, Any]:
    """Return what `name`.json beside a module's `__file__` holds; read at the first question."""
    found: dict[str, Any] = json.loads(Path(module_file).with_name(f"{name}.json").read_bytes())
    return found
