"""A bucket in memory that remembers in which order it was written to."""

from __future__ import annotations

from tests.fakes.object_store import FakeObjectStore


class NotingStore(FakeObjectStore):
    """`written` are operation and first folder of each write, in order: "put open"."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    def put(self, key: str, data: bytes, *, content_type: str = "") -> None:
        """Write, and remember."""
        self._note("put", key)
        super().put(key, data, content_type=content_type)

    def create(self, key: str, data: bytes, *, content_type: str = "") -> bool:
        """Write if absent, and remember."""
        self._note("create", key)
        return super().create(key, data, content_type=content_type)

    def delete(self, key: str) -> None:
        """Remove, and remember."""
        self._note("delete", key)
        super().delete(key)

    def _note(self, operation: str, key: str) -> None:
        self.written.append(f"{operation} {key.partition('/')[0]}")
