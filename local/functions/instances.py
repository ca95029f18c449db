"""Handlers in processes of their own, out of an unpacked artifact: what is deployed is run."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import subprocess
import threading
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from local.functions.handlers import Handler

_WORKER = __file__.replace("instances.py", "instance_worker.py")
# Nothing of the interpreter that runs the stack reaches an instance.
_NOT_PASSED_ON = ("PYTHON", "VIRTUAL_ENV")


class FunctionFailedError(Exception):
    """The handler raised, or its process ended; the message is the function's own."""


class Instances:
    """Start an interpreter for a handler where none is idle, and keep it for the next event.

    `code` is the artifact's folder, `python` the interpreter of its runtime, `log` where their log
    lines go. The interpreter sees neither site packages nor this project: only what the artifact
    brings along.
    """

    def __init__(self, code: Path, python: Path, *, log: Path) -> None:
        self._log = log
        self._command = [str(python), "-I", "-S", "-X", "utf8", _WORKER, str(code)]
        self._idle: dict[str, list[subprocess.Popen[str]]] = defaultdict(list)
        self._all: list[subprocess.Popen[str]] = []
        self._lock = threading.Lock()

    def __call__(self, handler: str) -> Handler:
        """Return what runs `module.method` in an instance."""

        def run(event: bytes, context: Any) -> object:
            return self._run(handler, event, context)

        return run

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
            raise FunctionFailedError("the instance ended before it answered")
        with self._lock:
            self._idle[handler].append(process)
        told = json.loads(answer)
        if told["error"]:
            raise FunctionFailedError(told["error"])
        return base64.b64decode(told["answer"])

    def _take(self, handler: str) -> subprocess.Popen[str]:
        with self._lock:
            if self._idle[handler]:
                return self._idle[handler].pop()
        environment = {
            name: value
            for name, value in os.environ.items()  # noqa: TID251 - here the local stack is the platform
            if not name.startswith(_NOT_PASSED_ON)
        }
        with self._log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - ourselves
                self._command,
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
    fields = {f.name: getattr(context, f.name) for f in dataclasses.fields(context)}
    fields.pop("logger", None)
    return {
        name: dataclasses.asdict(value) if dataclasses.is_dataclass(value) else value  # type: ignore[arg-type]
        for name, value in fields.items()
    }
