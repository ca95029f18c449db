"""The file of an upload, opened where its cursor stands: entries, and how each is understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.errors import UploadEndedError, UploadRewrittenError
from shared.uploads import names
from shared.uploads.elements import elements
from shared.uploads.entry import (
    Entry,
    UploadedTrip,
    drivers_named,
    drivers_named_in_text,
    parse_json_entry,
    parse_text_entry,
)
from shared.uploads.lines import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.ports import ObjectStore
    from shared.uploads.cursor import Cursor, Span

_SUFFIXES = (".jsonl", ".json", ".txt")
# No JSON and no UTF-8 text begins so.
_OTHER_BEGINNINGS = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"BZh": "bzip2",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"\x00\x00\xfe\xff": "UTF-32",
}
_BEGINNING_BYTES = 8


@dataclass(frozen=True)
class UploadLimits:
    """Largest file, largest `.json` file, largest line or text, in bytes."""

    file: int
    json: int
    line: int


@dataclass(frozen=True)
class Form:
    """How the entries of a kind of file are read."""

    suffix: str
    parse: Callable[[bytes], UploadedTrip]
    drivers: Callable[[bytes], set[str]]


def form_of(key: str) -> Form:
    """Return the form that the name's end says; UploadEndedError for any other end."""
    suffix = next((end for end in _SUFFIXES if key.lower().endswith(end)), None)
    if suffix is None:
        detail = "the name of the file ends in .json, .jsonl or .txt; what is packed is unpacked"
        raise UploadEndedError("refused", f"{detail} before it is put")
    if suffix == ".txt":
        return Form(suffix, parse_text_entry, drivers_named_in_text)
    return Form(suffix, parse_json_entry, drivers_named)


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
        most = {".jsonl": limits.file, ".json": limits.json, ".txt": limits.line}
        if cursor.size > most[self.form.suffix]:
            raise UploadEndedError("refused", _too_large(self.form.suffix, most))
        if cursor.offset == 0:
            _check_beginning(self.read(0, _BEGINNING_BYTES))
        if self.form.suffix == ".jsonl":
            return lines(self.read, offset=cursor.offset, number=cursor.line, longest=limits.line)
        if cursor.offset >= cursor.size:
            return iter(())
        return self._held()

    def entry(self, span: Span) -> Entry:
        """Return the entry that lies there."""
        if self.form.suffix == ".jsonl":
            longest = self._limits.line
            found = lines(self.read, offset=span.start, number=span.line - 1, longest=longest)
        else:
            found = self._whole()
        return next(entry for entry in found if entry.number == span.line)

    def _held(self) -> Iterator[Entry]:
        return (entry for entry in self._whole() if entry.number > self._cursor.line)

    def _whole(self) -> Iterator[Entry]:
        data = self.read(0, self._cursor.size)
        return elements(data) if self.form.suffix == ".json" else whole(data)

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
            raise self._changed()
        return part.data

    def _changed(self) -> Exception:
        if self._etag is not None:
            return UploadRewrittenError("the file has changed; open it again")
        detail = "the file was replaced before it was read to its end; its new content is read anew"
        return UploadEndedError("replaced", detail)

    def _is_ours(self, etag: str, size: int) -> bool:
        upload = names.upload_id(self._cursor.key, etag, size)
        return original_of(upload, state=self._state) == self._cursor.upload_id


def original_of(upload: str, *, state: ObjectStore) -> str:
    """Return the upload that this one is a rewriting of by ourselves, or itself."""
    found = state.get(names.rewritten_key(upload), max_bytes=1000)
    return upload if found is None else found.decode()


def whole(data: bytes) -> Iterator[Entry]:
    """Yield the one entry of a text."""
    yield Entry(1, 0, len(data), b"" if data.isspace() else data)


def _check_beginning(data: bytes) -> None:
    for beginning, form in _OTHER_BEGINNINGS.items():
        if data.startswith(beginning):
            detail = f"the file is {form}; put it again unpacked, as plain UTF-8"
            raise UploadEndedError("refused", detail)


def _too_large(suffix: str, most: dict[str, int]) -> str:
    limit = f"a {suffix} file has at most {most[suffix]} bytes"
    return {
        ".jsonl": f"{limit}; split it",
        ".json": f"{limit}; send the trips as .jsonl, one a line",
        ".txt": f"{limit} and holds one trip; send several as .jsonl, one a line",
    }[suffix]
