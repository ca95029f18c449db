"""Web functions in processes of their own: which instance takes a request, and when one ends."""

from __future__ import annotations

import shutil
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

from local.cloud.fc.interpreters import interpreter, start_command
from local.cloud.fc.process import ColdStart, base_environment
from local.cloud.fc.spec import FunctionSpec
from local.cloud.fc.web_instance import WebInstance

START_SECONDS = 120.0
_LOOK_SECONDS = 0.1
_DEFAULT = ("/code/bootstrap",)


class WebInstances:
    """Start an instance of a web function at the first request, and another where all are full.

    `folder` is for their log lines and scratch files. `environment` gives a function's variables,
    its own and FC's. `python` finds the interpreter that the platform would have, a `bare` one
    sees no site packages. An instance that does not listen within `start_s` seconds has failed.
    It ends once it was idle for `idle_s` seconds, or its function has changed and the last request
    is answered. `starts` has all cold starts so far.
    """

    def __init__(
        self,
        folder: Path,
        environment: Callable[[FunctionSpec], Mapping[str, str]],
        *,
        python: Callable[[str], Path] = interpreter,
        bare: bool = True,
        idle_s: float = 300.0,
        start_s: float = START_SECONDS,
    ) -> None:
        self.starts: list[ColdStart] = []
        self._environment, self._python, self._bare = environment, python, bare
        self._idle_s, self._start_s = idle_s, start_s
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder.resolve() / "functions.log"
        self._scratch = folder.resolve() / "scratch-web"
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._current: dict[tuple[str, str, str], FunctionSpec] = {}
        self._all: list[WebInstance] = []
        self._lock, self._stopped = threading.Lock(), threading.Event()
        threading.Thread(target=self._watch, name="fc-web-instances", daemon=True).start()

    def take(self, function: FunctionSpec) -> WebInstance:
        """Return an instance that listens, with one request more; `give` takes this back.

        Raise RefusedError 412 where it does not start.
        """
        with self._lock:
            if self._stopped.is_set():
                raise RuntimeError("the instances have been stopped")
            self._current[_key(function)] = function
            fitting = [each for each in self._all if _has_room(each, function)]
            instance = fitting[0] if fitting else self._started(function)
            if not fitting:
                self._all.append(instance)
            instance.requests += 1
        try:
            instance.wait()
        except BaseException:
            self.give(instance)
            raise
        return instance

    def give(self, instance: WebInstance) -> None:
        """Say that a request is answered."""
        with self._lock:
            instance.requests -= 1
            instance.idle_since = time.monotonic()
        self._clear()

    def running(self) -> tuple[WebInstance, ...]:
        """Return the instances that there are now; to `kill` one is to lose the machine."""
        with self._lock:
            return tuple(self._all)

    def stop(self) -> None:
        """End all instances, for good."""
        self._stopped.set()
        with self._lock:
            ended, self._all = self._all, []
        for instance in ended:
            instance.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _started(self, function: FunctionSpec) -> WebInstance:
        code, name = Path(function.code).resolve(), f"c-{uuid.uuid4().hex}"
        scratch, server = self._scratch / name, function.server
        first, *rest = (*(server.command or _DEFAULT), *server.args)
        # The platform has the code there.
        first = str(code / first.removeprefix("/code/")) if first.startswith("/code/") else first
        reserved = {"FC_FUNC_CODE_PATH": str(code), "FC_INSTANCE_ID": name}
        return WebInstance(
            function,
            start_command([first, *rest], self._python, bare=self._bare),
            {**base_environment(scratch), **self._environment(function), **reserved},
            scratch=scratch,
            log=self._log,
            start_s=self._start_s,
            on_start=self.starts.append,
        )

    def _watch(self) -> None:
        while not self._stopped.wait(_LOOK_SECONDS):
            for each in self.running():
                each.check()
            self._clear()

    def _clear(self) -> None:
        """End those that are of no use any more and answer nobody."""
        since = time.monotonic() - self._idle_s
        with self._lock:
            useless = [
                each
                for each in self._all
                if not each.requests
                and (
                    each.idle_since < since
                    or not each.is_alive
                    or self._current[_key(each.function)] != each.function
                )
            ]
            self._all = [each for each in self._all if each not in useless]
        for each in useless:
            each.close()


def _has_room(instance: WebInstance, function: FunctionSpec) -> bool:
    return (
        instance.function == function
        and instance.is_alive
        and instance.requests < function.concurrency
    )


def _key(function: FunctionSpec) -> tuple[str, str, str]:
    return function.name, function.qualifier, function.version
