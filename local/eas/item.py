"""One queued item and its file."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

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
    fields.update(_data_fields(fields.pop("data")))
    replace_text(path, json.dumps(fields, ensure_ascii=False, indent=1))


def load_item(path: Path) -> QueueItem:
    """Read back what `save_item` wrote."""
    fields: dict[str, Any] = json.loads(path.read_text("utf-8"))
    text, encoded = fields.pop("text", None), fields.pop("base64", "")
    data = base64.b64decode(encoded) if text is None else str(text).encode()
    return QueueItem(data=data, **fields)


def replace_text(path: Path, text: str) -> None:
    """Put the text in place in one step, so that a crash leaves the old file or the new one."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def _data_fields(data: bytes) -> dict[str, str]:
    # Text stays readable in the file: nearly all items are JSON.
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}
