"""What the stand-in has taken, as files, and how it is told to behave."""

import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Mode = Literal["normal", "error", "throttle", "gone", "hang", "redirect"]


@dataclass(frozen=True)
class Conduct:
    """How to treat a request; the other fields belong to the modes that need them."""

    mode: Mode = "normal"
    status: int = 500
    retry_after: int = 1
    seconds: float = 5.0


class DifferentBytesError(Exception):
    """A message came again under its id, with other bytes."""


class CommunityState:
    """Messages by endpoint and id, each file one message, and the number of tries seen."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._conduct, self._left = Conduct(), 0
        self.tries: list[tuple[str, str, str]] = []

    def behave(self, conduct: Conduct, *, times: int = 1_000_000) -> None:
        """Treat the next `times` requests like this."""
        with self._lock:
            self._conduct, self._left = conduct, times

    def next_conduct(self) -> Conduct:
        """Return how to treat this request, and use up one of its times."""
        with self._lock:
            if self._left <= 0:
                return Conduct()
            self._left -= 1
            return self._conduct

    def note_try(self, endpoint: str, message_id: str, outcome: str) -> None:
        with self._lock:
            self.tries.append((endpoint, message_id, outcome))

    def take(self, endpoint: str, message_id: str, body: bytes) -> bool:
        """Store a message; False when it was there, DifferentBytesError with other bytes."""
        path = self._folder / endpoint / f"{message_id}.json"
        with self._lock:
            if path.exists():
                if path.read_bytes() != body:
                    raise DifferentBytesError(message_id)
                return False
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
            return True

    def messages(self, endpoint: str) -> dict[str, dict[str, Any]]:
        """Return what was taken, by id."""
        with self._lock:
            paths = sorted((self._folder / endpoint).glob("*.json"))
            return {path.stem: json.loads(path.read_bytes()) for path in paths}
