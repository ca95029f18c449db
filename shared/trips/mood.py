"""The six moods a picture knows, and the tags and emoji that stand for them.

They stand in `mood_words.json`; the first group that matches wins. 「出游」, the app's commonest
tag, is in the last one; in `others` a word of the table means something else.
English words are whole ones, with * the beginnings of some. What is denied is not there: 不累 says
nothing. Joy that is denied is sadness, which nostalgic stands for.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache

from shared.core.tables import table
from shared.trips.script import simplified


class Mood(str, Enum):
    """The tone of a poster."""

    JOYFUL = "joyful"
    CALM = "calm"
    ADVENTUROUS = "adventurous"
    ROMANTIC = "romantic"
    NOSTALGIC = "nostalgic"
    FREE = "free"


_NOT_ZH = (
    "(?:不是|不会|不能|不够|不怎么|不再|不|没有|没那么|没|毫无|无|失去)"
    "(?:太|很|那么|那|多|大|觉得|感到)?"
)
_NOT_EN = (
    r"(?:(?<![a-z])(?:not|no|never|without|hardly)|n['’]t)\s"
    r"(?:(?:very|so|too|really|that|all|much|a|any|feeling)\s){0,2}"
)


def known_mood(tag: str) -> Mood | None:
    """Return the mood of an emoji tag or of free words, None where nothing is known."""
    others, joyless, denied = _silent()
    plain = others.sub(" ", simplified(tag).lower())
    plain = denied.sub(" ", joyless.sub(" 难过 ", plain))
    known = (mood for mood, words in _patterns().items() if words.search(plain))
    return next(known, None)


def mood_of(tag: str) -> Mood:
    """Return the mood to paint: joyful where nothing is known."""
    return known_mood(tag) or Mood.JOYFUL


@lru_cache(maxsize=1)
def _patterns() -> dict[Mood, re.Pattern[str]]:
    moods = table(__file__, "mood_words")["moods"]
    return {Mood(mood): re.compile(_any_of(words)) for mood, words in moods.items()}


@lru_cache(maxsize=1)
def _silent() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of other words, of joy that is denied, and of any mood that is."""
    words = table(__file__, "mood_words")
    every = itertools.chain(*words["moods"].values())
    joyless, denied = (
        re.compile(f"(?:{_NOT_ZH}|{_NOT_EN})(?:{_any_of(known)})")
        for known in (words["joy"], every)
    )
    return re.compile(_any_of(words["others"])), joyless, denied


def _any_of(rows: Iterable[str]) -> str:
    return "|".join(map(_pattern, " ".join(rows).split()))


def _pattern(word: str) -> str:
    if not word[0].isascii():
        return re.escape(word)
    return rf"(?<![a-z]){word.rstrip('*')}" + ("" if word.endswith("*") else "(?![a-z])")
