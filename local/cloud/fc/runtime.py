"""FC's runtime for Python: finds a handler, calls it, and words its answer or its error.

As a program it is one instance: it reads an event a line and writes the answer as a line. It is
run by another interpreter, with the folder of the code as argument, and imports nothing but what
that folder holds. What handlers print goes to stderr.
"""

from __future__ import annotations

import base64
import importlib
import json
import logging
import os
import sys
import traceback
from collections.abc import Callable
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
    """Serve until stdin ends."""
    sys.path.insert(0, sys.argv[1])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        asked = json.loads(line)
        event, context = base64.b64decode(asked["event"]), as_context(asked["context"])
        body, well = answered(lambda: load(asked["handler"]), event, context)  # noqa: B023
        answers.write(json.dumps([base64.b64encode(body).decode(), well]) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
