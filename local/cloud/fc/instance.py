"""One instance of a function: a process that runs an event at a time, within its limits."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from local.cloud.fc.process import ColdStart, Launch, LimitedProcess
from local.cloud.fc.runtime import FunctionFailedError, error_body


class Instance(LimitedProcess):
    """A process of a function that reads events and answers them."""

    def __init__(self, launch: Launch, *, on_start: Callable[[ColdStart], object]) -> None:
        super().__init__(launch, piped=True)
        self._on_start, self._imported = on_start, False

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
        ms = round((time.monotonic() - self.begun) * 1000)
        self._on_start(ColdStart(self.function.name, ms, self.peak_mb))

    def _exchange(self, asked: str) -> bytes:
        begun, answer = time.monotonic(), ""
        with suppress(BrokenPipeError):
            if asked:
                print(asked, file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline() if self._process.stdout else ""
        self.check()
        if self.killed is not None or not answer.endswith("\n"):
            self.kill()
            # Assumed: that the error type of FC's request log is in the body too.
            raise FunctionFailedError(
                error_body(self.exited(time.monotonic() - begun), self.killed or "")
            )
        told, well = json.loads(answer)
        if not well:
            raise FunctionFailedError(base64.b64decode(told))
        return base64.b64decode(told)
