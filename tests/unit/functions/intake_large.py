"""Support: take in one render in a process of its own and tell what it took.

python -m tests.unit.functions.intake_large RENDER.png
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from functions.intake_vehicle.use_case import intake_vehicles
from shared.quality.thresholds import Thresholds
from tests.fakes.clock import FakeClock
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.renders import LIMITS, NAME
from tests.unit.functions.store_large import peak_megabytes


def main(render: Path) -> None:
    """Upload the file, take it in, print peak and report."""
    mount = FakeObjectStore()
    mount.put(NAME.upload(".png"), render.read_bytes())
    before = peak_megabytes()
    taken = intake_vehicles(
        [NAME.upload(".png")],
        limits=LIMITS,
        thresholds=Thresholds(),
        mount=mount,
        state=FakeObjectStore(),
        clock=FakeClock(),
    )
    (report,) = (key for key in mount.objects if key.endswith("report.txt"))
    told = {
        "before": before,
        "peak": peak_megabytes(),
        "verdicts": taken.counts(),
        "report": mount.objects[report].data.decode(),
    }
    sys.stdout.write("\n" + json.dumps(told) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
