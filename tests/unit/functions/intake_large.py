"""Support: take in one render in a process of its own and tell what it took.

python -m tests.unit.functions.intake_large RENDER.png
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

from tests.fakes.clock import FakeClock
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.renders import NAME
from tests.unit.functions.store_large import peak_megabytes
from tests.unit.functions.trials import hear


def main(render: Path) -> None:
    """Upload the file, take it in, print peak and report."""
    mount = FakeObjectStore()
    mount.put(NAME.upload(".png"), render.read_bytes())
    before = peak_megabytes()
    world = SimpleNamespace(mount=mount, state=FakeObjectStore(), clock=FakeClock())
    counts = hear(world, NAME.upload(".png"))
    (report,) = (key for key in mount.objects if key.endswith("report.txt"))
    told = {
        "before": before,
        "peak": peak_megabytes(),
        "verdicts": counts,
        "report": mount.objects[report].data.decode(),
    }
    sys.stdout.write("\n" + json.dumps(told) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
