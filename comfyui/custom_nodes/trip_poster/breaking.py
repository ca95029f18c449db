"""Where a title may be broken into lines: at its own pauses, else near the half.

No line holds one character alone, no word, number or quotation is cut, and no line begins with a
mark that closes or ends with one that opens.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

_PAUSES = " ·，、,：:；;—–"
_DROPPED = " ·"
_CLOSING = "，、,：:；;。.！!？?》）)”’…—–·- "
_OPENING = "《（(“‘"
_PAIRS = ("《》", "（）", "“”", "()")
_PRICE_OF_NO_PAUSE = 0.3
_LEAST = 2


def broken(text: str, count: int, width: Callable[[str], float]) -> list[str] | None:
    """Return the text in `count` lines, as even as can be; None where it cannot be broken so."""
    if count == 1:
        return [text]
    places = [at for at in range(1, len(text)) if _may_break(text, at)]
    best: tuple[float, list[str]] | None = None
    for chosen in itertools.combinations(places, count - 1):
        lines = [text[a:b].strip(_DROPPED) for a, b in itertools.pairwise((0, *chosen, len(text)))]
        if min(sum(map(str.isalnum, each)) for each in lines) < _LEAST:
            continue
        widths = [width(each) for each in lines]
        hard = sum(not _is_pause(text, at) for at in chosen)
        cost = max(widths) * count / sum(widths) + _PRICE_OF_NO_PAUSE * hard
        if best is None or cost < best[0]:
            best = (cost, lines)
    return best[1] if best else None


def _may_break(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if any(text[:at].count(pair[0]) > text[:at].count(pair[1]) for pair in _PAIRS):
        return False
    if before in _OPENING or (after in _CLOSING and after not in _DROPPED):
        return False
    return _is_pause(text, at) or not (_is_of_a_word(before) and _is_of_a_word(after))


def _is_pause(text: str, at: int) -> bool:
    return text[at - 1] in _PAUSES or text[at] in _DROPPED


def _is_of_a_word(character: str) -> bool:
    """Tell a letter or digit of a script that sets words apart by spaces."""
    return (character.isalnum() and ord(character) < 0x2E80) or character in "'’.-&"
