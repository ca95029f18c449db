"""An OSS trigger's event."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import AliasPath, Field

from shared.core.models import Lenient
from shared.edge.events.decoding import parse


class _OssRecord(Lenient):
    name: str = Field(alias="eventName")
    bucket: str = Field(validation_alias=AliasPath("oss", "bucket", "name"))
    key: str = Field(validation_alias=AliasPath("oss", "object", "key"))
    size: int = Field(0, validation_alias=AliasPath("oss", "object", "size"))
    etag: str = Field("", validation_alias=AliasPath("oss", "object", "eTag"))


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
        ObjectCreated(each.bucket, each.key, each.size, each.etag.strip('"').upper())
        for each in records
    ]
    return tuple(o for o in found if o.size > 0 and not o.key.endswith("/"))
