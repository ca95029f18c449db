"""The encoding of a text that came without saying so: UTF-8, UTF-16 or GB18030, tried strictly.

Chinese Windows writes GB18030 (GBK and GB2312 are parts of it), spreadsheets write UTF-8 with a
byte order mark and UTF-16. Nothing else is guessed. A general detector (charset-normalizer) was not
taken: of a few short values it finds a likely encoding, here it has to be a certain one, for a name
that is read wrongly belongs to somebody else. Nearly every Big5 or Shift-JIS text can be decoded as
GB18030 without an error and says nothing then; so GB18030 is believed only where three in four
of what it gives are characters in common use. Korean EUC-KR passes that test too: it is taken for
Chinese.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Literal

from shared.core.errors import MalformedRequestError

Encoding = Literal["utf-8", "utf-16-le", "utf-16-be", "gb18030"]
NAMES: dict[Encoding, str] = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "gb18030": "GB18030",
}
ACCEPTED = "UTF-8, UTF-16 or GB18030"
_BOMS: dict[Encoding, bytes] = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "gb18030": b"\x84\x31\x95\x33",
}
_CHARSETS: dict[str, Encoding] = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii", "ascii"), "utf-8"),
    **dict.fromkeys(
        ("gb18030", "gbk", "gb2312", "gb_2312-80", "x-gbk", "cp936", "windows-936"), "gb18030"
    ),
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_SAMPLE = 1 << 20
# What separates values in any of the forms, and is no part of a character in either encoding.
_VALUE = re.compile(rb"[^\x00-\x2f\x3a-\x3f\x7f]+")
_MOST_VALUES = 20_000
_LINE_END = re.compile(r"\r\n|\r|\n")
_LOST = re.compile("[\udc00-\udcff]")
# Where UTF-8 is not what it came in: unassigned places end in private use.
_STRANGE = re.compile("[\udc00-\udcff\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
# Punctuation, full-width forms, symbols and emoji: in use whatever the language.
_NEUTRAL = re.compile(
    "[\x00-\x7f\xa0-\xbf\xd7\xf7\u2000-\u303f\ufe00-\ufe4f\uff00-\uffef\U0001f000-\U0001faff]"
)


def encoding_of(data: bytes, *, whole: bool = True) -> Encoding:
    """Return the encoding of a text, of which `whole` says that it is not just a beginning.

    UTF-8 too where it is none of them: what cannot be read is refused where it stands.
    """
    for name, mark in _BOMS.items():
        if data.startswith(mark):
            return name
    return _utf_16(data, whole=whole) or ("gb18030" if _is_gb18030(data, whole=whole) else "utf-8")


def encoding_within(read: Callable[[int, int], bytes], size: int) -> Encoding:
    """Return the encoding of a long text by the first part of it that is not ASCII."""
    start = 0
    while True:
        data = read(start, _SAMPLE)
        behind = start + len(data)
        if not data or behind >= size or b"\0" in data or not data.isascii():
            return encoding_of(data, whole=behind >= size)
        start = behind


def mark_of(data: bytes, encoding: Encoding) -> bytes:
    """Return the byte order mark that a text begins with, b"" without one."""
    mark = _BOMS[encoding]
    return mark if data.startswith(mark) else b""


def as_utf_8(data: bytes, encoding: Encoding) -> tuple[bytes, bool]:
    """Return the text in UTF-8 and whether all of it could be read.

    What could not is U+FFFD, or is left as it is in UTF-8.
    """
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        return (data if encoding == "utf-8" else text.encode()), False
    if encoding == "utf-8":
        return data, True
    plain = _STRANGE.sub("\ufffd", text)
    return plain.encode(), "\ufffd" not in plain


def unreadable_line(data: bytes, encoding: Encoding) -> int:
    """Return the number of the first line, from 1, that cannot be read; 0 when all can be."""
    text = keep_unreadable(data, encoding)
    found = (_LOST if encoding == "utf-8" else _STRANGE).search(text)
    return len(_LINE_END.findall(text, 0, found.start())) + 1 if found else 0


def read_text(data: bytes, charset: str = "") -> str:
    """Return the text of a body, in the encoding that its sender names or else by trial.

    MalformedRequestError names the line that cannot be read.
    """
    encoding = _named(charset, data) if charset else encoding_of(data)
    data = data[len(mark_of(data, encoding)) :]
    plain, readable = as_utf_8(data, encoding)
    if readable:
        return plain.decode()
    line = unreadable_line(data, encoding)
    msg = f"line {line} of the text is not {NAMES[encoding] if charset else ACCEPTED}"
    raise MalformedRequestError(msg)


def keep_unreadable(data: bytes, encoding: Encoding) -> str:
    """Return the text with U+DC00 + byte for each byte that cannot be read; see `size_of`."""
    _know_how_to_keep()
    return data.decode(encoding, "bytes_kept")


def size_of(text: str, encoding: Encoding) -> int:
    """Return how many bytes of the original a part of such a text is."""
    if text.isascii():
        return len(text) * (2 if encoding.startswith("utf-16") else 1)
    readable = _LOST.sub("", text)
    return len(readable.encode(encoding)) + len(text) - len(readable)


@lru_cache(maxsize=1)
def _know_how_to_keep() -> None:
    codecs.register_error("bytes_kept", _kept)


def _kept(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in lost), error.end


def _named(charset: str, data: bytes) -> Encoding:
    name = charset.strip().lower()
    if name == "utf-16":
        # RFC 2781: without a mark it is the big-endian form; most senders mean the other one.
        found = encoding_of(data)
        return found if found in {"utf-16-le", "utf-16-be"} else "utf-16-be"
    if name not in _CHARSETS:
        raise MalformedRequestError("charset: one of utf-8, utf-16, gb18030, gbk")
    return _CHARSETS[name]


def _utf_16(data: bytes, *, whole: bool) -> Encoding | None:
    """Return which UTF-16 without a mark it is: the zeros of ASCII all stand on one side."""
    zeros = (data[0::2].count(0), data[1::2].count(0))
    # A few may stand on the other, as those of U+4E00 (one) and U+3000 do.
    if max(zeros) * 20 < len(data) or min(zeros) * 2 > max(zeros):
        return None
    name: Encoding = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    text = _strict(data, name, whole=whole)
    if text is None or re.search("[\x00-\x08\x0e-\x1f]", text) or _STRANGE.search(text):
        return None
    return name


def _strict(data: bytes, encoding: str, *, whole: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(data, whole)
    except UnicodeDecodeError:
        return None


def _is_gb18030(data: bytes, *, whole: bool) -> bool:
    """Say whether more values can be read as GB18030 alone than as UTF-8, and sensibly so."""
    if _strict(data, "utf-8", whole=whole) is not None:
        return False
    in_utf_8, sensible = 0, [0, 0]
    in_gb18030 = 0
    for value in _values(data, whole=whole):
        if _strict(value, "utf-8", whole=True) is not None:
            in_utf_8 += 1
            continue
        text = _strict(value, "gb18030", whole=True)
        in_gb18030 += text is not None
        for character in value.decode("gb18030", "replace"):
            if not _NEUTRAL.match(character):
                sensible[_is_common(character)] += 1
    strange, common = sensible
    return in_gb18030 > in_utf_8 and common >= 3 * strange


def _values(data: bytes, *, whole: bool) -> Iterator[bytes]:
    found = 0
    for match in _VALUE.finditer(data):
        if not match[0].isascii() and (whole or match.end() < len(data)):
            found += 1
            yield match[0]
        if found == _MOST_VALUES:
            return


@lru_cache(maxsize=8192)
def _is_common(character: str) -> bool:
    """Say whether it is of the first level of GB 2312 or of Big5: some 7,000 characters."""
    return any(
        first <= character.encode(name, "ignore") <= last
        for name, first, last in (
            ("gb2312", b"\xb0\xa1", b"\xd7\xf9"),
            ("big5", b"\xa4\x40", b"\xc6\x7e"),
        )
    )
