"""A process of a function, held to the memory and the disk that the function has."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local.cloud.fc.interpreters import interpreter
from local.cloud.fc.spec import FunctionSpec

_LOOK_SECONDS = 0.1
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class ColdStart:
    """A start that went well: `ms` from the process until it is ready, `mb` it then had."""

    function: str
    ms: int
    mb: int


@dataclass(frozen=True)
class Launch:
    """How a process of a function begins: `scratch` is its TMPDIR, `log` has what it writes."""

    function: FunctionSpec
    command: Sequence[str]
    environment: Mapping[str, str]
    scratch: Path
    log: Path


class LimitedProcess:
    """A process of a function in its folder; its scratch goes with it.

    What it writes goes to the end of the log; with `piped` its standard output is read here.
    """

    def __init__(self, launch: Launch, *, piped: bool) -> None:
        self.function, self.idle_since, self.peak_mb = launch.function, 0.0, 0
        self.killed: str | None = None
        self._scratch, self._lock = launch.scratch, threading.Lock()
        self._scratch.mkdir(parents=True)
        self.begun = time.monotonic()
        with launch.log.open("ab") as lines:
            self._process = subprocess.Popen(  # noqa: S603 - what the function's definition says
                launch.command,
                cwd=self.function.code,
                env=dict(launch.environment),
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


class Processes:
    """What the processes of functions have in common: settings, places, cold starts.

    `folder` is for their log lines and scratch files. `environment` gives a function's variables;
    PATH, HOME, LANG, TZ and TMPDIR have values where it gives none. `python` finds the interpreter
    of a runtime; a `bare` one sees the code and no site packages. One that was idle for `idle_s`
    seconds ends. `starts` has all cold starts so far.
    """

    _FOLDER = "scratch"

    def __init__(
        self,
        folder: Path,
        environment: Callable[[FunctionSpec], Mapping[str, str]],
        *,
        python: Callable[[str], Path] = interpreter,
        bare: bool = True,
        idle_s: float = 300.0,
    ) -> None:
        self.starts: list[ColdStart] = []
        self._environment, self._python = environment, python
        self._bare, self._idle_s = bare, idle_s
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder.resolve() / "functions.log"
        self._scratch = folder.resolve() / self._FOLDER
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._current: dict[tuple[str, str, str], FunctionSpec] = {}
        self._lock, self._stopped = threading.Lock(), threading.Event()
        threading.Thread(target=self._watch, name=type(self).__name__, daemon=True).start()

    def _watch(self) -> None:
        while not self._stopped.wait(_LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        """End those that are of no use, and check all others; called all the time."""
        raise NotImplementedError

    def _ask_for(self, function: FunctionSpec) -> None:
        """Note that the function is as this from now on; under the lock."""
        if self._stopped.is_set():
            raise RuntimeError("the instances have been stopped")
        self._current[_key(function)] = function

    def _is_current(self, process: LimitedProcess) -> bool:
        """Say whether a process is of use: it lives, and its function has not changed."""
        return process.is_alive and self._current[_key(process.function)] == process.function

    def _launch(self, function: FunctionSpec, code: Path, command: Sequence[str]) -> Launch:
        name = f"c-{uuid.uuid4().hex}"
        scratch = self._scratch / name
        usual = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"}
        own = {"HOME": str(scratch), "TMPDIR": str(scratch), **self._environment(function)}
        reserved = {"FC_FUNC_CODE_PATH": str(code), "FC_INSTANCE_ID": name}
        return Launch(function, command, {**usual, **own, **reserved}, scratch, self._log)


def _key(function: FunctionSpec) -> tuple[str, str, str]:
    return function.name, function.qualifier, function.version


def _stored(folder: Path) -> int:
    """Return the bytes that files below a folder take of the disk."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(root, name).lstat().st_blocks * 512
    return total
