"""Find the handler that s.yaml names, by the rule the build follows.

FC wants `file.method` with the file at the package root. The build writes such a root module for
every function, a single import of `functions.<module>.handler`; where it is absent, the same
import is made here directly.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    Handler = Callable[[bytes, Any], object]


class HandlerLoader(Protocol):
    """Turn `submit_trip.handler` into the callable; raise HandlerLoadError."""

    def __call__(self, handler: str, /) -> Handler:
        """Load one handler."""
        ...


class HandlerLoadError(Exception):
    """The handler cannot be loaded; FC answers the invocation with this as a function error."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


def load_handler(handler: str) -> Handler:
    """Import the module of `module.method` and return the method."""
    name, _, method = handler.rpartition(".")
    module = _import(name)
    found = getattr(module, method, None)
    if not callable(found):
        msg = f"Handler '{method}' is missing on module '{name}'"
        raise HandlerLoadError("HandlerNotFound", msg)
    return cast("Handler", found)


def _import(name: str) -> ModuleType:
    target = name if _is_root_module(name) else f"functions.{name}.handler"
    try:
        return importlib.import_module(target)
    except Exception as error:
        msg = f"Unable to import module '{name}'"
        raise HandlerLoadError("ImportModuleError", msg) from error


def _is_root_module(name: str) -> bool:
    # A bare folder of that name is found too, as a namespace package; it is no module file.
    spec = importlib.util.find_spec(name)
    return spec is not None and spec.origin is not None
