"""The events others are told of, and the ids and bytes of the messages."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from typing import TYPE_CHECKING, Any

from shared.announcements.addresses import BACKEND, COMMUNITY
from shared.trips.facts import facts_of

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord

_ID = re.compile(r"(j[a-z2-7]{31})-(\d{1,4})-(ready|withdrawn|failed)(?:-([2-9]|[1-9]\d{1,3}))?")


class Event(str, Enum):
    """What happened; the value is the message's `type`."""

    READY = "poster.ready"
    WITHDRAWN = "poster.withdrawn"
    FAILED = "job.failed"

    @property
    def endpoint(self) -> str:
        """Return who is told: the community of posters, the maker's backend of failures."""
        return BACKEND if self is Event.FAILED else COMMUNITY


_BY_WORD = {event.value.partition(".")[2]: event for event in Event}


@dataclass(frozen=True)
class Notice:
    """What a message id says: the same job, task, event and turn have the same id for ever.

    A driver may share a poster, withdraw it and share it again: each change is another turn.
    """

    event: Event
    job_id: str
    attempt: int
    turn: int = 1

    @property
    def message_id(self) -> str:
        """Return the id; it has no full stop, which Standard Webhooks reserves."""
        first = f"{self.job_id}-{self.attempt}-{self.event.value.partition('.')[2]}"
        return first if self.turn == 1 else f"{first}-{self.turn}"


def notice_of(message_id: str) -> Notice | None:
    """Return what the id says, None for an id that is not ours."""
    match = _ID.fullmatch(message_id)
    if match is None:
        return None
    return Notice(_BY_WORD[match[3]], match[1], int(match[2]), int(match[4] or 1))


def message_body(notice: Notice, record: JobRecord, *, at: datetime, base_url: str) -> bytes:
    """Return the message's bytes; nothing in it says who drove, with whom or what they wrote."""
    data = {
        Event.READY: _poster,
        Event.WITHDRAWN: _withdrawal,
        Event.FAILED: _failure,
    }[notice.event](record, base_url)
    moment = at.astimezone(timezone.utc).isoformat(timespec="milliseconds")
    message = {"type": notice.event.value, "timestamp": moment.replace("+00:00", "Z"), "data": data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def _poster(record: JobRecord, base_url: str) -> dict[str, Any]:
    # The word lists behind it take time to load; few functions write messages.
    from shared.announcements.texts import poster_texts

    painted, written = record.occasion or facts_of(record.trip), record.prompt
    texts = poster_texts(
        title=written.prompt.title if written else "",
        city=written.prompt.city if written else "",
        month=painted.month,
        season=painted.season,
    )
    return {
        "job_id": record.job_id,
        "title": texts.title,
        "city": texts.city,
        "month": painted.month,
        "style": record.painted_style,
        "url": _url(record, base_url),
        "alt_text": texts.alt_text,
        "share_text": texts.share_text,
    }


def _withdrawal(record: JobRecord, base_url: str) -> dict[str, Any]:
    return {"job_id": record.job_id, "url": _url(record, base_url)}


def _failure(record: JobRecord, _base_url: str) -> dict[str, Any]:
    code = record.failure.code if record.failure else ""
    return {"job_id": record.job_id, "style": record.painted_style, "code": code}


def _url(record: JobRecord, base_url: str) -> str:
    return f"{base_url.rstrip('/')}/v1/posters/{record.job_id}"
