"""Documents kept as YAML, in which a value `=name` is filled in from what the code knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def filled(path: Path, values: Mapping[str, Any]) -> Any:
    """Return the document; KeyError for a name without a value, a key whose value is None goes."""
    return _filled(yaml.safe_load(path.read_bytes()), values)


def _filled(node: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(node, dict):
        found = {key: _filled(each, values) for key, each in node.items()}
        return {key: each for key, each in found.items() if each is not None}
    if isinstance(node, list):
        return [_filled(each, values) for each in node]
    return values[node[1:]] if isinstance(node, str) and node.startswith("=") else node
