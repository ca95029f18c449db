"""Text from outside: whitespace made plain, everything invisible or broken refused or left out."""

from __future__ import annotations

import re
import unicodedata

# What decoders put where they could not read; see `shared.trips.encodings`.
LOST = "\ufffd"
_JOINERS = {"\u200d", "\ufe0e", "\ufe0f"}  # parts of emoji
_TAGS = range(0xE0020, 0xE0080)  # parts of flag emoji
_REFUSED = {"Cc", "Cf", "Cs", "Co"}
# Not \s: that would hide the separator controls U+001C to U+001F.
_SPACES = re.compile(r"[ \t\n\r\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
# Scripts that stack marks use two on a letter; Zalgo text uses dozens.
_MOST_MARKS = 2


def is_plain(text: str) -> bool:
    """Say whether the text has no control, format, surrogate or private-use characters."""
    return all(map(_is_shown, text))


def cleaned(value: object) -> str:
    """Return text with single spaces; ValueError for anything else than plain text."""
    text = _spaced(value)
    if not is_plain(text):
        raise ValueError("has control or invisible characters")
    return text


def without_invisible(text: str) -> str:
    """Return the text without what nobody sees, for a value that is no free text."""
    return "".join(char for char in text if _is_shown(char) or char.isspace())


def tidied(value: object, most: int) -> tuple[str, tuple[str, ...]]:
    """Return text as `cleaned` has it with at most `most` characters, and what was done to it.

    Invisible characters, those that turn the direction of reading, and marks without a letter or
    by the heap are left out; what is too long is cut. ValueError for what is no text.
    """
    given = _spaced(value)
    text = _without_heaps("".join(filter(_is_shown, given)))
    done = () if text == given else ("has invisible characters or stray marks",)
    if LOST in text:
        text, done = text.replace(LOST, ""), (*done, "has characters that were lost on the way")
    text = _spaced(text)
    if len(text) > most:
        text, done = _cut(text, most), (*done, f"has more than {most} characters")
    return text, done


def _spaced(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    return _SPACES.sub(" ", value).strip()


def _is_shown(char: str) -> bool:
    return unicodedata.category(char) not in _REFUSED or char in _JOINERS or ord(char) in _TAGS


def _without_heaps(text: str) -> str:
    kept: list[str] = []
    marks = _MOST_MARKS  # none may stand before the first letter
    for char in text:
        is_mark = unicodedata.combining(char) > 0
        marks = marks + 1 if is_mark else (_MOST_MARKS if char == " " else 0)
        if not is_mark or marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def _cut(text: str, most: int) -> str:
    """Return the beginning, without half of an emoji or of a letter with marks at its end."""
    end = most
    while end > 0 and (_joins(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end].rstrip()


def _joins(char: str) -> bool:
    """Say whether the character belongs to the one before it."""
    modifier = 0x1F3FB <= ord(char) <= 0x1F3FF
    part = char in _JOINERS or ord(char) in _TAGS
    return part or modifier or unicodedata.combining(char) > 0
