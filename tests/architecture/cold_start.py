"""Support: run in a fresh interpreter, one function's cold start; prints what it loaded as JSON.

Arguments: the function's name, the names of the bootstrap builders it uses, and the events to
serve, all as one JSON object.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).parents[2]
OURS = (str(ROOT / "functions"), str(ROOT / "shared"))


class WatchedEnvironment(dict[str, str]):
    """The environment, noting which of our files look at it."""

    def __init__(self, given: dict[str, str]) -> None:
        super().__init__(given)
        self.readers: list[str] = []

    def __getattribute__(self, name: str) -> Any:
        caller = sys._getframe(1).f_code.co_filename
        if caller.startswith(OURS):
            object.__getattribute__(self, "readers").append(caller)
        return super().__getattribute__(name)

    def __getitem__(self, name: str) -> str:
        caller = sys._getframe(1).f_code.co_filename
        if caller.startswith(OURS):
            self.readers.append(caller)
        return super().__getitem__(name)


def main() -> None:
    """Import, build, serve; after each step note the modules that are there."""
    asked = json.loads(sys.argv[1])
    watched = WatchedEnvironment(dict(os.environ))  # noqa: TID251 - it is what is looked at
    connections: list[str] = []
    sys.addaudithook(lambda event, _: _note_socket(event, connections))
    os.environ = watched  # type: ignore[assignment]  # noqa: TID251
    module = importlib.import_module(f"functions.{asked['function']}.handler")
    seen: dict[str, Any] = {
        "imported": _packages(),
        "environment_readers": list(watched.readers),
        "connections": list(connections),
        "threads": threading.active_count(),
        "logging_configured": importlib.import_module("structlog").is_configured(),
    }
    bootstrap = importlib.import_module("shared.bootstrap")
    for name in asked["builders"]:
        getattr(bootstrap, name)()
    seen["built"] = _packages()
    context = SimpleNamespace(request_id="r", credentials=None)
    seen["statuses"] = [module.handler(e.encode(), context)["statusCode"] for e in asked["events"]]
    seen["served"] = _packages()
    sys.stdout.write("\n" + json.dumps(seen))


def _packages() -> list[str]:
    return sorted({name.partition(".")[0] for name in sys.modules})


def _note_socket(event: str, connections: list[str]) -> None:
    if event in {"socket.connect", "socket.bind", "subprocess.Popen"}:
        connections.append(event)


if __name__ == "__main__":
    main()
