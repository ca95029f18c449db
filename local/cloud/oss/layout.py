"""Where an object lies on disk.

A plain key is the file root/{bucket}/{key}, so that people and mounts can look into it. A key
that no file system path can carry lies under root/.meta/{bucket}/odd/{digest of the key}/.
"""

from __future__ import annotations

import contextlib
import hashlib
import heapq
import os
import re
from collections.abc import Iterator
from pathlib import Path

from local.cloud.oss.errors import InvalidArgumentError, InvalidObjectNameError

_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_SEGMENT_BYTES = 255
# A path may have 4,096 bytes on Linux and 1,024 on macOS; the root takes a share of it.
_PLAIN_KEY_BYTES = 800


class BucketLayout:
    """The folders of one bucket."""

    def __init__(self, root: Path, bucket: str) -> None:
        if not _BUCKET_NAME.fullmatch(bucket):
            raise InvalidArgumentError(f"The bucket name {bucket!r} is not valid.")
        self.plain = root / bucket
        self.meta = root / ".meta" / bucket
        self.uploads = self.meta / "uploads"
        self._odd = self.meta / "odd"
        for folder in (self.plain, self._odd, self.uploads, self.meta / "records"):
            folder.mkdir(parents=True, exist_ok=True)

    def record_path(self, key: str) -> Path:
        """Return where the metadata of a key is kept."""
        digest = key_digest(key)
        return self.meta / "records" / digest[:2] / f"{digest}.json"

    def find(self, key: str) -> Path | None:
        """Return the file that holds the key's bytes, None when there is none."""
        odd = self._odd_folder(key) / "data"
        if odd.is_file():
            return odd
        if not is_plain(key):
            return None
        plain = self.plain / key
        return plain if plain.is_file() and not plain.is_symlink() else None

    def commit(self, written: Path, key: str, *, create: bool) -> Path:
        """Move a finished file to its place in one step; FileExistsError if create and taken."""
        place = self.find(key)
        if create and place is not None:
            raise FileExistsError(str(place))
        if place is None and is_plain(key):
            place = self._commit_plain(written, key, create=create)
            if place is not None:
                return place
        place = place or self._make_odd_folder(key) / "data"
        _move(written, place, create=create)
        return place

    def discard(self, place: Path) -> None:
        """Remove an object's file and the folders it leaves empty."""
        place.unlink(missing_ok=True)
        if self._odd in place.parents:
            with contextlib.suppress(OSError):
                (place.parent / "key").unlink()
                place.parent.rmdir()
            return
        self._prune(place.parent)

    def keys(self, prefix: str, *, after: str = "") -> Iterator[str]:
        """Yield the keys that begin with the prefix, those behind `after`, in a listing's order.

        Folders are read one by one, when their turn comes: a page costs what it shows.
        """
        odd = sorted(key for key in self._odd_keys() if key.startswith(prefix) and key > after)
        last = ""
        # By code point, which is the order of the UTF-8 bytes.
        for key in heapq.merge(self._plain_keys(prefix, after), odd):
            if key != last:
                yield key
            last = key

    def _commit_plain(self, written: Path, key: str, *, create: bool) -> Path | None:
        """Return the place, None when a folder or a file is in the way of this key."""
        place = self.plain / key
        for _ in range(50):
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                if place.is_dir():
                    place.rmdir()  # an emptied folder; one in use stays and is an OSError
                _move(written, place, create=create)
            except FileExistsError:
                if place.is_file():
                    raise
                return None
            except FileNotFoundError:
                continue  # a delete pruned the folder meanwhile
            except OSError:
                return None
            return place
        return None

    def _prune(self, folder: Path) -> None:
        # First-level folders stay: whoever mounts the bucket may hold them open.
        while len(folder.relative_to(self.plain).parts) > 1:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent

    def _plain_keys(self, prefix: str, after: str) -> Iterator[str]:
        at = prefix.rpartition("/")[0]
        folder = self.plain
        for name in at.split("/") if at else ():
            folder /= name
            if not is_plain(name) or not _is_folder(folder):
                return
        yield from _keys_below(folder, f"{at}/" if at else "", prefix, after)

    def _odd_folder(self, key: str) -> Path:
        return self._odd / key_digest(key)

    def _make_odd_folder(self, key: str) -> Path:
        folder = self._odd_folder(key)
        folder.mkdir(exist_ok=True)
        (folder / "key").write_bytes(key.encode())
        return folder

    def _odd_keys(self) -> Iterator[str]:
        for folder in self._odd.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if (folder / "data").is_file():
                    yield (folder / "key").read_bytes().decode()


def key_digest(key: str) -> str:
    """Return a name of fixed length for a key."""
    try:
        return hashlib.sha256(key.encode()).hexdigest()
    except UnicodeEncodeError as error:
        raise InvalidObjectNameError from error


def is_plain(key: str) -> bool:
    """Tell whether the key itself can be a relative path that stays below its bucket."""
    if "\0" in key or len(key.encode()) > _PLAIN_KEY_BYTES:
        return False
    segments = key.split("/")
    return all(
        part not in ("", ".", "..") and len(part.encode()) <= _SEGMENT_BYTES for part in segments
    )


def _keys_below(folder: Path, at: str, prefix: str, after: str) -> Iterator[str]:
    """Yield the keys of a folder whose own is `at`, in order."""
    for name in _names(folder):
        key = at + name
        if not key.startswith(prefix):
            continue
        if not name.endswith("/"):
            if key > after:
                yield key
        elif key > after or after.startswith(key):
            yield from _keys_below(folder / name, key, prefix, after)


def _names(folder: Path) -> list[str]:
    """Return what a folder holds, in order; folders with the slash that their keys have."""
    try:
        with os.scandir(folder) as entries:
            return sorted(
                f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name
                for entry in entries
                if entry.is_dir(follow_symlinks=False) or _is_object_file(entry)
            )
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_folder(place: Path) -> bool:
    try:
        return place.is_dir() and not place.is_symlink()
    except OSError:
        return False


def _is_object_file(entry: os.DirEntry[str]) -> bool:
    # A name that is not UTF-8 reaches Python with surrogates; no key can spell it.
    name = entry.name
    spelt = name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name)
    return spelt and entry.is_file(follow_symlinks=False)


def _move(written: Path, place: Path, *, create: bool) -> None:
    if not create:
        written.replace(place)
        return
    os.link(written, place)  # fails when the name is taken, whoever took it
    written.unlink()
