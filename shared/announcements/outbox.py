"""The outbox in the bucket: entries by the minute they are due, and what is remembered of each.

`outbox/{due minute}/{message_id}-{n}` is empty; `announced/{message_id}` says which entry counts
and holds the bytes, from the first try on. The entry that counts exists as long as the message
waits: the next one is created, the mark is moved on to it, and only then the old one goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal

from pydantic import AwareDatetime

from shared.announcements.events import Notice, notice_of
from shared.core.models import Stored, known
from shared.ports import ObjectStore, every_object

PREFIX, REMEMBERED, DEAD = "outbox/", "announced/", "dead/announcements/"
_MINUTE = "%Y%m%dT%H%MZ"
_ENTRY = re.compile(r"outbox/(\d{8}T\d{4}Z)/(.+)-(\d{1,6})")
_JSON = "application/json"


@dataclass(frozen=True)
class Entry:
    """One try that is due at `due` (a whole minute); `number` counts them from 0."""

    due: datetime
    notice: Notice
    number: int

    @property
    def key(self) -> str:
        """Return where the entry lies."""
        minute = self.due.astimezone(timezone.utc).strftime(_MINUTE)
        return f"{PREFIX}{minute}/{self.notice.message_id}-{self.number}"


class Mark(Stored):
    """What is remembered of a message: the entry that counts, its bytes, how it ended."""

    state: Literal["waiting", "delivered", "dropped", "dead"] = "waiting"
    next: str = ""
    at: AwareDatetime
    entered_at: AwareDatetime
    tries: int = 0
    body: str = ""
    reason: str = ""


def entry_of(key: str) -> Entry | None:
    """Return the entry of a key, None for a key that is none."""
    match = _ENTRY.fullmatch(key)
    notice = notice_of(match[2]) if match else None
    if match is None or notice is None:
        return None
    due = datetime.strptime(match[1], _MINUTE).replace(tzinfo=timezone.utc)
    return Entry(due, notice, int(match[3]))


def enter(notice: Notice, *, at: datetime, state: ObjectStore) -> None:
    """Have a message delivered, once, however often this is called; `at` is the event's time."""
    if state.head(REMEMBERED + notice.message_id) is not None:
        return
    first = Entry(at, notice, 0)
    state.put(first.key, b"", content_type="text/plain")
    mark = Mark(next=first.key, at=at, entered_at=at).model_dump_json().encode()
    # Whoever has sent it in between has left a mark, which knows more.
    state.create(REMEMBERED + notice.message_id, mark, content_type=_JSON)


def enter_again(notice: Notice, mark: Mark, *, now: datetime, state: ObjectStore) -> None:
    """Have a message that has ended delivered once more, with the same bytes."""
    first = Entry(now, notice, 0)
    state.put(first.key, b"", content_type="text/plain")
    again = {"state": "waiting", "next": first.key, "entered_at": now, "reason": ""}
    remember(notice, mark.model_copy(update=again), state=state)
    state.delete(f"{DEAD}{notice.message_id}.json")


def remember(notice: Notice, mark: Mark, *, state: ObjectStore) -> None:
    """Write the mark of a message."""
    body = mark.model_dump_json().encode()
    state.put(REMEMBERED + notice.message_id, body, content_type=_JSON)


def mark_of(notice: Notice, *, state: ObjectStore) -> Mark | None:
    """Return the mark of a message, None without one or for one that cannot be read."""
    return known(Mark, state.get(REMEMBERED + notice.message_id, max_bytes=100_000))


def messages_of(job_id: str, *, state: ObjectStore) -> Iterator[Notice]:
    """Yield what was entered of a job; it is little, so one page tells of all."""
    for item in state.page(f"{REMEMBERED}{job_id}-").items:
        notice = notice_of(item.key.removeprefix(REMEMBERED))
        if notice is not None:
            yield notice


def forget(notice: Notice, *, state: ObjectStore) -> None:
    """Remove a message: its entry, what is kept of it for an operator, and last its mark."""
    mark = mark_of(notice, state=state)
    if mark is not None and mark.next:
        state.delete(mark.next)
    state.delete(f"{DEAD}{notice.message_id}.json")
    state.delete(REMEMBERED + notice.message_id)


def due_entries(*, now: datetime, state: ObjectStore) -> Iterator[Entry]:
    """Yield the entries that are due, the oldest first; no page behind `now` is asked for."""
    for item in every_object(state, PREFIX):
        entry = entry_of(item.key)
        if entry is None:
            continue
        if entry.due > now:
            return
        yield entry


def minute_after(moment: datetime) -> datetime:
    """Return the next whole minute, so that nothing is due before its time."""
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


def remembered_since(since: datetime, *, state: ObjectStore) -> Iterator[tuple[Notice, Mark]]:
    """Yield the messages of events since a time, with their marks."""
    for item in every_object(state, REMEMBERED):
        notice = notice_of(item.key.removeprefix(REMEMBERED))
        # A mark is never older than its event.
        if notice is None or item.modified_at < since - timedelta(minutes=1):
            continue
        mark = mark_of(notice, state=state)
        if mark is not None and mark.at >= since:
            yield notice, mark
