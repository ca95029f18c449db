"""JSON to a model, whatever the event."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.core.errors import MalformedRequestError


class AboutOneJob:
    """An event about one job; the lines of its invocation belong together."""

    def named(self) -> tuple[str, str] | None:
        """Return the job's id and its trace, where the event tells them by itself."""
        return None


_E = TypeVar("_E", bound=BaseModel)


def parse(model: type[_E], event: bytes) -> _E:
    """Return the event as a model; MalformedRequestError names the fields that are wrong."""
    try:
        return model.model_validate(_json(event))
    except ValidationError as error:
        fields = sorted({".".join(map(str, e["loc"])) for e in error.errors()})
        msg = f"the event has not the shape of {model.__name__.strip('_')}: {', '.join(fields)}"
        raise MalformedRequestError(msg) from None


def as_a(model: type[_E]) -> Callable[[bytes], _E]:
    """Return what parses events of this shape."""
    return functools.partial(parse, model)


def _json(event: bytes) -> Any:
    try:
        found = json.loads(event)
        if b"\\ud" in event.lower():
            # Half of a surrogate pair, which nothing behind here could store or send.
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise MalformedRequestError("the event is not JSON") from error
    return found
