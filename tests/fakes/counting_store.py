"""A bucket in memory that remembers what it was asked for, and gives small pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.object_store import FakeObjectStore

if TYPE_CHECKING:
    from shared.ports import Clock, ObjectPage


class CountingStore(FakeObjectStore):
    """`asked` are the keys that were read and the prefixes that were listed, in order."""

    def __init__(self, clock: Clock | None = None, *, page_size: int = 1000) -> None:
        super().__init__(clock)
        self.asked: list[str] = []
        self._page_size = page_size

    def get(self, key: str, *, max_bytes: int | None = None) -> bytes | None:
        """Return the bytes, and remember."""
        self.asked.append(key)
        return super().get(key, max_bytes=max_bytes)

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> ObjectPage:
        """Return a page of the chosen size, and remember."""
        self.asked.append(prefix)
        return super().page(prefix, after=after, limit=min(limit, self._page_size))
