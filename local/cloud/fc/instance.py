"""One instance of a function: a process that runs an event at a time, within its limits."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local.cloud.fc.runtime import FunctionFailedError, error_body
from local.cloud.fc.spec import FunctionSpec

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class ColdStart:
    """A start that went well: `ms` from the process to the imported handler, `mb` it then had."""

    function: str
    ms: int
    mb: int


class Instance:
    """A process of a function; `scratch` is its TMPDIR, and goes with it."""

    def __init__(
        self,
        function: FunctionSpec,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        scratch: Path,
        log: Path,
        on_start: Callable[[ColdStart], object],
    ) -> None:
        self.function, self.idle_since = function, 0.0
        self._scratch, self._on_start, self._imported = scratch, on_start, False
        self._killed: str | None = None
        self._peak_mb = 0
        self._lock = threading.Lock()
        scratch.mkdir(parents=True)
        self._begun = time.monotonic()
        with log.open("ab") as lines:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                command,
                cwd=function.code,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=lines,
                text=True,
                start_new_session=True,
            )

    @property
    def is_alive(self) -> bool:
        """Whether it can take an event."""
        return self._killed is None and self._process.poll() is None

    def run(self, event: bytes, context: Mapping[str, object]) -> bytes:
        """Return what the handler answers, or raise FunctionFailedError with its error."""
        self.start()
        asked = {"event": base64.b64encode(event).decode(), "context": context}
        return self._exchange(json.dumps(asked))

    def start(self) -> None:
        """Import the handler, the first time; FunctionFailedError where it cannot be."""
        if self._imported:
            return
        try:
            self._exchange("")
        except FunctionFailedError:
            self.kill()
            raise
        self._imported = True
        ms = round((time.monotonic() - self._begun) * 1000)
        self._on_start(ColdStart(self.function.name, ms, self._peak_mb))

    def _exchange(self, asked: str) -> bytes:
        begun, answer = time.monotonic(), ""
        with suppress(BrokenPipeError):
            if asked:
                print(asked, file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline() if self._process.stdout else ""
        self.check()
        if self._killed is not None or not answer.endswith("\n"):
            self.kill()
            raise FunctionFailedError(self._exited(time.monotonic() - begun))
        told, well = json.loads(answer)
        if not well:
            raise FunctionFailedError(base64.b64decode(told))
        return base64.b64decode(told)

    def _exited(self, seconds: float) -> bytes:
        """Word the end of the process as FC does.

        Assumed: that the error type of FC's request log is in the body too.
        """
        used = f"(duration: {round(seconds * 1000)}ms, maxMemoryUsage: {self._peak_mb}MB)"
        message = f"Process exited unexpectedly before completing request {used}"
        return error_body(message, self._killed or "")

    def check(self) -> None:
        """Kill the process if it has taken more memory or disk than its function has."""
        if self._killed is not None or self._process.returncode is not None:
            return
        with suppress(OSError):
            told = _PEAK.search(Path(f"/proc/{self._process.pid}/status").read_text())
            self._peak_mb = int(told[1]) // 1024 if told else self._peak_mb
        if self._peak_mb > self.function.memory_mb:
            self.kill("FunctionOOMError")
        elif _stored(self._scratch) > self.function.disk_mb * 1024 * 1024:
            # Assumed: the vendor has no word for this.
            self.kill("FunctionDiskFullError")

    def kill(self, why: str = "") -> None:
        """End the process and those that it started; whoever waits for its answer gets an error."""
        with self._lock:
            if self._killed is None:
                self._killed = why
        with suppress(ProcessLookupError):
            if self._process.returncode is None:
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the process and remove what it stored; of use to one that waits for no answer."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        shutil.rmtree(self._scratch, ignore_errors=True)


def _stored(folder: Path) -> int:
    """Return the bytes that files below a folder take of the disk."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(root, name).lstat().st_blocks * 512
    return total
