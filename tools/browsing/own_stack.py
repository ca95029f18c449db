"""A local stack in a process of its own, which can be killed and started again as it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from local.own_keys import load_keys

ROOT = Path(__file__).parents[2]
_START_SECONDS = 90.0


class OwnStack:
    """`poster up` on a folder; `settings` are its shell's. The addresses stay the same."""

    def __init__(self, data: Path, **settings: str) -> None:
        self._data, self._settings = data, settings
        self._process: subprocess.Popen[str] | None = None
        self.urls: Mapping[str, str] = {}

    @property
    def data(self) -> Path:
        """The folder, as commands take it with --data."""
        return self._data

    @property
    def url(self) -> str:
        """The studio's address."""
        return f"{self.urls['app']}/studio"

    def token(self, subject: str, scope: str) -> str:
        """Return a token of the stack's identity service, for calls past the studio."""
        return load_keys(self._data).token(subject, scope)

    def start(self) -> OwnStack:
        """Start it and wait until it runs; RuntimeError with its own words where it does not."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **self._settings}  # noqa: TID251
        command = [sys.executable, "-m", "cli", "up", "--data", str(self._data), "--json"]
        self._data.parent.mkdir(parents=True, exist_ok=True)
        with self._data.with_suffix(".log").open("a") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        late = threading.Timer(_START_SECONDS, self.kill)
        late.start()
        told = self._told()
        late.cancel()
        if told is None:
            raise RuntimeError(f"the stack has not started; see {self._data.with_suffix('.log')}")
        self.urls = told["urls"]
        return self

    def _told(self) -> dict[str, Any] | None:
        """Return the JSON that it prints once it runs."""
        text = ""
        for line in self._process.stdout or () if self._process else ():
            text += line
            try:
                told: dict[str, Any] = json.loads(text)
            except ValueError:
                continue
            return told
        return None

    def kill(self) -> None:
        """End it and all its children at once, as a power cut would."""
        process, self._process = self._process, None
        if process is not None:
            with process, suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def __enter__(self) -> OwnStack:
        return self.start()

    def __exit__(self, *_: object) -> None:
        # What is still being painted need not be waited for.
        self.kill()
