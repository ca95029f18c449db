"""Asynchronous events and used task ids as files, so that they survive a restart."""

from __future__ import annotations

import re
import threading
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from local.cloud.fc.refusals import RefusedError
from local.cloud.files import packed, read_json, replace_json, unpacked

# FC keeps what it knows of a task for seven days; after that its id is free again.
TASK_ID_LIFE = timedelta(days=7)
_TASK_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,127}")


@dataclass(frozen=True)
class AsyncEvent:
    """One accepted asynchronous invocation; `attempts` counts the runs that have ended."""

    request_id: str
    function: str
    payload: bytes
    task_id: str | None
    accepted: datetime
    attempts: int = 0


class EventFiles:
    """One JSON file for each event that has not ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def save(self, event: AsyncEvent) -> None:
        """Write the event, or replace what was written of it."""
        record = {**asdict(event), "accepted": event.accepted.isoformat()}
        record |= packed("payload", record.pop("payload"))
        replace_json(self._path(event.request_id), record)

    def remove(self, event: AsyncEvent) -> None:
        """Forget an event that has ended."""
        self._path(event.request_id).unlink(missing_ok=True)

    def has(self, request_id: str) -> bool:
        """Tell whether an event has not ended."""
        return self._path(request_id).exists()

    def read(self) -> list[AsyncEvent]:
        """Return the events that have not ended, in the order of their acceptance."""
        found = []
        for path in self._folder.glob("*.json"):
            record = read_json(path)
            record["payload"] = unpacked("payload", record)
            record["accepted"] = datetime.fromisoformat(record["accepted"])
            found.append(AsyncEvent(**record))
        return sorted(found, key=lambda event: event.accepted)

    def _path(self, request_id: str) -> Path:
        return self._folder / f"{request_id}.json"


class TaskIds:
    """Task ids already used, for each function."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def claim(self, event: AsyncEvent) -> bool:
        """Take the event's task id; False when another event took it within seven days."""
        if event.task_id is None:
            return True
        # An id is one function's, whichever of its versions is called.
        path = self._folder / event.function.partition(".")[0] / f"{event.task_id}.json"
        with self._lock:
            owner = self._owner(path, event.accepted)
            if owner is not None:
                return owner == event.request_id
            claim = {"request_id": event.request_id, "claimed": event.accepted.isoformat()}
            replace_json(path, claim)
            return True

    def _owner(self, path: Path, now: datetime) -> str | None:
        if not path.exists():
            return None
        claim = read_json(path)
        if now - datetime.fromisoformat(claim["claimed"]) >= TASK_ID_LIFE:
            return None
        return str(claim["request_id"])


def check_task_id(task_id: str) -> None:
    """Refuse a task id that FC would not take."""
    if not _TASK_ID.fullmatch(task_id):
        message = (
            "a task id starts with a letter or _ and goes on with letters, digits, _ and -, "
            "128 at most"
        )
        raise RefusedError(400, "InvalidArgument", message)
