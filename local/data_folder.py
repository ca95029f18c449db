"""The folder of a stack: one stack at a time has it, and it remembers that stack's ports."""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from starlette.types import ASGIApp

from local.cloud.serving import LoopbackServer, PortTakenError
from shared.core.errors import BundleError

_LOCK_FILE, _PORTS_FILE = "stack.lock", "ports.json"


class FolderTakenError(BundleError):
    """Another stack runs on the folder; the message says what to do."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep every other stack out of a folder; the system's lock ends with the process."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK_FILE).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            msg = f"another local stack runs on {folder}: use that one, end it with Ctrl-C"
            raise FolderTakenError(msg) from None
        yield


def is_held(folder: Path) -> bool:
    """Tell whether a stack runs on a folder."""
    try:
        with (folder / _LOCK_FILE).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


class Ports:
    """Serves on the last start's ports, `given` ones first; `exchanged` tells of taken ones."""

    def __init__(self, folder: Path, given: Mapping[str, int]) -> None:
        self._path, self._given = folder / _PORTS_FILE, given
        self._known = _read_ports(self._path)
        self.exchanged: list[str] = []

    def server(self, name: str, app: ASGIApp) -> LoopbackServer:
        """Return a service's server; PortTakenError where the port was asked for by number."""
        if given := self._given.get(name):
            return LoopbackServer(app, port=given)
        try:
            return LoopbackServer(app, port=self._known.get(name, 0))
        except PortTakenError:
            server = LoopbackServer(app)
        self.exchanged.append(
            f"port {self._known[name]} of {name} was taken; it is {server.port} now"
        )
        return server

    def keep(self, servers: Mapping[str, LoopbackServer]) -> None:
        """Remember the ports for the next start."""
        ports = {name: server.port for name, server in servers.items()}
        self._path.write_text(json.dumps(ports), "utf-8")


def _read_ports(path: Path) -> dict[str, int]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    sound = isinstance(found, dict) and all(each in range(1, 65536) for each in found.values())
    return found if sound else {}
