"""The file of an upload, opened where its cursor stands: entries, and how each is understood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from shared.core.errors import UploadEndedError, UploadRewrittenError
from shared.trips.encodings import Encoding, encoding_within
from shared.uploads import names
from shared.uploads.forms import form_of

if TYPE_CHECKING:
    from shared.ports import ObjectStore
    from shared.uploads.cursor import Cursor, Span
    from shared.uploads.entry import Entry

# No text that is read here begins so.
_OTHER_BEGINNINGS = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"BZh": "bzip2",
    b"\xd0\xcf\x11\xe0": "a workbook",
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
}
_BEGINNING_BYTES = 8
_REPLACED = "the file was replaced before it was read to its end; its new content is read anew"


@dataclass(frozen=True)
class UploadLimits:
    """Largest file, largest `.json` file, largest line or text, in bytes."""

    file: int
    json: int
    line: int


class Source:
    """Reads one content of the file, or a rewriting of it by ourselves, and nothing else."""

    def __init__(
        self, cursor: Cursor, *, limits: UploadLimits, mount: ObjectStore, state: ObjectStore
    ) -> None:
        self._cursor, self._limits = cursor, limits
        self._mount, self._state = mount, state
        self._etag: str | None = None
        self.form = form_of(cursor.key)

    def entries(self) -> Iterator[Entry]:
        """Yield what lies behind the cursor.

        UploadEndedError when the file is gone, replaced or too large; UploadRewrittenError when it
        has to be opened again.
        """
        cursor, limits = self._cursor, self._limits
        most = {".json": limits.json, ".txt": limits.line}.get(self.form.suffix, limits.file)
        if cursor.size > most:
            raise UploadEndedError("refused", _too_large(self.form.suffix, most))
        if cursor.offset == 0:
            _check_beginning(self.read(0, _BEGINNING_BYTES))
        if cursor.offset >= cursor.size:
            return iter(())
        return self._from(cursor.offset, cursor.line)

    def entry(self, span: Span) -> Entry:
        """Return the entry that lies there."""
        return next(self._from(span.start, span.line - 1))

    @cached_property
    def encoding(self) -> Encoding:
        """What the file is written in: decided once, when its first part is read."""
        return self._cursor.encoding or encoding_within(self.read, self._cursor.size)

    def _from(self, offset: int, number: int) -> Iterator[Entry]:
        return self.form.entries(
            self.read,
            self._cursor.size,
            self.encoding,
            offset=offset,
            number=number,
            longest=self._limits.line,
        )

    def read(self, start: int, length: int) -> bytes:
        """Return bytes of the file as it was when it was opened, b"" behind its end."""
        if start >= self._cursor.size:
            return b""
        part = self._mount.read_range(self._cursor.key, start, length)
        if part is None:
            raise UploadEndedError("gone", "the file was deleted before it was read to its end")
        if self._etag is None and self._is_ours(part.etag, part.size):
            self._etag = part.etag
        if part.etag != self._etag:
            if self._etag is not None:
                raise UploadRewrittenError("the file has changed; open it again")
            raise UploadEndedError("replaced", _REPLACED)
        return part.data

    def _is_ours(self, etag: str, size: int) -> bool:
        upload = names.upload_id(self._cursor.key, etag, size)
        return original_of(upload, state=self._state) == self._cursor.upload_id


def original_of(upload: str, *, state: ObjectStore) -> str:
    """Return the upload that this one is a rewriting of by ourselves, or itself."""
    found = state.get(names.rewritten_key(upload), max_bytes=1000)
    return upload if found is None else found.decode()


def _check_beginning(data: bytes) -> None:
    for beginning, form in _OTHER_BEGINNINGS.items():
        if data.startswith(beginning):
            detail = f"the file is {form}; put it again unpacked, as plain UTF-8"
            raise UploadEndedError("refused", detail)


def _too_large(suffix: str, most: int) -> str:
    limit = f"a {suffix} file has at most {most} bytes"
    return {
        ".json": f"{limit}; send the trips as .jsonl, one a line",
        ".txt": f"{limit} and holds one trip; send several as .jsonl, one a line",
    }.get(suffix, f"{limit}; split it")
