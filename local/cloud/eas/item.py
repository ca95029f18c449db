"""One queued item and its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from local.cloud.files import packed, read_json, replace_json, unpacked

REQUEST_ID_TAG = "requestId"


@dataclass(frozen=True)
class QueueItem:
    """An item as it stands; `owner` is the consumer that holds it, empty while it waits."""

    index: int
    tags: Mapping[str, str]
    data: bytes
    priority: int
    enqueued_at: float
    deliveries: int = 0
    owner: str = ""

    @property
    def request_id(self) -> str:
        """The id that the put was answered with."""
        return self.tags.get(REQUEST_ID_TAG, "")

    def matches(self, tags: Mapping[str, str]) -> bool:
        """Tell whether every one of `tags` stands on the item."""
        return all(self.tags.get(name) == value for name, value in tags.items())


@dataclass(frozen=True)
class Standing:
    """Where an item stands: being processed by `owner`, or behind `waiting_ahead` others."""

    owner: str
    waiting_ahead: int


def save_item(path: Path, item: QueueItem) -> None:
    """Write the item whole, or not at all."""
    fields = asdict(item)
    replace_json(path, fields | packed("text", fields.pop("data")))


def load_item(path: Path) -> QueueItem:
    """Read back what `save_item` wrote."""
    fields = read_json(path)
    data = unpacked("text", fields)
    return QueueItem(data=data, **fields)
