"""Handlers in processes of their own, out of a folder of code: what is deployed is run."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import threading
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from local.cloud.fc.runtime import FunctionFailedError, Handler, error_body
from local.cloud.fc.spec import FunctionSpec

_RUNTIME = Path(__file__).with_name("runtime.py")
# Nothing of the interpreter that runs the stack reaches an instance.
_NOT_PASSED_ON = ("PYTHON", "VIRTUAL_ENV")


class Instances:
    """Start an interpreter for a handler where none is idle, and keep it for the next event.

    `code` is the folder of the code, `python` the interpreter, `log` where their log lines go,
    `environment` what they have besides this process's variables. `bare`: the interpreter does not
    see its site packages, only what the code brings along.
    """

    def __init__(
        self,
        code: Path,
        python: Path,
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        bare: bool = True,
    ) -> None:
        self._log, self._environment = log, environment or {}
        flags = ["-I", *(["-S"] if bare else []), "-X", "utf8"]
        self._code = code.resolve()
        self._command = [str(python.absolute()), *flags, str(_RUNTIME), str(self._code)]
        self._idle: dict[str, list[subprocess.Popen[str]]] = defaultdict(list)
        self._all: list[subprocess.Popen[str]] = []
        self._lock = threading.Lock()

    def __call__(self, function: FunctionSpec, /) -> Handler:
        """Return what runs the function in an instance."""
        return partial(self._run, function.handler)

    def stop(self) -> None:
        """End all instances."""
        with self._lock:
            running, self._all = self._all, []
            self._idle.clear()
        for process in running:
            process.kill()
            process.communicate()

    def _run(self, handler: str, event: bytes, context: Any) -> bytes:
        process = self._take(handler)
        asked = {
            "handler": handler,
            "event": base64.b64encode(event).decode(),
            "context": _plain(context),
        }
        answer = ""
        with suppress(BrokenPipeError):
            print(json.dumps(asked), file=process.stdin, flush=True)
            answer = process.stdout.readline() if process.stdout else ""
        if not answer:
            raise FunctionFailedError(error_body("the instance ended before it answered", "Exit"))
        with self._lock:
            self._idle[handler].append(process)
        told, well = json.loads(answer)
        body = base64.b64decode(told)
        if not well:
            raise FunctionFailedError(body)
        return body

    def _take(self, handler: str) -> subprocess.Popen[str]:
        with self._lock:
            if self._idle[handler]:
                return self._idle[handler].pop()
        environment = {
            name: value
            for name, value in os.environ.items()  # noqa: TID251 - here the local stack is the platform
            if not name.startswith(_NOT_PASSED_ON)
        } | {**self._environment}
        with self._log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - ourselves
                self._command,
                cwd=self._code,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        with self._lock:
            self._all.append(process)
        return process


def _plain(context: Any) -> dict[str, Any]:
    """Return a context as JSON has it; its logger stays behind."""
    return {
        name: vars(value) if isinstance(value, SimpleNamespace) else value
        for name, value in vars(context).items()
        if name not in {"logger", "getLogger"}
    }
