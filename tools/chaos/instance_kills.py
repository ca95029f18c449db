"""Kills instances of deployed functions, one at a time, while they handle an event."""

from __future__ import annotations

import random
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from local.cloud.fc.instances import Instances

FILE = "instance-kills.txt"
_PAUSE = 1.5


class InstanceKills:
    """One kill about each 1.5 s, of those that are busy then; each is a line in the journal.

    A function loses one instance in a life: an item that sees six runs die is rightly set aside.
    """

    def __init__(self, instances: Instances, journal: Path, *, seed: str) -> None:
        self._instances, self._journal = instances, journal
        self._hit = set[str]()
        self._draw = random.Random(f"{seed}/instances")  # noqa: S311 - faults, no secrets
        self._thread = threading.Thread(target=self._run, name="instance-kills", daemon=True)

    def start(self) -> None:
        """Begin; it ends with the process."""
        self._thread.start()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(_PAUSE * self._draw.uniform(0.5, 1.5)):
            busy = [e for e in self._instances.busy() if e.function.name not in self._hit]
            if busy:
                chosen = self._draw.choice(busy)
                self._hit.add(chosen.function.name)
                with self._journal.open("a", encoding="utf-8") as lines:
                    lines.write(f"{chosen.function.name}\n")
                chosen.kill()
