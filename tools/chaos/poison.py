"""Items of which none can be dealt with: whatever reads one raises, hangs, or is killed."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import Any

from shared.adapters.oss_object_store import OssObjectStore

_HANGS_SECONDS = 2.0


def _job(name: str) -> str:
    return f"jbad{name}".ljust(32, "z")


JOB, TOLD, RESULT = _job("job"), _job("told"), _job("result")
ERASURE, CAMPAIGN, UPLOAD = "e" * 32, "spring-2020", "bad.jsonl"
# Reading these is what does it; the others cannot be understood.
_READ = {JOB: "jobs/", TOLD: "jobs/", RESULT: "jobs/", UPLOAD: "uploads/trips/"}


def poison(seed: str, *, calm: bool) -> None:
    """Let whoever reads a bad item suffer; in the calm nobody would start the stack again."""
    draw = random.Random(f"{seed}/bad items")  # noqa: S311 - faults, no secrets
    acts = {name: draw.choice((_raise, _raise, _kill, _hang)) for name in _READ}
    for method in ("get", "read_range"):
        plain = getattr(OssObjectStore, method)

        def read(self: Any, key: str, *rest: Any, plain: Any = plain, **options: Any) -> Any:
            bad = next((name for name in _READ if key.startswith(_READ[name] + name)), None)
            if bad:
                (_raise if calm else acts[bad])()
            return plain(self, key, *rest, **options)

        setattr(OssObjectStore, method, read)


def _raise() -> None:
    msg = "a bad item"
    raise RuntimeError(msg)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _hang() -> None:
    # As long as a platform waits, in this world.
    time.sleep(_HANGS_SECONDS)
    _kill()
