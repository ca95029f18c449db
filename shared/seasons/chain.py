"""Something that goes on by versions which are created once, like the records of a job."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import AwareDatetime, Field

from shared.core.errors import UpstreamRejectedError
from shared.core.models import Stored, checked
from shared.core.release import RELEASE

if TYPE_CHECKING:
    from typing_extensions import Self

    from shared.ports import ObjectStore

_MOST_BYTES = 4_000_000
_JSON = "application/json"
# So often it is put down how far a chain is, so that no listing begins at its first version.
_HINT_EVERY = 64


class Version(Stored):
    """One version: what is so from `at` on; `writer` tells two writers of it apart.

    `release` is the one that wrote it, "" of an early one.
    """

    version: int = Field(ge=1)
    writer: str = ""
    release: str = ""
    at: AwareDatetime

    def then(self, *, now: datetime, **changes: Any) -> Self:
        """Return the next version."""
        fixed = {"version": self.version + 1, "at": now, "writer": ""}
        return self.model_copy(update={**changes, **fixed})


_V = TypeVar("_V", bound=Version)


class Chain(Generic[_V]):
    """The versions under one prefix of the state bucket, `{prefix}{version:06d}.json`."""

    def __init__(self, state: ObjectStore, prefix: str, kind: type[_V]) -> None:
        self._state, self._prefix, self._kind = state, prefix, kind

    def newest(self) -> _V | None:
        """Return the newest version, None when there is none; four requests, however long it is.

        Neither the hint nor a listing need be fresh: reading forward finds the end.
        """
        hint = self._state.get(self._hint_key, max_bytes=20)
        version = self._listed(int(hint) if hint else 1)
        newest = self._from(version)
        return newest if newest or version == 1 else self._from(1)

    def read(self, version: int) -> _V | None:
        """Return one version, None when it is not there."""
        body = self._state.get(self._key(version), max_bytes=_MOST_BYTES)
        told = f"{self._key(version)} cannot be read; it was written by another release"
        return None if body is None else checked(self._kind, body, UpstreamRejectedError(told))

    def append(self, item: _V) -> bool:
        """Write a version; False when another run's is there."""
        signed = item.model_copy(update={"writer": secrets.token_hex(8), "release": RELEASE})
        body = signed.model_dump_json().encode()
        if not self._state.create(self._key(item.version), body, content_type=_JSON):
            return False
        if item.version % _HINT_EVERY == 0:
            self._state.put(self._hint_key, str(item.version).encode())
        return True

    def after(self, item: _V, otherwise: _V) -> _V:
        """Append a version and return it; the newest, if there is one, when another was first."""
        return item if self.append(item) else self.newest() or otherwise

    def change(self, decide: Callable[[_V | None], _V | None]) -> _V | None:
        """Append what `decide` makes of the newest, until that is written; return the newest.

        `decide` answers None for no change, and runs again whenever another writer was first.
        """
        while True:
            newest = self.newest()
            following = decide(newest)
            if following is None or self.append(following):
                return following or newest

    def _key(self, version: int) -> str:
        return f"{self._prefix}{version:06d}.json"

    @property
    def _hint_key(self) -> str:
        return f"{self._prefix.rstrip('/')}.newest"

    def _listed(self, version: int) -> int:
        """Return the last version that a listing from this one on tells of."""
        while True:
            page = self._state.page(self._prefix, after=self._key(version))
            if page.items:
                name = page.items[-1].key.removeprefix(self._prefix).removesuffix(".json")
                version = int(name)
            if not page.next_after:
                return version

    def _from(self, version: int) -> _V | None:
        newest = None
        while found := self.read(version):
            newest, version = found, version + 1
        return newest
