"""Object storage, in our own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

# The last one is about how the bytes travelled here; some stores keep it all the same.
_NO_PACKING = frozenset({"", "identity", "aws-chunked"})


@dataclass(frozen=True)
class ObjectInfo:
    """What a head says of one object; a listing leaves `etag` and `encoding` out.

    `etag` is another one whenever the content is: upper case, without quotes. `encoding` is the
    Content-Encoding that its writer gave; the bytes are always read as they are stored.
    """

    key: str
    size: int
    modified_at: datetime
    etag: str = ""
    encoding: str = ""

    @property
    def packing(self) -> str:
        """How the bytes are packed, "gzip" for one; "" where they are what they seem."""
        codings = (each.strip().lower() for each in self.encoding.split(","))
        return ", ".join(each for each in codings if each not in _NO_PACKING)


@dataclass(frozen=True)
class ObjectPart:
    """Some bytes of an object, and which content of what size they are of."""

    data: bytes
    size: int
    etag: str


@dataclass(frozen=True)
class ObjectPage:
    """One page of a listing; `next_after` is "" on the last page."""

    items: tuple[ObjectInfo, ...]
    next_after: str = ""


@dataclass(frozen=True)
class SignedUrl:
    """A link that works without credentials until `expires_at`."""

    url: str
    expires_at: datetime


@dataclass(frozen=True)
class SignedForm:
    """A form that a browser posts to `url` with these fields, and the file last, as `file`."""

    url: str
    fields: Mapping[str, str]
    expires_at: datetime


class ObjectStore(Protocol):
    """One bucket. Raises UpstreamUnavailableError when it cannot be reached in time."""

    def get(self, key: str, *, max_bytes: int | None = None) -> bytes | None:
        """Return the bytes, None when absent; PayloadTooLargeError above max_bytes."""

    def read_range(self, key: str, start: int, length: int) -> ObjectPart | None:
        """Return at most `length` bytes from `start` on, none behind the end; None when absent."""

    def head(self, key: str) -> ObjectInfo | None:
        """Return size, time and etag, None when absent."""

    def put(self, key: str, data: bytes, *, content_type: str = ...) -> None:
        """Write, replacing what is there."""

    def create(self, key: str, data: bytes, *, content_type: str = ...) -> bool:
        """Write if absent; False when an object with other bytes is there.

        Safe after an ambiguous write: finding one's own bytes counts as having written them,
        so `data` must carry something unique when the winner matters.
        """

    def delete(self, key: str) -> None:
        """Remove; absent is fine."""

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> ObjectPage:
        """List keys in order, those behind `after`."""

    def sign(self, key: str, *, seconds: int) -> SignedUrl:
        """Return a GET link on the public domain."""

    def post_form(self, key: str, *, size: int, media_type: str, seconds: int) -> SignedForm:
        """Return what lets a browser write that key, with so many bytes of that type."""


def every_object(store: ObjectStore, prefix: str) -> Iterator[ObjectInfo]:
    """Yield all objects below a prefix by key; a page is asked for when the one before is used."""
    after = ""
    while True:
        page = store.page(prefix, after=after)
        yield from page.items
        if not page.next_after:
            return
        after = page.next_after
