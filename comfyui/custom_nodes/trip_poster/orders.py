"""Paid orders, remembered on disk and outside ComfyUI's cache, so that none is paid twice.

One file for each order, named by the digest of what was ordered. It is there, and empty, from
before the order is sent until the answer comes, which it then holds; so what was interrupted, or
evicted, or sent by another process, is found again. It holds no prompt and no key.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import ModelCallError, UncertainCallError

if TYPE_CHECKING:
    from .web import Deadline

FOLDER_VARIABLE = "TRIP_POSTER_ORDERS_FOLDER"
# As long as DashScope knows a task and keeps its picture.
KEPT_HOURS = 24
_FOLDER = "trip_poster_orders"
# One that was sent longer ago than this, and has no answer, will not get one.
_IN_FLIGHT_SECONDS = 60.0
_LOOK_AGAIN_SECONDS = 0.5


class Order:
    """What is to be ordered once: the same things are the same order."""

    def __init__(self, *what: object) -> None:
        digest = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
        self._path = _folder() / digest

    def answer(self, deadline: Deadline) -> bytes:
        """Return the answer that was paid for; empty when it is this caller's turn to send.

        Waits for the answer while another caller may still get it; raises UncertainCallError when
        it was sent and nobody knows what became of it.
        """
        while not self._claimed():
            known, age = self._read()
            if known:
                return known
            if age > _IN_FLIGHT_SECONDS or not deadline.left:
                sent = time.strftime("%Y-%m-%d %H:%M", time.localtime(time.time() - age))
                raise UncertainCallError(
                    f"this was ordered at {sent} and no answer is known: it may have been carried "
                    f"out, and paid, and is not ordered again for {KEPT_HOURS} hours. "
                    "Another seed orders, and pays, anew"
                )
            deadline.pause(_LOOK_AGAIN_SECONDS)
        return b""

    def keep(self, answer: bytes) -> None:
        """Remember the answer; where that fails the order still counts as sent."""
        part = self._path.with_suffix(f".{os.getpid()}.part")
        with contextlib.suppress(OSError):
            part.write_bytes(answer)
            part.replace(self._path)

    def forget(self) -> None:
        """Let it be sent again: it was refused, or ended without anything to pay."""
        self._path.unlink(missing_ok=True)

    def _claimed(self) -> bool:
        """Make the empty file; of several callers, in whatever process, one succeeds."""
        try:
            _remove_old(self._path.parent)
            with contextlib.suppress(FileExistsError):
                self._path.touch(exist_ok=False)
                return True
        except OSError as error:
            raise ModelCallError(
                f"orders cannot be remembered ({type(error).__name__}), so nothing was ordered; "
                f"let {FOLDER_VARIABLE} name a folder that ComfyUI may write"
            ) from None
        return False

    def _read(self) -> tuple[bytes, float]:
        """Return the answer so far and its age in seconds; an order just forgotten has none."""
        try:
            return self._path.read_bytes(), time.time() - self._path.stat().st_mtime
        except FileNotFoundError:
            return b"", 0.0


def _folder() -> Path:
    named = os.environ.get(FOLDER_VARIABLE, "").strip()  # noqa: TID251 a node has no settings module
    if named:
        return Path(named)
    import folder_paths  # ComfyUI's own module; there only while it runs

    return Path(folder_paths.user_directory) / _FOLDER


def _remove_old(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    oldest = time.time() - KEPT_HOURS * 3600
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another process was faster
            if path.stat().st_mtime < oldest:
                path.unlink()
