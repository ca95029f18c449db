"""Load node packs from a custom_nodes folder by path, as ComfyUI does."""

import importlib.util
import sys
from pathlib import Path
from typing import Any


class PackError(Exception):
    """A node pack cannot be imported."""


def load_packs(custom_nodes: Path) -> dict[str, type]:
    """Return class key -> node class of every pack in the folder; raises PackError."""
    classes: dict[str, type] = {}
    for init in sorted(custom_nodes.glob("*/__init__.py")):
        if not init.parent.name.endswith(".disabled"):
            classes.update(_mappings(init.parent))
    return classes


def _mappings(folder: Path) -> dict[str, type]:
    name = f"custom_nodes_{folder.name}"
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise PackError(f"{folder.name} is not a Python package")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # a pack runs as it is imported, and raises what it likes
        raise PackError(f"the pack {folder.name} does not load: {error}") from error
    found: dict[str, Any] = getattr(module, "NODE_CLASS_MAPPINGS", {})
    return found
