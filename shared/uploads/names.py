"""Ids and keys around an upload: what lies where, in both buckets.

An upload is one content under one key. The same file put again is the same upload; another
content under the same key is another one.
"""

from __future__ import annotations

import base64
import hashlib

TRIPS, REPORTS = "uploads/trips/", "uploads/reports/"
OPEN = "open-uploads/"
NOBODYS = "nobodys"
# Of UTF-8; object storage takes no longer key.
_KEY_BYTES = 1023
_ROOM_IN_FOLDER = 40


def upload_id(key: str, etag: str, size: int, packing: str = "") -> str:
    """Return the id of one content under one key of the mount; also the start of a task id.

    The same bytes are another content when they are said to be packed.
    """
    told = f"{key}\n{etag}\n{size}" + (f"\n{packing}" if packing else "")
    digest = hashlib.sha256(told.encode()).digest()
    return "u" + base64.b32encode(digest).decode().lower()[:31]


def cursors_prefix(upload: str) -> str:
    """Return what the keys of all an upload's cursors begin with."""
    return f"uploads/{upload}/cursor/"


def cursor_key(upload: str, version: int) -> str:
    """Return where a version of an upload's cursor lies."""
    return f"{cursors_prefix(upload)}{version:06d}.json"


def open_key(upload: str) -> str:
    """Return where the marker of an upload lies that has not been read to its end."""
    return f"{OPEN}{upload}"


def rewritten_key(upload: str) -> str:
    """Return where it stands which upload this one is a rewriting of, by ourselves."""
    return f"uploads/{upload}/rewritten"


def blanks_prefix(upload: str) -> str:
    """Return what the keys of all an upload's blanked parts begin with."""
    return f"uploads/{upload}/blank/"


def blank_key(upload: str, start: int, stop: int) -> str:
    """Return where it stands that these bytes of an upload are to be forgotten."""
    return f"{blanks_prefix(upload)}{start:012d}-{stop:012d}"


def nobodys_key(upload: str, longest: int) -> str:
    """Return where it stands that lines of nobody, and longer ones, are to be forgotten."""
    return f"{blanks_prefix(upload)}{NOBODYS}-{longest}"


def driver_uploads_prefix(driver_key: str) -> str:
    """Return what the keys begin with that name a driver's uploads."""
    return f"driver-uploads/{driver_key}/"


def driver_upload_key(driver_key: str, upload: str) -> str:
    """Return where it stands that an upload names a driver."""
    return f"{driver_uploads_prefix(driver_key)}{upload}"


def report_folder(key: str, upload: str) -> str:
    """Return the folder of an upload's report on the mount, with its slash.

    It has the file's name, cut where no key could be as long; the id tells the cut ones apart.
    """
    behind = f"/{upload}/"
    room = _KEY_BYTES - _ROOM_IN_FOLDER - len(REPORTS) - len(behind)
    name = key.removeprefix("uploads/").encode()[:room].decode(errors="ignore")
    return f"{REPORTS}{name}{behind}"


def may_exist(key: str) -> bool:
    """Say whether object storage could have such a key."""
    return 0 < len(key.encode()) <= _KEY_BYTES
