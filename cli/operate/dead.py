"""What nobody could handle: listed with its reason, and brought back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shared.announcements import outbox
from shared.announcements.events import notice_of
from shared.core import ids
from shared.core.errors import NotFoundError
from shared.jobs.erasures import bring_back
from shared.ports import every_object
from shared.seasons.model import active_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.operate.ports import Ports
    from local.printed import Say
    from shared.ports import ObjectInfo

_PREFIX, _NONE = "dead/", "nothing is dead"
# What a note may show: nothing that was sent by anybody.
_SHOWN = (
    "reason", "function", "condition", "subject", "task_id", "code", "tries",
    "vehicle", "campaign", "upload", "line",
)  # fmt: skip
# What is brought back by other hands; the note goes.
_BY_HAND = {
    "occasions": "plan the campaign: `poster season plan`",
    "shards": "look why, then `poster season start` goes on; if it was being planned, plan anew",
    "drivers": "plan the campaign anew to have this driver's trips in it",
    "trips": "`poster job repaint` its job, or leave it out",
    "uploads": "have the file put again, under another name",
    "lines": "have the line sent again, in another file",
    "vehicles": "have the render delivered again",
    "recalls": "give the same `poster vehicles recall` again",
}


def list_dead(*, ports: Ports, say: Say) -> None:
    """Print the keys of the dead with their reasons, the oldest first."""
    rows = []
    for item in sorted(_notes(ports), key=lambda item: item.modified_at):
        note = _note(item.key, ports)
        reason = {name: note[name] for name in _SHOWN if note.get(name)}
        rows.append({"since": item.modified_at, "key": item.key, "why": reason})
    say.table(rows, empty=_NONE, heads=False)


def revive(wanted: str, *, ports: Ports, say: Say) -> None:
    """Bring one or all back: messages into the outbox, jobs before the sweeper."""
    keys = [item.key for item in _notes(ports) if wanted in {"all", item.key}]
    if not keys and wanted != "all":
        raise NotFoundError(f"there is no {wanted} among the dead")
    rows = []
    for key in keys:
        rows.append({"key": key, "what": _bring_back(key, ports)})
        say.progress(f"{key}: {rows[-1]['what']}")
    if say.as_json or not rows:
        say.table(rows, empty=_NONE)


def _notes(ports: Ports) -> Iterator[ObjectInfo]:
    return (item for item in every_object(ports.state, _PREFIX) if item.key.endswith(".json"))


def _note(key: str, ports: Ports) -> dict[str, Any]:
    try:
        found = json.loads(ports.state.get(key, max_bytes=200_000) or b"{}")
    except ValueError:
        return {"reason": "unreadable"}
    return found if isinstance(found, dict) else {"reason": "unreadable"}


def _bring_back(key: str, ports: Ports) -> str:
    if key.startswith(outbox.DEAD):
        return _message(key, ports)
    note, of = _note(key, ports), key.split("/")[1]
    if of in _BY_HAND:
        _remove(key, ports)
        return f"removed; {_BY_HAND[of]}"
    if of in {"erasures", "erased", "forgotten", "campaigns"}:
        name = key.rpartition("/")[2].removesuffix(".json")
        if of == "campaigns":
            ports.state.put(active_key(name), b"")
        else:
            # One of its jobs or files has taken the erasure with it.
            bring_back(str(note.get("erasure") or name), state=ports.state)
        _remove(key, ports)
        return "is gone on with within a minute"
    subject = str(note.get("subject") or note.get("task_id") or "")
    named = ids.split_task_id(subject)
    job_id = named[0] if named else subject
    record = ports.jobs.load(job_id) if ids.is_job_id(job_id) else None
    if record is None:
        return "belongs to no job; it stays"
    if not record.status.is_closed:
        ports.jobs.mark_due(job_id)
    _remove(key, ports)
    return f"{record.status.value}; " + (
        "removed" if record.status.is_closed else "the next sweep looks at the job"
    )


def _message(key: str, ports: Ports) -> str:
    notice = notice_of(key.removeprefix(outbox.DEAD).removesuffix(".json"))
    mark = outbox.mark_of(notice, state=ports.state) if notice else None
    if notice is None or mark is None:
        return "nothing is remembered of it; it stays"
    outbox.enter_again(notice, mark, now=ports.clock.now(), state=ports.state)
    return "is told again"


def _remove(key: str, ports: Ports) -> None:
    """Take away a note and what lies beside it."""
    folder = key.rpartition("/")[0]
    if key.endswith("/why.json"):
        ports.state.delete(f"{folder}/body")
    else:
        ports.state.delete(f"{key.removesuffix('.json')}.body")
    ports.state.delete(key)
