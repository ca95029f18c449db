"""The node pack, imported as a ComfyUI would: a fresh interpreter, no torch, nothing of ours."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 60
_PROJECT = Path(__file__).parents[2]
# An isolated interpreter sees the packages that are installed, this project not among them, and the
# pack besides.
_PROGRAM = """
import importlib.util, json, sys
sys.modules["torch"] = None
folder, project = sys.argv[1:]
sys.path = [each for each in sys.path if each != project]
spec = importlib.util.spec_from_file_location(
    "pack", folder + "/__init__.py", submodule_search_locations=[folder])
pack = importlib.util.module_from_spec(spec)
sys.modules["pack"] = pack
spec.loader.exec_module(pack)
print(json.dumps(sorted(pack.NODE_CLASS_MAPPINGS)))
"""


@dataclass(frozen=True)
class PackFacts:
    """The classes that a pack offers, or why it cannot be imported."""

    classes: tuple[str, ...] = ()
    error: str = ""


def loaded(folder: Path) -> PackFacts:
    """Import a pack; the error is the last line of what Python says."""
    try:
        ran = subprocess.run(
            [sys.executable, "-I", "-c", _PROGRAM, str(folder), str(_PROJECT)],
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return PackFacts(error=f"the import takes more than {_SECONDS} s")
    if ran.returncode:
        return PackFacts(error=(ran.stderr.strip().splitlines() or ["no word"])[-1])
    return PackFacts(tuple(json.loads(ran.stdout.splitlines()[-1])))
