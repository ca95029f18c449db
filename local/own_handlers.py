"""Where the handlers of this project are: in packages, which the build gives root modules."""

import importlib.util

from local.cloud.fc.runtime import Handler, load
from local.cloud.fc.spec import FunctionSpec


def load_handler(function: FunctionSpec, /) -> Handler:
    """Import the handler of a function; raise HandlerLoadError."""
    return load(function.handler, _place)


def _place(name: str) -> str:
    """Return the root module of that name or, where the build has not written it, what it imports.

    A bare folder of that name is found too, as a namespace package; it is no module file.
    """
    spec = importlib.util.find_spec(name)
    built = spec is not None and spec.origin is not None
    return name if built else f"functions.{name}.handler"
