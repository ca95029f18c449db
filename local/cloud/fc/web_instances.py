"""Web functions in processes of their own: which instance takes a request, and when one ends."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local.cloud.fc.interpreters import start_command
from local.cloud.fc.process import Processes
from local.cloud.fc.spec import FunctionSpec
from local.cloud.fc.web_instance import WebInstance

START_SECONDS = 120.0
_DEFAULT = ("/code/bootstrap",)


class WebInstances(Processes):
    """Start an instance of a web function at the first request, and another where all are full.

    An instance that does not listen within `start_s` seconds has failed. One ends, too, where its
    function has changed, once the last request is answered.
    """

    _FOLDER = "scratch-web"

    def __init__(
        self,
        folder: Path,
        environment: Callable[[FunctionSpec], Mapping[str, str]],
        *,
        start_s: float = START_SECONDS,
        **more: Any,
    ) -> None:
        self._start_s = start_s
        self._all: list[WebInstance] = []
        super().__init__(folder, environment, **more)

    def take(self, function: FunctionSpec) -> WebInstance:
        """Return an instance that listens, with one request more; `give` takes this back.

        Raise RefusedError 412 where it does not start.
        """
        with self._lock:
            self._ask_for(function)
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
        code, server = Path(function.code).resolve(), function.server
        first, *rest = (*(server.command or _DEFAULT), *server.args)
        # The platform has the code there.
        first = str(code / first.removeprefix("/code/")) if first.startswith("/code/") else first
        command = start_command([first, *rest], self._python, bare=self._bare)
        launch = self._launch(function, code, command)
        return WebInstance(launch, start_s=self._start_s, on_start=self.starts.append)

    def _look(self) -> None:
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
                if not each.requests and (each.idle_since < since or not self._is_current(each))
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
