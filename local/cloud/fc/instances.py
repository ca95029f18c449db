"""Handlers in processes of their own, out of the folder of their code: what is deployed is run."""

from __future__ import annotations

import os
import shutil
import stat
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from local.cloud.fc.instance import Instance
from local.cloud.fc.process import Processes
from local.cloud.fc.spec import FunctionSpec

_RUNTIME = Path(__file__).with_name("runtime.py")
# Nothing of the interpreter that runs the stack reaches an instance.
_NOT_PASSED_ON = ("PYTHON", "VIRTUAL_ENV")


class Instances(Processes):
    """Start an instance of a function where none is idle, and keep it for the next event.

    One ends at the next event, too, where its function has changed meanwhile.
    """

    def __init__(
        self, folder: Path, environment: Callable[[FunctionSpec], Mapping[str, str]], **more: Any
    ) -> None:
        self._all: set[Instance] = set()
        self._idle: list[Instance] = []
        super().__init__(folder, environment, **more)

    def __call__(self, function: FunctionSpec, /) -> InstanceRun:
        """Return what runs the function once, in an instance."""
        return InstanceRun(self, function)

    def stop(self) -> None:
        """End all instances, for good."""
        self._stopped.set()
        with self._lock:
            running, idle, self._idle = self._all - {*self._idle}, self._idle, []
        for instance in running:
            # Whoever waits for its answer closes it.
            instance.kill()
        for instance in idle:
            self._end(instance)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def busy(self) -> tuple[Instance, ...]:
        """Return the instances that handle an event now; to `kill` one is to lose the machine."""
        with self._lock:
            return tuple(self._all.difference(self._idle))

    def take(self, function: FunctionSpec) -> Instance:
        """Return an instance that nobody else has; `give` takes it back."""
        python = self._python(function.runtime)
        with self._lock:
            self._ask_for(function)
            useless = [each for each in self._idle if not self._is_current(each)]
            fitting = [each for each in self._idle if each.function == function and each.is_alive]
            instance = fitting[-1] if fitting else self._started(function, python)
            self._idle = [each for each in self._idle if each not in (*useless, instance)]
            self._all.add(instance)
        for each in useless:
            self._end(each)
        return instance

    def give(self, instance: Instance) -> None:
        """Keep an instance for the next event, or end it."""
        with self._lock:
            keep = self._is_current(instance) and not self._stopped.is_set()
            if keep:
                instance.idle_since = time.monotonic()
                self._idle.append(instance)
        if not keep:
            self._end(instance)

    def _end(self, instance: Instance) -> None:
        instance.close()
        with self._lock:
            self._all.discard(instance)

    def _started(self, function: FunctionSpec, python: Path) -> Instance:
        code = Path(function.code).resolve()
        # A read-only folder gets no compiled files either, whoever runs this.
        own = [
            *(["-S"] if self._bare else []),
            *([] if code.stat().st_mode & stat.S_IWUSR else ["-B"]),
        ]
        told = [str(_RUNTIME), str(code), function.handler, str(function.disk_mb)]
        command = [str(python.absolute()), "-I", *own, "-X", "utf8", *told]
        return Instance(self._launch(function, code, command), on_start=self.starts.append)

    def _look(self) -> None:
        since = time.monotonic() - self._idle_s
        with self._lock:
            old = [each for each in self._idle if each.idle_since < since]
            self._idle = [each for each in self._idle if each not in old]
            running = self._all.difference(old)
        for each in old:
            self._end(each)
        for each in running:
            each.check()


class InstanceRun:
    """A handler for one event, in an instance; `end` ends it from another thread."""

    def __init__(self, instances: Instances, function: FunctionSpec) -> None:
        self._instances, self._function = instances, function
        self._instance: Instance | None = None
        self._lock, self._ended = threading.Lock(), False

    def __call__(self, event: bytes, context: Any) -> bytes:
        """Return what the function answers; raise FunctionFailedError with its error."""
        instance = self._instances.take(self._function)
        try:
            self._hold(instance)
            return instance.run(event, _plain(context))
        finally:
            self._hold(None)
            self._instances.give(instance)

    def end(self) -> None:
        """End the instance, whatever it does: the event has timed out."""
        with self._lock:
            # Under the lock it is not one that was given back.
            self._ended = True
            if self._instance:
                self._instance.kill("FunctionTimeoutError")

    def _hold(self, instance: Instance | None) -> None:
        with self._lock:
            self._instance = instance
        if instance and self._ended:
            self.end()


def inherited() -> dict[str, str]:
    """Return this process's variables, but for those of its own interpreter."""
    return {
        name: value
        for name, value in os.environ.items()  # noqa: TID251 - here the local stack is the platform
        if not name.startswith(_NOT_PASSED_ON)
    }


def _plain(context: Any) -> dict[str, Any]:
    """Return a context as JSON has it; its logger stays behind."""
    return {
        name: vars(value) if isinstance(value, SimpleNamespace) else value
        for name, value in vars(context).items()
        if name not in {"logger", "getLogger"}
    }
