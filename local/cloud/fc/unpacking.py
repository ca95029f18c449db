"""Unpack a code package into a folder that nobody writes to, and remove it again."""

from __future__ import annotations

import io
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

MAX_ZIP_BYTES = 500 * 1024 * 1024
# Assumed: the vendor limits the zip alone. No function has a larger disk.
MAX_UNPACKED_BYTES = 10 * 1024**3


class PackageError(ValueError):
    """The zip cannot be a function's code; the words say why."""


def unpack(packed: bytes, folder: Path) -> None:
    """Unpack a zip into `folder`, which is there whole or not at all; PackageError for a bad zip.

    Files and folders are read-only. A folder that is there already is left as it is.
    """
    if len(packed) > MAX_ZIP_BYTES:
        msg = f"the zip has {len(packed)} bytes, {MAX_ZIP_BYTES} are allowed"
        raise PackageError(msg)
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder.parent))
    try:
        _fill(made, packed)
        with suppress(OSError):
            made.rename(folder)
        if not folder.is_dir():
            msg = f"{folder} cannot be made"
            raise PackageError(msg)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError) as error:
        msg = f"the zip cannot be unpacked: {error}"
        raise PackageError(msg) from error
    finally:
        remove(made)


def remove(folder: Path) -> None:
    """Remove a folder, read-only ones too; nothing happens where there is none."""
    for path in _folders(folder):
        path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _fill(folder: Path, packed: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(packed)) as source:
        entries = source.infolist()
        for entry in entries:
            _check(entry)
        if (size := sum(entry.file_size for entry in entries)) > MAX_UNPACKED_BYTES:
            msg = f"the zip holds {size} bytes, {MAX_UNPACKED_BYTES} are allowed"
            raise PackageError(msg)
        source.extractall(folder)
        for entry in entries:
            runs = entry.is_dir() or entry.external_attr >> 16 & stat.S_IXUSR
            (folder / entry.filename).chmod(0o555 if runs else 0o444)
    for path in _folders(folder):
        path.chmod(0o555)


def _check(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in entry.filename:
        msg = f"{entry.filename!r} leads out of the folder"
        raise PackageError(msg)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        msg = f"{entry.filename!r} is a link or another special file"
        raise PackageError(msg)


def _folders(folder: Path) -> Iterator[Path]:
    """Yield a folder and those below it."""
    return (Path(root) for root, _, _ in os.walk(folder))
