"""Items planted in every list of which none can be dealt with: they raise, hang, or kill the stack.

Whatever reads one of them does what the seed has drawn for it. In the end all of them are out of
their lists and noted under `dead/`; the promise, which `check_bad_items` holds, is that nothing
else is.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from local.stack import MOUNT_BUCKET, STATE_BUCKET
from shared.adapters.oss_object_store import OssObjectStore
from shared.ports import ObjectInfo
from shared.uploads.cursor import first_cursor

if TYPE_CHECKING:
    from local.stack import LocalStack

_HANGS_SECONDS = 2.0
_LINE = b'{"driver": "bad"}\n'


def _job(name: str) -> str:
    return f"jbad{name}".ljust(32, "z")


JOB, TOLD, RESULT = _job("job"), _job("told"), _job("result")
ERASURE, CAMPAIGN, UPLOAD = "e" * 32, "spring-2020", "bad.jsonl"
# Where each is noted in the end, below `dead/`.
NOTED = {
    JOB: "jobs",
    TOLD: "announcements",
    RESULT: "results",
    ERASURE: "erasures",
    UPLOAD: "uploads",
    CAMPAIGN: "campaigns",
}
# Reading these is what does it; the others cannot be understood.
_READ = {JOB: "jobs/", TOLD: "jobs/", RESULT: "jobs/", UPLOAD: "uploads/trips/"}
NAMES = frozenset({JOB, TOLD, RESULT})
LISTS = ("open", "outbox", "erasing", "open-uploads", "campaigns/active")


def plant(stack: LocalStack) -> None:
    """Put every bad item into its list, once."""
    now = datetime.now(timezone.utc)
    objects = stack.objects
    if objects.folder(STATE_BUCKET).joinpath("dead", "planted").exists():
        return

    def put(key: str, data: bytes = b"", bucket: str = STATE_BUCKET) -> None:
        objects.put(bucket, key, data, content_type="application/json")

    for job_id in NAMES:
        put(f"jobs/{job_id}/000001.json", b"{}")
    put(f"open/{JOB}")
    put(f"outbox/{now - timedelta(minutes=1):%Y%m%dT%H%MZ}/{TOLD}-1-ready-0")
    stack.eas.sink.put(b"{}", {"task_id": f"{RESULT}-1"})
    put(f"erasing/{ERASURE}", b"{}")
    put(f"campaigns/active/{CAMPAIGN}")
    put(f"uploads/trips/{UPLOAD}", _LINE, MOUNT_BUCKET)
    # Begun: its event may be lost.
    etag = hashlib.md5(_LINE, usedforsecurity=False).hexdigest().upper()
    info = ObjectInfo(f"uploads/trips/{UPLOAD}", len(_LINE), now, etag)
    first = first_cursor(info, tenant="default", now=now)
    put(f"open-uploads/{first.upload_id}", first.model_dump_json().encode())
    put("dead/planted")


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
