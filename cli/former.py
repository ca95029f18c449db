"""What the commands of the last version are called now; said for one version, then this goes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Targets of make, with what came in their place.
_NOW = {
    "operate": "poster job show|retry JOB, poster queue status|pause|resume, "
    "poster dead list|revive, poster webhooks replay|enable, poster vehicles list|approve|recall",
    "season": "poster season calendar|plan|start|resume|pause|stop|status|scaling",
    "preflight": "poster preflight",
    "cost": "poster cost spent, poster cost idle, poster cost forecast TRIPS",
    "try": "poster try --style ID --comfyui URL",
    "check-styles": "poster styles check",
    "check-workflows": "poster workflows check, or compare URL",
    "designer-workflows": "poster workflows designer",
    "chaos": "poster chaos --jobs N --seed S --seconds N",
    "gallery": "poster gallery",
    "belonging": "poster belonging",
    "check-build": "poster build, poster build --check",
    "licences": "poster build --licences",
    "deployment-files": "poster deploy-files",
    "lifecycle": "poster lifecycle",
    "docs": "poster docs",
    "bench": "poster bench job",
    "bench-picture": "poster bench picture",
    "bench-plates": "poster bench plates",
    "bench-poster": "poster bench poster",
    "bench-submit": "poster bench submit",
    "bench-upload": "poster bench upload LINES",
    "bench-upload-forms": "poster bench upload-forms",
    "bench-cold": "poster bench cold",
    "bench-season": "poster bench season",
    "golden": "poster dev golden",
    "kill-points": "make test-long",
    "explore": "poster dev explore",
    "check-commands": "poster dev check-commands",
    "fuzz-api": "poster dev fuzz-api",
    "check-sdk": "poster dev check-sdk VERSION",
    "eas-sdk-check": "poster dev eas-sdk",
    "lock": "poster dev lock",
}
# Modules whose names are not those of a target, with the target or what came in their place.
_MODULES = {
    "bench.bench_job": _NOW["bench"],
    "bench.bench_plate_light": _NOW["bench-plates"],
    "scripts.bundle": _NOW["check-build"],
    "scripts.eas_sdk_check": _NOW["eas-sdk-check"],
    "scripts.write_deployment": _NOW["deployment-files"],
    "scripts.write_docs": _NOW["docs"],
    "scripts.write_lifecycle": _NOW["lifecycle"],
    "scripts.render_vehicle": "python -m render_vehicle, from the folder tools",
    "scripts.record_object_info": "python -m tests.comfyui.recorded.record",
    **{f"scripts.{each}": f"python -m tools.{each}" for each in ("subset_font", "write_places")},
    "scripts.random_checkpoint": "python tools/random_checkpoint.py",
}
NOT_UNDERSTOOD = 2


def say_target(target: str) -> int:
    """Say what a target of make is called now, or that there is none."""
    now = _NOW.get(target)
    is_now = f"is now: {now}   (. .venv/bin/activate; poster --help)"
    sys.stderr.write(f"make {target} {is_now if now else 'is no target; make lists them'}\n")
    return NOT_UNDERSTOOD


def say_module(words: Sequence[str]) -> int:
    """Say what `python -m MODULE` is called now, of an interpreter's command line."""
    module = next((each for each in words if each.startswith(("scripts", "bench"))), "")
    name = ".".join(module.split(".")[:2])
    target = name.rpartition(".")[2].replace("_", "-")
    now = _MODULES.get(name) or _NOW.get(target) or "no module; the commands: poster --help"
    sys.stderr.write(f"python -m {module} is now: {now}\n")
    return NOT_UNDERSTOOD


if __name__ == "__main__":
    sys.exit(say_target(sys.argv[1]))
