"""What is deployed, as JSON documents in memory and on disk."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from local.cloud.files import read_json, replace_json

Document = dict[str, Any]


class Documents:
    """JSON documents by path, such as `("triggers", "paint", "timer")`; one file each.

    `lock` is held by whoever reads before writing. `changes` counts the writes, so that what is
    derived from the documents knows when it is old.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.lock = threading.RLock()
        self.changes = 0
        self._held: dict[tuple[str, ...], Document] = {
            path.relative_to(root).with_suffix("").parts: read_json(path)
            for path in root.rglob("*.json")
        }

    def get(self, *path: str) -> Document | None:
        """Return a document, not to be changed; None where there is none."""
        return self._held.get(path)

    def put(self, document: Document, *path: str) -> Document:
        """Write a document, and return it."""
        with self.lock:
            file = self._root.joinpath(*path)
            replace_json(file.with_name(f"{file.name}.json"), document)
            self._held[path] = document
            self.changes += 1
        return document

    def remove(self, *path: str) -> None:
        """Remove a document and all below its path."""
        with self.lock:
            for each in [each for each in self._held if each[: len(path)] == path]:
                file = self._root.joinpath(*each)
                file.with_name(f"{file.name}.json").unlink(missing_ok=True)
                del self._held[each]
            self.changes += 1

    def below(self, *path: str) -> dict[str, Document]:
        """Return the documents right below a path, by the last part of theirs, in its order."""
        with self.lock:
            found = {
                each[-1]: document for each, document in self._held.items() if each[:-1] == path
            }
        return dict(sorted(found.items()))
