"""Support: store one task of the largest size in a process of its own and tell what it took.

    python -m tests.unit.functions.store_large FOLDER

FOLDER holds the mount's files of the car (mount/...) and the task's (task/...).
"""

from __future__ import annotations

import hashlib
import json
import re
import resource
import sys
import tempfile
from pathlib import Path

from shared.core import ids
from tests.unit.functions.world import World


def main(folder: Path) -> None:
    """Bring a job to `rendered` with the given files, store it, print peak and status."""
    with tempfile.TemporaryDirectory() as scratch:
        world = World(Path(scratch))
        record = world.queued()
        for path in sorted((folder / "mount").rglob("*")):
            if path.is_file():
                world.mount.put(path.relative_to(folder / "mount").as_posix(), path.read_bytes())
        put_task(world, record.task_id, folder / "task")
        world.notice(record.task_id)
        before = peak_megabytes()
        after = world.store(record.task_id)
    told = {
        "before": before,
        "peak": peak_megabytes(),
        "status": after.status.value,
        "reason": after.ended.reason if after.ended else "",
    }
    sys.stdout.write("\n" + json.dumps(told) + "\n")


def put_task(world: World, task: str, folder: Path) -> None:
    """Lay out a task's files and its task.json."""
    entries = []
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        world.mount.put(ids.output_key(task, path.name), data)
        digest = hashlib.sha256(data).hexdigest()
        entries.append({"role": path.stem, "name": path.name, "bytes": len(data), "sha256": digest})
    described = {"schema": 1, "task_id": task, "files": entries}
    world.mount.put(ids.output_key(task, "task.json"), json.dumps(described).encode())


def peak_megabytes() -> float:
    """Return this program's own peak; getrusage alone would count the parent it came from."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) / 1e3
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


if __name__ == "__main__":
    main(Path(sys.argv[1]))
