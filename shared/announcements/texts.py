"""The words beside an announced poster: made of title, city, month and season alone.

The title was checked when it was written, the city was typed by somebody; both pass the word
list once more, and what does not pass is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.prompts.validation import is_refused_name
from shared.prompts.words import SEASON_WORDS
from shared.trips.facts import Season


@dataclass(frozen=True)
class PosterTexts:
    """Title and city as far as they are fit, a description, and a text to share it with."""

    title: str
    city: str
    alt_text: str
    share_text: str


def poster_texts(*, title: str, city: str, month: int, season: Season) -> PosterTexts:
    """Return the texts; the same four facts give the same words."""
    title, city = _fit(title, city), _fit(city, city)
    where = f"{month}月的{city}" if city else f"{month}月"
    named = f"海报《{title}》" if title else "旅途海报"
    return PosterTexts(
        title=title,
        city=city,
        alt_text=f"{named}：{where}，{SEASON_WORDS[season]}的风景前停着一辆车。",
        share_text=f"{where}，{SEASON_WORDS[season]}在路上。{named}，画面由AI生成。",
    )


def _fit(text: str, city: str) -> str:
    return "" if is_refused_name(text, city) else text
