"""What a ComfyUI with the bundle's node pack says of the nodes that the workflows use.

The pack describes itself; of ComfyUI's own nodes the few that are used stand, with what every
version from 0.0.8 on allows, in comfyui/object_info.core.json.
`python -m local.comfyui.object_info FILE` writes both together, as GET /object_info would.
"""

import json
import sys
from pathlib import Path
from typing import Any

from local.comfyui.engine import CUSTOM_NODES
from local.comfyui.packs import load_packs

CORE = Path(__file__).parents[2] / "comfyui" / "object_info.core.json"


def object_info() -> bytes:
    """Return the body that GET /object_info would have."""
    core: dict[str, Any] = json.loads(CORE.read_bytes())
    pack = {name: _described(name, kind) for name, kind in load_packs(CUSTOM_NODES).items()}
    return json.dumps({**core, **pack}, ensure_ascii=False, indent=1).encode()


def _described(name: str, node_class: Any) -> dict[str, Any]:
    outputs = list(node_class.RETURN_TYPES)
    return {
        "input": node_class.INPUT_TYPES(),
        "output": outputs,
        "output_name": list(getattr(node_class, "RETURN_NAMES", outputs)),
        "name": name,
        "category": getattr(node_class, "CATEGORY", ""),
        "output_node": bool(getattr(node_class, "OUTPUT_NODE", False)),
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(object_info())
