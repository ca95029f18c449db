"""A process of a function, held to the memory and the disk that the function has."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local.cloud.fc.spec import FunctionSpec

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class ColdStart:
    """A start that went well: `ms` from the process until it is ready, `mb` it then had."""

    function: str
    ms: int
    mb: int


class LimitedProcess:
    """A process of a function in its folder; `scratch` is its TMPDIR, and goes with it.

    What it writes goes to the end of `log`; with `piped` its standard output is read here.
    """

    def __init__(
        self,
        function: FunctionSpec,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        scratch: Path,
        log: Path,
        piped: bool,
    ) -> None:
        self.function, self.idle_since, self.peak_mb = function, 0.0, 0
        self.killed: str | None = None
        self._scratch, self._lock = scratch, threading.Lock()
        scratch.mkdir(parents=True)
        self.begun = time.monotonic()
        with log.open("ab") as lines:
            self._process = subprocess.Popen(  # noqa: S603 - what the function's definition says
                command,
                cwd=function.code,
                env=dict(environment),
                stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
                stdout=subprocess.PIPE if piped else lines,
                stderr=lines,
                text=True,
                start_new_session=True,
            )

    @property
    def is_alive(self) -> bool:
        """Whether it can take an event."""
        return self.killed is None and self._process.poll() is None

    def exited(self, seconds: float) -> str:
        """Word the end of the process within a request as FC does."""
        used = f"(duration: {round(seconds * 1000)}ms, maxMemoryUsage: {self.peak_mb}MB)"
        return f"Process exited unexpectedly before completing request {used}"

    def check(self) -> None:
        """Kill the process if it has taken more memory or disk than its function has."""
        if self.killed is not None or self._process.returncode is not None:
            return
        with suppress(OSError):
            told = _PEAK.search(Path(f"/proc/{self._process.pid}/status").read_text())
            self.peak_mb = int(told[1]) // 1024 if told else self.peak_mb
        if self.peak_mb > self.function.memory_mb:
            self.kill("FunctionOOMError")
        elif _stored(self._scratch) > self.function.disk_mb * 1024 * 1024:
            # Assumed: the vendor has no word for this.
            self.kill("FunctionDiskFullError")

    def kill(self, why: str = "") -> None:
        """End the process and those that it started; whoever waits for its answer gets an error."""
        with self._lock:
            if self.killed is None:
                self.killed = why
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


def base_environment(scratch: Path) -> dict[str, str]:
    """Return the variables that every instance has, whatever its function says."""
    usual = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"}
    return {**usual, "HOME": str(scratch), "TMPDIR": str(scratch)}


def _stored(folder: Path) -> int:
    """Return the bytes that files below a folder take of the disk."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(root, name).lstat().st_blocks * 512
    return total
