"""One instance of a web function: a server of its own, which takes several requests at a time."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace

from local.cloud.fc.process import ColdStart, Launch, LimitedProcess
from local.cloud.fc.refusals import RefusedError

_LOOK_SECONDS = 0.01
_PROBE_SECONDS = 3.0
_LAST_SECONDS = 0.1
_LAST_WORDS = 2000
# It waits for the platform to end, and ends the instance then; it is in no group of the instance.
_WATCHER = 'read -r _ || kill -s KILL -- "-$0"'


class WebInstance(LimitedProcess):
    """A server on a loopback port; whoever takes it waits until it listens."""

    def __init__(
        self, launch: Launch, *, start_s: float, on_start: Callable[[ColdStart], object]
    ) -> None:
        self.port, self.requests, log = _free_port(), 0, launch.log
        self._told, self._start_s, self._on_start = " ".join(launch.command), start_s, on_start
        self._starting, self._refusal = threading.Lock(), RefusedError(0, "", "")
        self._is_ready = False
        self._log, self._log_begins = log, log.stat().st_size if log.exists() else 0
        given = {**launch.environment, "FC_CUSTOM_LISTEN_PORT": str(self.port)}
        try:
            super().__init__(replace(launch, environment=given), piped=False)
        except OSError as error:
            raise _exited(error.errno or 1, self._told, "") from error
        self._watcher = subprocess.Popen(  # noqa: S603 - two words of ours
            ["/bin/sh", "-c", _WATCHER, str(self._process.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait(self) -> None:
        """Return once it listens; raise RefusedError 412 where it ends first, or never does."""
        with self._starting:
            if self._refusal.status:
                raise self._refusal
            if self._is_ready:
                return
            try:
                self._wait()
            except RefusedError as refusal:
                self._refusal = refusal
                self.kill()
                raise
            self._is_ready = True
        ms = round((time.monotonic() - self.begun) * 1000)
        self.check()
        self._on_start(ColdStart(self.function.name, ms, self.peak_mb))

    def settle(self) -> None:
        """See whether it is ending: its connections close a moment before it is gone."""
        self.check()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_LAST_SECONDS)

    def close(self) -> None:
        """End the process, with what watches it, and remove what it stored."""
        self._watcher.kill()
        self._watcher.wait()
        if self._watcher.stdin:
            self._watcher.stdin.close()
        super().close()

    def _wait(self) -> None:
        end = self.begun + self._start_s
        while not self._listens():
            if not self.is_alive:
                raise _exited(self._process.wait(), self._told, self._last_words())
            if time.monotonic() > end:
                message = (
                    f"Function instance health check failed on port {self.port}"
                    f" in {self._start_s:g} seconds.\nLogs:{self._last_words()}"
                )
                raise RefusedError(412, "FunctionNotStarted", message)
            time.sleep(_LOOK_SECONDS)

    def _listens(self) -> bool:
        path = self.function.server.health_path
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PROBE_SECONDS)
        with closing(connection), suppress(OSError, http.client.HTTPException):
            connection.connect()
            if not path:
                return True
            connection.request("GET", path)
            return connection.getresponse().status < 400
        return False

    def _last_words(self) -> str:
        """Return what was logged since the start; other instances' lines may be among it."""
        with suppress(OSError), self._log.open("rb") as lines:
            size = lines.seek(0, os.SEEK_END)
            lines.seek(max(self._log_begins, size - _LAST_WORDS))
            return lines.read().decode("utf-8", "replace")
        return ""


def _exited(status: int, command: str, logs: str) -> RefusedError:
    words = os.strerror(status).lower() if status > 0 else "killed"
    message = (
        f"Function instance exited unexpectedly(code {status}, message:{words})"
        f" with start command '{command}'.\nLogs:{logs}"
    )
    return RefusedError(412, "CAExited", message)


def _free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
