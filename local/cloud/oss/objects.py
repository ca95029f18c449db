"""What the store hands out: objects, pages of a listing, events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

PUT_EVENT = "ObjectCreated:PutObject"
POST_EVENT = "ObjectCreated:PostObject"
COPY_EVENT = "ObjectCreated:CopyObject"
MULTIPART_EVENT = "ObjectCreated:CompleteMultipartUpload"
DEFAULT_CONTENT_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class StoredObject:
    """One object without its bytes.

    `etag` is upper-case and without quotes. `metadata` holds the x-oss-meta-* headers by their
    lower-case rest, `headers` those standard ones that a download repeats (Cache-Control …).
    """

    bucket: str
    key: str
    size: int
    etag: str
    crc64: int
    last_modified: datetime
    content_type: str = DEFAULT_CONTENT_TYPE
    metadata: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    object_type: str = "Normal"


@dataclass(frozen=True)
class ListPage:
    """One page of a listing; `next_token` is "" on the last one."""

    objects: tuple[StoredObject, ...]
    prefixes: tuple[str, ...]
    next_token: str = ""


@dataclass(frozen=True)
class ObjectEvent:
    """An object was written; names as in OSS's trigger events, without "oss:"."""

    bucket: str
    key: str
    size: int
    etag: str
    event_name: str
    time_iso: str
    request_id: str
