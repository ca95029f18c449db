"""FC's runtime for Python: finds a handler, calls it, and words its answer or its error.

As a program it is one instance: it imports its handler, then reads an event a line, and writes an
answer as a line for each of these. Its arguments are the folder of the code, the handler and the
MB of its disk. It is run by another interpreter and imports nothing but what that folder holds.
What handlers print goes to stderr.
"""

from __future__ import annotations

import base64
import importlib
import json
import logging
import os
import resource
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

Handler = Callable[[bytes, Any], object]


class HandlerLoadError(Exception):
    """The handler cannot be loaded; FC answers the invocation with this as a function error."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


class FunctionFailedError(Exception):
    """A handler failed elsewhere; `body` is the error as FC's API answers it."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body.decode("utf-8", "replace"))
        self.body = body


def load(handler: str, place: Callable[[str], str] = str) -> Handler:
    """Import `module.method`; `place` says where the module of that name is."""
    name, _, method = handler.rpartition(".")
    try:
        module = importlib.import_module(place(name))
    except Exception as error:  # a module runs as it is imported, and raises what it likes
        msg = f"Unable to import module '{name}'"
        raise HandlerLoadError("ImportModuleError", msg) from error
    found: Any = getattr(module, method, None)
    if not callable(found):
        msg = f"Handler '{method}' is missing on module '{name}'"
        raise HandlerLoadError("HandlerNotFound", msg)
    return found  # type: ignore[no-any-return]


def answered(find: Callable[[], Handler], event: bytes, context: object) -> tuple[bytes, bool]:
    """Return what a handler answers, or its error, and whether it is an answer."""
    try:
        value = find()(event, context)
        if isinstance(value, (bytes, bytearray)):
            return bytes(value), True
        return (value if isinstance(value, str) else json.dumps(value)).encode(), True
    except FunctionFailedError as error:
        return error.body, False
    except HandlerLoadError as error:
        return error_body(str(error), error.error_type, error.__cause__ or error), False
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a handler raises what it likes
        return error_body(str(error), type(error).__name__, error), False


def error_body(message: str, error_type: str = "", error: BaseException | None = None) -> bytes:
    """Word an error as FC's API does."""
    body: dict[str, object] = {"errorMessage": message}
    if error_type:
        frames = traceback.extract_tb(error.__traceback__) if error else []
        body["errorType"] = error_type
        body["stackTrace"] = [
            [f'File "{each.filename}"', f"line {each.lineno}", f"in {each.name}", each.line or ""]
            for each in frames
        ]
    return json.dumps(body, ensure_ascii=False).encode()


def as_context(told: dict[str, Any]) -> SimpleNamespace:
    """Return a context with attributes, as the runtime hands it over."""
    parts = {k: SimpleNamespace(**v) if isinstance(v, dict) else v for k, v in told.items()}
    if "credentials" in told:
        return SimpleNamespace(**parts)
    logger = logging.getLogger(f"fc.{told['function']['name']}")
    return SimpleNamespace(**parts, logger=logger, getLogger=lambda: logger)


def main() -> None:
    """Serve until stdin ends, and then end at once."""
    code, handler, disk_mb = sys.argv[1:]
    sys.path.insert(0, code)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(disk_mb) * 1024 * 1024,) * 2)
    events, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    found: list[Handler] = []

    def start(_event: bytes, _context: object) -> bytes:
        found.append(load(handler))
        return b""

    def tell(body: bytes, well: bool) -> None:
        answers.write(json.dumps([base64.b64encode(body).decode(), well]) + "\n")
        answers.flush()

    tell(*answered(lambda: start, b"", None))
    for line in _until_the_end(events):
        asked = json.loads(line)
        event, context = base64.b64decode(asked["event"]), as_context(asked["context"])
        tell(*answered(lambda: found[0], event, context))


def _until_the_end(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines; after the last one the platform is gone, and nothing runs on."""
    waiting: SimpleQueue[str] = SimpleQueue()

    def read() -> None:
        for line in lines:
            waiting.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield waiting.get()


if __name__ == "__main__":
    main()
