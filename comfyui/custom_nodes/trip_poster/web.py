"""HTTP with the standard library: bounded in time and size, and interruptible.

A call runs in a thread of its own while the node looks after ComfyUI's interrupt and the total
deadline; urllib alone limits neither, only the pause between two bytes.
"""

from __future__ import annotations

import queue
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, IncompleteRead
from typing import Any
from urllib.parse import urlsplit

from .errors import ModelCallError, UncertainCallError, UnreachableError

_SLICE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 30.0
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Reply:
    """An HTTP answer of any status."""

    status: int
    data: bytes


class Deadline:
    """The moment by which everything a node does must be over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left, 0 at least."""
        return max(0.0, self._end - time.monotonic())

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the end; raises what ComfyUI raises on an interrupt."""
        until = time.monotonic() + min(seconds, self.left)
        while (rest := until - time.monotonic()) > 0:
            stop_if_interrupted()
            time.sleep(min(_SLICE_SECONDS, rest))


def call(
    url: str,
    *,
    deadline: Deadline,
    max_bytes: int,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    settle: Callable[[Reply | ModelCallError], None] = lambda _: None,
) -> Reply:
    """GET, or POST a body; follows no redirect.

    `settle` is told of the outcome even when an interrupt has left nobody to wait for it.
    Raises UnreachableError when nothing arrived, UncertainCallError when nobody can tell, and
    ModelCallError for an answer that is too large.
    """
    answers: queue.SimpleQueue[Reply | ModelCallError] = queue.SimpleQueue()
    request = urllib.request.Request(url, data=body, headers=dict(headers or {}))  # noqa: S310 is_safe() is asked before
    pause = max(0.1, min(_LONGEST_PAUSE_SECONDS, deadline.left))

    def exchange() -> None:
        outcome = _exchange(request, pause, deadline, max_bytes)
        try:
            settle(outcome)
        finally:
            answers.put(outcome)

    threading.Thread(target=exchange, daemon=True).start()
    while True:
        stop_if_interrupted()
        try:
            answer = answers.get(timeout=max(0.01, min(_SLICE_SECONDS, deadline.left)))
        except queue.Empty:
            if deadline.left:
                continue
            raise UncertainCallError(f"{_host(url)} did not answer in time") from None
        if isinstance(answer, Exception):
            raise answer
        return answer


def is_safe(url: str) -> bool:
    """Tell whether a key may go there: encrypted, or this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def stop_if_interrupted() -> None:
    """Raise ComfyUI's own exception when the user has asked for a stop."""
    try:
        from comfy.model_management import throw_exception_if_processing_interrupted
    except ImportError:  # not inside ComfyUI
        return
    throw_exception_if_processing_interrupted()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect as the answer: a key follows nobody to another host."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse."""


def _exchange(
    request: urllib.request.Request, pause: float, deadline: Deadline, max_bytes: int
) -> Reply | ModelCallError:
    host = _host(request.full_url)
    try:
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            response = opener.open(request, timeout=pause)
        except urllib.error.HTTPError as refusal:
            response = refusal
        with response:
            data = _read(response, deadline, max_bytes)
        if len(data) > max_bytes:
            return ModelCallError(f"{host} sent more than {max_bytes // 1_000_000 or 1} MB")
        return Reply(response.status, data)
    except (OSError, HTTPException, ValueError) as error:
        return _failure(error, host)


def _read(response: Any, deadline: Deadline, max_bytes: int) -> bytes:
    """Read to the end, or one byte too many, or until nobody waits any longer."""
    data = b""
    while len(data) <= max_bytes and deadline.left:
        chunk: bytes = response.read(min(65536, max_bytes + 1 - len(data)))
        if not chunk:
            break
        data += chunk
    if not deadline.left or (
        (getattr(response, "length", None) or 0) > 0 and len(data) <= max_bytes
    ):
        raise IncompleteRead(b"")
    return data


def _failure(error: Exception, host: str) -> ModelCallError:
    """Tell a request that cannot have arrived from one that may have."""
    reason = getattr(error, "reason", None)
    broken = isinstance(reason, ConnectionResetError | BrokenPipeError)
    if isinstance(error, urllib.error.URLError) and not broken:
        why = type(reason).__name__ if isinstance(reason, Exception) else "no connection"
        msg = (
            f"{host} cannot be reached ({why}). A service on EAS has no way out to the internet "
            "unless its VPC has a NAT gateway; without one let the functions call the model"
        )
        return UnreachableError(msg)
    return UncertainCallError(f"{host} broke off without an answer ({type(error).__name__})")


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the server"
