"""What a request says about its signer, whichever version signed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SignedRequest:
    """What a signature covers; all as received, decoded."""

    method: str
    bucket: str
    key: bytes
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, bytes]

    @property
    def resource(self) -> bytes:
        """The path "/bucket/key"; of the service itself, "/"."""
        return f"/{self.bucket}/".encode() + self.key if self.bucket else b"/"

    def header(self, name: str) -> str:
        """Return a header's text by lower-case name, "" when absent."""
        return self.headers.get(name, b"").decode("latin-1").strip()


@dataclass(frozen=True)
class Claim:
    """Who signs and when; `sign` makes of the key's secret the signature that there should be."""

    access_key_id: str
    signature: str
    token: str
    sign: Callable[[str], str]
    signed_at: datetime | None = None
    expires_at: datetime | None = None
