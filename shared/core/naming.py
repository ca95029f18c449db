"""What callers name: drivers, tenants and requests, the same by token, header and upload.

A name has one form, so that the same person is never two: Unicode's NFC, in which `é` is one
character. Upper and lower case stay different, and nothing else is changed or left out.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

LONGEST = 255
RULE = f"1 to {LONGEST} printable characters, with no space before or behind them"
# What stands for characters that were lost on the way: two names may have become one.
_LOST = "\ufffd"
_MARKED = re.compile(r"utf-8'", re.IGNORECASE)
_ENCODED = re.compile(
    r"utf-8'[A-Za-z0-9-]*'((?:%[0-9A-F]{2}|[A-Za-z0-9!#$&+.^_`|~-])*)", re.IGNORECASE
)


def name_of(given: object) -> str | None:
    """Return the one form of a name, None for what is none by RULE."""
    if not isinstance(given, str):
        return None
    name = given if given.isascii() else unicodedata.normalize("NFC", given)
    fits = 1 <= len(name) <= LONGEST and name.isprintable() and name == name.strip()
    return name if fits and _LOST not in name else None


def name_in_header(value: str) -> str | None:
    """Return the name in a header: text, or its UTF-8 percent-encoded as RFC 8187 has it."""
    if not _MARKED.match(value):
        return name_of(value)
    encoded = _ENCODED.fullmatch(value)
    try:
        return name_of(unquote(encoded[1], errors="strict")) if encoded else None
    except UnicodeDecodeError:
        return None
