"""The format that a trip asks for, as apps and people write it: 4：5, 1080x1920, 竖屏, square."""

from __future__ import annotations

import re

from shared.core.formats import FORMATS, Format
from shared.trips.script import simplified

_WORDS: dict[Format, str] = {
    "9:16": "竖屏 全屏 手机 壁纸 故事 story stories reel reels",
    "4:5": "竖版 竖图 竖向 竖式 纵向 竖幅 portrait vertical",
    "1:1": "方形 方图 方版 正方 正方形 square",
    "16:9": "横版 横屏 横图 横向 横式 横幅 宽屏 landscape horizontal wide widescreen",
}
_RATIO = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s?[:/x×*比]\s?(\d{1,4})(?:px|像素)?", re.ASCII)
# Of sizes in pixels, as 1080x1350: how far they may be off the shape.
_MOST_OFF = 0.01
WORDS_FOR_PEOPLE = "竖版 竖屏 方形 横版"


def read_format(text: str) -> Format | None:
    """Return the format that words, a ratio or a size in pixels name; None for none."""
    plain = simplified(text).strip().lower()
    found = _RATIO.search(plain)
    if found:
        return _of_shape(float(found[1]), float(found[2]))
    return next((form for form, words in _WORDS.items() if _has(plain, words)), None)


def _has(plain: str, words: str) -> bool:
    latin = set(re.findall("[a-z]+", plain))
    return any(word in latin if word.isascii() else word in plain for word in words.split())


def _of_shape(width: float, height: float) -> Format | None:
    for form in FORMATS:
        across, down = map(int, form.split(":"))
        if height and abs(width * down / (height * across) - 1) <= _MOST_OFF:
            return form
    return None
