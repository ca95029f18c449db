"""What starts ingest_upload: objects, a timer, or itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from shared.core.models import Lenient
from shared.edge.events.decoding import parse
from shared.edge.events.objects import ObjectCreated, decode_objects


class _UploadOrder(Lenient):
    """What ingest_upload asks itself to do: to go on reading this upload."""

    upload_id: str = Field(pattern=r"^u[a-z2-7]{31}$")


@dataclass(frozen=True)
class UploadWork:
    """What ingest_upload is to read: what has appeared, one upload, or, by timer, all open ones."""

    created: tuple[ObjectCreated, ...] = ()
    upload_id: str = ""


class _UploadEvent(Lenient):
    events: Any = None
    upload_id: Any = None
    trigger_time: Any = Field(None, alias="triggerTime")


def decode_upload(event: bytes) -> UploadWork | None:
    """Return the work of ingest_upload, which objects, a timer and ingest_upload itself start.

    None for an event about nothing but empty files and folders.
    """
    seen = parse(_UploadEvent, event)
    if seen.events is not None:
        created = decode_objects(event)
        return UploadWork(created) if created else None
    if seen.trigger_time is not None:
        return UploadWork()
    return UploadWork(upload_id=parse(_UploadOrder, event).upload_id)
