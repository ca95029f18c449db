"""Handlers in processes of their own, out of the folder of their code: what is deployed is run."""

from __future__ import annotations

import os
import shutil
import stat
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from local.cloud.fc.instance import Instance
from local.cloud.fc.interpreters import interpreter
from local.cloud.fc.process import ColdStart, base_environment
from local.cloud.fc.spec import FunctionSpec

_RUNTIME = Path(__file__).with_name("runtime.py")
# Nothing of the interpreter that runs the stack reaches an instance.
_NOT_PASSED_ON = ("PYTHON", "VIRTUAL_ENV")
_LOOK_SECONDS = 0.1


class Instances:
    """Start an instance of a function where none is idle, and keep it for the next event.

    `folder` is for their log lines and scratch files. `environment` gives a function's variables;
    PATH, HOME, LANG, TZ and TMPDIR have values where it gives none. `python` finds the interpreter
    of a runtime; a `bare` one sees the code and no site packages. An instance ends once it was idle
    for `idle_s` seconds, and at the next event where its function has changed meanwhile. `starts`
    has all cold starts so far.
    """

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
        self._environment, self._python, self._idle_s = environment, python, idle_s
        self._flags = ["-I", *(["-S"] if bare else []), "-X", "utf8"]
        self._log, self._scratch = folder.resolve() / "functions.log", folder.resolve() / "scratch"
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._current: dict[tuple[str, str, str], FunctionSpec] = {}
        self._all: set[Instance] = set()
        self._idle: list[Instance] = []
        self._lock, self._stopped = threading.Lock(), threading.Event()
        threading.Thread(target=self._watch, name="fc-instances", daemon=True).start()

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
            if self._stopped.is_set():
                raise RuntimeError("the instances have been stopped")
            self._current[_key(function)] = function
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

    def _is_current(self, instance: Instance) -> bool:
        """Say whether an instance is of use: it lives, and its function has not changed."""
        function = instance.function
        return instance.is_alive and self._current[_key(function)] == function

    def _end(self, instance: Instance) -> None:
        instance.close()
        with self._lock:
            self._all.discard(instance)

    def _started(self, function: FunctionSpec, python: Path) -> Instance:
        code, name = Path(function.code).resolve(), f"c-{uuid.uuid4().hex}"
        scratch = self._scratch / name
        # A read-only folder gets no compiled files either, whoever runs this.
        flags = self._flags if code.stat().st_mode & stat.S_IWUSR else [*self._flags, "-B"]
        told = [str(_RUNTIME), str(code), function.handler, str(function.disk_mb)]
        reserved = {"FC_FUNC_CODE_PATH": str(code), "FC_INSTANCE_ID": name}
        return Instance(
            function,
            [str(python.absolute()), *flags, *told],
            {**base_environment(scratch), **self._environment(function), **reserved},
            scratch=scratch,
            log=self._log,
            on_start=self.starts.append,
        )

    def _watch(self) -> None:
        while not self._stopped.wait(_LOOK_SECONDS):
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


def _key(function: FunctionSpec) -> tuple[str, str, str]:
    return function.name, function.qualifier, function.version


def _plain(context: Any) -> dict[str, Any]:
    """Return a context as JSON has it; its logger stays behind."""
    return {
        name: vars(value) if isinstance(value, SimpleNamespace) else value
        for name, value in vars(context).items()
        if name not in {"logger", "getLogger"}
    }
