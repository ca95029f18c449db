"""Where a page ended, signed: nobody but who was given a cursor can go on with it."""

from __future__ import annotations

import base64
import hashlib
import hmac

from shared.core.errors import InvalidRequestError, Problem

_MARK_BYTES = 16


def signed(body: bytes, *, of: str, id_key: bytes) -> str:
    """Return the cursor of a position; `of` says in what list, and whose it is."""
    return base64.urlsafe_b64encode(_mark(body, of, id_key) + body).decode().rstrip("=")


def read_signed(cursor: str, *, of: str, id_key: bytes) -> bytes:
    """Return the position; InvalidRequestError for a cursor that was not given for this list."""
    try:
        # Strictly: two cursors never mean the same position.
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raw = b""
    mark, body = raw[:_MARK_BYTES], raw[_MARK_BYTES:]
    if not body or not hmac.compare_digest(mark, _mark(body, of, id_key)):
        raise foreign_cursor()
    return body


def foreign_cursor() -> InvalidRequestError:
    """Return what is said of a cursor that is none of this list."""
    detail = "the cursor of an earlier page; leave it out for the first page"
    return InvalidRequestError(problems=(Problem("/query/cursor", detail),))


def _mark(body: bytes, of: str, id_key: bytes) -> bytes:
    message = f"{of}:".encode() + body
    return hmac.new(id_key, message, hashlib.sha256).digest()[:_MARK_BYTES]
