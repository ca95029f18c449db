"""The zips that were deployed, each unpacked once into a folder that nobody writes to."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection
from pathlib import Path

from local.cloud.fc.control.documents import Document
from local.cloud.fc.control.reading import invalid
from local.cloud.fc.unpacking import PackageError, remove, unpack
from local.cloud.oss.records import digest_bytes


class CodeFolders:
    """One folder below `root` for each zip, named by its SHA-256."""

    def __init__(self, root: Path) -> None:
        self._root, self._lock = root, threading.Lock()
        self._checksums: dict[str, str] = {}

    def keep(self, packed: bytes, checksum: str | None) -> Document:
        """Unpack a zip unless it is there; return what a function's document says of its code.

        `checksum` is the CRC-64 of the zip, which the call may state.
        """
        name = hashlib.sha256(packed).hexdigest()
        crc64 = self._checksums.get(name) or str(digest_bytes(packed)[1])
        if checksum not in {None, "", crc64}:
            raise invalid(f"code.checksum: is {checksum}, the zip's is {crc64}")
        self._checksums[name] = crc64
        with self._lock:
            if not self.folder(name).exists():
                self._unpack(packed, name)
        return {"codeSha256": name, "codeSize": len(packed), "codeChecksum": crc64}

    def _unpack(self, packed: bytes, name: str) -> None:
        try:
            unpack(packed, self.folder(name))
        except PackageError as error:
            raise invalid(f"code: {error}") from error

    def folder(self, name: str) -> Path:
        """Return the folder of a zip."""
        return self._root / name

    def keep_only(self, names: Collection[str]) -> None:
        """Remove the folders of zips that nothing deployed names."""
        for folder in self._root.glob("*"):
            if folder.name not in names:
                remove(folder)
