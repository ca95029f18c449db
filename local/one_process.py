"""What all functions of a local stack share, and why a process has one stack at a time."""

from __future__ import annotations

import json
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from local import keys
from shared import bootstrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ADDRESS_FILE = "stack.json"
_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def alone() -> Iterator[None]:
    """Keep other stacks out: all functions of a process read the one environment it has."""
    if not _ONE_AT_A_TIME.acquire(blocking=False):
        msg = "another local stack runs in this process; both would have the same settings"
        raise RuntimeError(msg)
    try:
        yield
    finally:
        _ONE_AT_A_TIME.release()


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables of this process, as the platform does for an instance, and put them back."""
    before = dict(os.environ)  # noqa: TID251 - here the local stack is the platform
    bootstrap.reset()
    os.environ.update(variables)  # noqa: TID251
    try:
        yield
    finally:
        os.environ.clear()  # noqa: TID251
        os.environ.update(before)  # noqa: TID251
        bootstrap.reset()


@contextmanager
def address_file(
    folder: Path, urls: Mapping[str, str], variables: Mapping[str, str]
) -> Iterator[None]:
    """Say where the stack is and how its functions are set, as long as it runs."""
    path = folder / ADDRESS_FILE
    folder.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    role = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": keys.ACCESS_KEY_ID,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": keys.ACCESS_KEY_SECRET,
    }
    told = {"urls": dict(urls), "environment": {**variables, **role}}
    path.write_text(json.dumps(told, indent=1))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
