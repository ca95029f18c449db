"""Items planted in every list of which none can be dealt with: they raise, hang, or kill.

Whatever reads one of them does what the seed has drawn for it. In the end all of them are out of
their lists and noted under `dead/`; the promise, which `check_bad_items` holds, is that nothing
else is.
"""

import hashlib
from datetime import datetime, timedelta, timezone

from local.stack import MOUNT_BUCKET, STATE_BUCKET, LocalStack
from shared.ports import ObjectInfo
from shared.uploads.cursor import first_cursor
from tools.chaos.poison import CAMPAIGN, ERASURE, JOB, RESULT, TOLD, UPLOAD

_LINE = b'{"driver": "bad"}\n'
# Where each is noted in the end, below `dead/`.
NOTED = {
    JOB: "jobs",
    TOLD: "announcements",
    RESULT: "results",
    ERASURE: "erasures",
    UPLOAD: "uploads",
    CAMPAIGN: "campaigns",
}
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
