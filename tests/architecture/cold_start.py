"""Support: one function's cold start in a fresh interpreter; prints as JSON what it loaded.

The argument is a JSON object: `function`, `builders` (of bootstrap, that it uses) and `events`
(that it serves).
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

_ROOT = Path(__file__).parents[2]
_OURS = (str(_ROOT / "functions"), str(_ROOT / "shared"))
_SOCKETS = {"socket.connect", "socket.bind", "subprocess.Popen"}


class WatchedEnvironment(dict[str, str]):
    """The environment, noting which of our files look at it."""

    readers: list[str] = []  # noqa: RUF012 - one environment, one list

    def __getattribute__(self, name: str) -> Any:
        _note_reader(sys._getframe(1).f_code.co_filename)
        return super().__getattribute__(name)

    def __getitem__(self, name: str) -> str:
        _note_reader(sys._getframe(1).f_code.co_filename)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        _note_reader(sys._getframe(1).f_code.co_filename)
        return super().__contains__(name)


def main() -> None:
    """Import, build, serve; after each step note the packages that are there."""
    asked, noticed = json.loads(sys.argv[1]), list[str]()
    sys.addaudithook(lambda event, _: noticed.append(event) if event in _SOCKETS else None)
    os.environ = WatchedEnvironment(os.environ)  # type: ignore[assignment]  # noqa: B003, TID251
    module = importlib.import_module(f"functions.{asked['function']}.handler")
    seen = {
        "imported": _packages(),
        "environment_readers": list(WatchedEnvironment.readers),
        "connections": list(noticed),
        "threads": threading.active_count(),
        "logging_configured": importlib.import_module("structlog").is_configured(),
    }
    bootstrap = importlib.import_module("shared.bootstrap")
    for name in asked["builders"]:
        getattr(bootstrap, name)()
    seen["built"] = _packages()
    context = SimpleNamespace(request_id="r")
    seen["statuses"] = [module.handler(e.encode(), context)["statusCode"] for e in asked["events"]]
    seen["served"] = _packages()
    seen["later_readers"] = sorted(set(WatchedEnvironment.readers))
    sys.stdout.write(f"\n{json.dumps(seen)}\n")


def _packages() -> list[str]:
    return sorted({name.partition(".")[0] for name in sys.modules})


def _note_reader(file: str) -> None:
    if file.startswith(_OURS):
        WatchedEnvironment.readers.append(file)


if __name__ == "__main__":
    main()
