"""A GPU that goes wrong: it crashes before and after its work, fails, and answers late."""

import functools
import hashlib
import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from local.cloud.eas.service import RunOutcome
from local.cloud.oss.store import BucketStore
from local.painter import png_of
from local.stack import MOUNT_BUCKET

Run = Callable[[bytes, Mapping[str, str]], RunOutcome]

_LATE_SECONDS = 2.0
_OUT_OF_MEMORY = json.dumps({"error": {"type": "out_of_memory"}}).encode()


class InstanceLostError(Exception):
    """The instance has gone; the queue delivers its item again."""


class FaultyGpu:
    """Runs tasks by `run` and goes wrong in `share` of them; each run is a line in `journal`."""

    def __init__(self, run: Run, journal: Path, *, seed: str, share: float) -> None:
        self._run = run
        self._file = journal.open("a", encoding="utf-8")
        self._draw = random.Random(f"{seed}/gpu")  # noqa: S311 - faults, no secrets
        self._share = share

    def run_task(self, body: bytes, tags: Mapping[str, str]) -> RunOutcome:
        """Run one item of the queue, well or badly."""
        self._file.write(tags.get("task_id", "?") + "\n")
        self._file.flush()
        kind = self._draw.choice(("before", "after", "error", "late", "twice"))
        if self._draw.random() >= self._share:
            return self._run(body, tags)
        if kind == "before":
            raise InstanceLostError(kind)
        if kind == "error":
            return RunOutcome(500, _OUT_OF_MEMORY)
        if kind == "late":
            return self._before_its_files(body, tags)
        outcome = self._run(body, tags)
        if kind == "after":
            raise InstanceLostError(kind)
        return self._run(body, tags) if kind == "twice" else outcome

    def _before_its_files(self, body: bytes, tags: Mapping[str, str]) -> RunOutcome:
        """Answer at once; the files are seen on the mount only later."""
        timer = threading.Timer(_LATE_SECONDS, self._run, (body, tags))
        timer.daemon = True
        timer.start()
        return RunOutcome(200, _outputs(tags["task_id"]))


class SmallPictures:
    """The GPU's work with pictures of some pixels: the files of a task, whole and in order."""

    def __init__(self) -> None:
        self.objects: BucketStore | None = None

    def run_task(self, body: bytes, tags: Mapping[str, str]) -> RunOutcome:
        """Write what the workflow's last node would write."""
        task, vehicle = tags["task_id"], _vehicle(json.loads(body))
        time.sleep(0.02)
        files = {"poster": _pixels(), "plate": _pixels(), "placement": _placement(vehicle)}
        entries = [self._write(task, role, data) for role, data in files.items()]
        listed = {"schema": 1, "task_id": task, "files": entries}
        self._publish(task, "task.json", json.dumps(listed).encode(), "application/json")
        return RunOutcome(200, _outputs(task))

    def _write(self, task: str, role: str, data: bytes) -> dict[str, Any]:
        name = "placement.json" if role == "placement" else f"{role}.png"
        self._publish(task, name, data, "application/octet-stream")
        digest = hashlib.sha256(data).hexdigest()
        return {"role": role, "name": name, "bytes": len(data), "sha256": digest}

    def _publish(self, task: str, name: str, data: bytes, kind: str) -> None:
        if self.objects is None:
            raise InstanceLostError("the mount is not there yet")
        self.objects.put(MOUNT_BUCKET, f"output/{task}/{name}", data, content_type=kind)


def _outputs(task: str) -> bytes:
    picture = {"filename": "poster.png", "subfolder": task, "type": "output"}
    return json.dumps([{"9": {"images": [picture]}}]).encode()


def _vehicle(graph: dict[str, Any]) -> str:
    named = [node["inputs"]["vehicle"] for node in graph.values() if "vehicle" in node["inputs"]]
    # Of several renders the last is set in: not the one that the plan named first.
    return next(name.split()[-1] for name in named if isinstance(name, str))


@functools.cache
def _pixels() -> bytes:
    return png_of(Image.new("RGB", (8, 10), (140, 150, 160)))


def _placement(vehicle: str) -> bytes:
    box = [0, 0, 4, 4]
    rows = {"horizon_y": 5.0, "contact_y": 8.0, "scale": 0.5}
    place = {"schema": 1, "vehicle": vehicle, "width": 4, "height": 4, "x": 0, "y": 0, **rows}
    return json.dumps({**place, "canvas": [8, 10], "car_box": box, "badge_box": box}).encode()
