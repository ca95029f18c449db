"""Text from outside: whitespace made plain, everything invisible or broken refused."""

from __future__ import annotations

import re
import unicodedata

_JOINERS = {"\u200d", "\ufe0e", "\ufe0f"}  # parts of emoji
_TAGS = range(0xE0020, 0xE0080)  # parts of flag emoji
_REFUSED = {"Cc", "Cf", "Cs", "Co"}
# Not \s: that would hide the separator controls U+001C to U+001F.
_SPACES = re.compile(r"[ \t\n\r\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")


def is_plain(text: str) -> bool:
    """Say whether the text has no control, format, surrogate or private-use characters."""
    return all(
        unicodedata.category(char) not in _REFUSED or char in _JOINERS or ord(char) in _TAGS
        for char in text
    )


def cleaned(value: object) -> str:
    """Return text with single spaces; ValueError for anything else than plain text."""
    if not isinstance(value, str):
        msg = "must be text"
        raise ValueError(msg)
    text = _SPACES.sub(" ", value).strip()
    if not is_plain(text):
        msg = "has control or invisible characters"
        raise ValueError(msg)
    return text
