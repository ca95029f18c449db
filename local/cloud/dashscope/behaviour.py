"""Switches that make the stand-in misbehave as the real service can."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Channel = Literal["text", "look", "image", "poll", "download"]

# What any HTTP exchange can suffer. `reset` breaks the connection after the request was
# carried out, so that the caller cannot know whether it was.
HttpMode = Literal["normal", "http_error", "html_502", "drip", "reset", "arrears", "throttled"]
# What else can come of a model's words, and of an order of pictures.
WordsMode = Literal["moderate_all", "invalid_json", "thinks", "byte_order_mark"]
ImageMode = Literal["moderate_all", "fail_task", "moderate_output", "never_finish"]

_EVERYWHERE = get_args(HttpMode)
_ALLOWED: dict[Channel, tuple[str, ...]] = {
    "text": _EVERYWHERE + get_args(WordsMode),
    "look": _EVERYWHERE + get_args(WordsMode),
    "image": _EVERYWHERE + get_args(ImageMode),
    "poll": _EVERYWHERE,
    "download": _EVERYWHERE,
}


@dataclass(frozen=True)
class Conduct:
    """How to treat one request; the other fields are read by the modes that need them."""

    mode: str = "normal"
    status: int = 500
    code: str = "InternalError"
    seconds: float = 5.0


class DashScopeBehaviour:
    """The switches, one per channel; changed at any time, from any thread.

    `own`: modes that the project's answers know besides, by channel.
    """

    def __init__(self, own: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._own = own or {}
        self._lock = threading.Lock()
        self._conducts: dict[Channel, tuple[Conduct, int | None]] = {}

    def set(self, channel: Channel, mode: str, *, times: int | None = None, **about: Any) -> None:
        """Treat the next `times` requests of a channel like this, or all until changed.

        `status` and `code` belong to `http_error` (`code` to `fail_task` too), `seconds` is
        how long a `drip` takes. Raise ValueError for a mode that the channel does not have.
        """
        if mode not in (*_ALLOWED[channel], *self._own.get(channel, ())):
            raise ValueError(f"{channel} has no mode {mode!r}")
        with self._lock:
            self._conducts[channel] = (Conduct(mode, **about), times)

    def clear(self) -> None:
        """Behave again."""
        with self._lock:
            self._conducts.clear()

    def next(self, channel: Channel) -> Conduct:
        """Return how to treat this request, and use up one of its times."""
        with self._lock:
            conduct, left = self._conducts.get(channel, (Conduct(), None))
            if left is None:
                return conduct
            if left <= 1:
                self._conducts.pop(channel, None)
            else:
                self._conducts[channel] = (conduct, left - 1)
            return conduct if left > 0 else Conduct()
