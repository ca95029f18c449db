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


def upload_id(key: str, etag: str, size: int) -> str:
    """Return the id of one content under one key of the mount; also the start of a task id."""
    digest = hashlib.sha256(f"{key}\n{etag}\n{size}".encode()).digest()
    return "u" + base64.b32encode(digest).decode().lower()[:31]


def continuation(upload: str, version: int) -> str:
    """Return the platform's task id of the run that goes on behind this version of the cursor."""
    return f"{upload}-c{version}"


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
    """Return the folder of an upload's report on the mount, with its slash."""
    return f"{REPORTS}{key.removeprefix('uploads/')}/{upload}/"
