"""A bucket whose listings lag behind its writes, as object storage does not rule out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.ports import ObjectPage
from tests.fakes.object_store import FakeObjectStore

if TYPE_CHECKING:
    from shared.ports import Clock


class LaggingObjectStore(FakeObjectStore):
    """Lists only what was there at the last `catch_up`; everything else is up to date."""

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__(clock)
        self._listed: frozenset[str] = frozenset()

    def catch_up(self) -> None:
        """Let listings show what is there now."""
        self._listed = frozenset(self.objects)

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> ObjectPage:
        """List what was there some time ago."""
        page = super().page(prefix, after=after, limit=limit)
        items = tuple(item for item in page.items if item.key in self._listed)
        return ObjectPage(items, next_after=page.next_after)
