"""An OSS trigger's event."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from shared.core.models import Lenient
from shared.edge.events.decoding import parse


class _Object(Lenient):
    key: str
    size: int = 0
    etag: str = Field("", alias="eTag")


class _Bucket(Lenient):
    name: str


class _Oss(Lenient):
    bucket: _Bucket
    object: _Object


class _OssRecord(Lenient):
    name: str = Field(alias="eventName")
    oss: _Oss


class _OssEvent(Lenient):
    events: tuple[_OssRecord, ...]


@dataclass(frozen=True)
class ObjectCreated:
    """One object that appeared in a bucket; `etag` upper case, "" where the event leaves it out."""

    bucket: str
    key: str
    size: int
    etag: str = ""


def decode_objects(event: bytes) -> tuple[ObjectCreated, ...]:
    """Return the objects of an OSS trigger's event; empty files and folders are left out."""
    records = parse(_OssEvent, event).events
    found = [
        ObjectCreated(r.oss.bucket.name, each.key, each.size, each.etag.strip('"').upper())
        for r in records
        for each in (r.oss.object,)
    ]
    return tuple(o for o in found if o.size > 0 and not o.key.endswith("/"))
