"""The prompt that needs no model: composed of the trip's facts and the table of landmarks.

Its phrases, in `template_words.json`, avoid mountains, water and buildings: the sight alone decides
what stands there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from shared.core.tables import table
from shared.prompts.landmarks import GENERIC_SIGHT, climate_of, has_latin, landmarks_of, place_of
from shared.prompts.model import PaintingPrompt
from shared.prompts.validation import kept_title
from shared.prompts.words import MOOD_WORDS, fact_words
from shared.trips.cities import city_key

if TYPE_CHECKING:
    from shared.trips.facts import TripFacts

_T = TypeVar("_T")


def template_prompt(facts: TripFacts, *, seed: int) -> PaintingPrompt:
    """Return the prompt of these facts; the seed alone decides among cities, sights and titles."""
    city, sight = _choose_sight(facts, seed)
    return PaintingPrompt(
        city=city,
        landmark=sight,
        season=facts.season,
        weather=facts.weather,
        time_of_day=facts.time_of_day,
        mood=facts.mood,
        palette=_palette(facts),
        prompt=_text(facts, city, sight),
        title=_title(facts, city, sight, seed),
    )


def retold(prompt: PaintingPrompt, facts: TripFacts) -> PaintingPrompt:
    """Return the prompt told anew for other facts: the same sight and title, another light."""
    return prompt.model_copy(
        update={
            "season": facts.season,
            "weather": facts.weather,
            "time_of_day": facts.time_of_day,
            "palette": _palette(facts),
            "prompt": _text(facts, prompt.city, prompt.landmark),
        }
    )


def _palette(facts: TripFacts) -> tuple[str, ...]:
    given = facts.occasion.palette if facts.occasion else ()
    phrases = table(__file__, "template_words")
    own = phrases["palettes"][facts.time_of_day]
    if given:
        return (*given, *own[: 5 - len(given)])
    return (*own, phrases["season_colours"][facts.season])


def _choose_sight(facts: TripFacts, seed: int) -> tuple[str, str]:
    known = [city for city in facts.cities if landmarks_of(city)]
    city = choice(known or facts.cities, seed, "city")
    if facts.occasion and facts.occasion.sight:
        return city, facts.occasion.sight
    sights = landmarks_of(city) or (GENERIC_SIGHT,)
    # The best-known one twice as often as each of the others.
    return city, choice((sights[0], *sights), seed, "sight")


def _text(facts: TripFacts, city: str, sight: str) -> str:
    words = fact_words(facts.season, facts.weather, facts.time_of_day)
    place = place_of(city, sight)
    phrases = table(__file__, "template_words")
    growth = phrases["seasons"][facts.season][climate_of(city)]
    if facts.occasion and facts.occasion.words_zh:
        growth = f"{growth}，{facts.occasion.words_zh}"
    weather, time = phrases["weathers"][facts.weather], phrases["times"][facts.time_of_day]
    return (
        f"{'，'.join(words)}。中远景是{place}，结构清晰，细节真实。{growth}，{weather}，"
        f"{time}。氛围{MOOD_WORDS[facts.mood]}，{phrases['tones'][facts.mood]}。"
        "前景是空旷平整的地面，从画面下缘向远处延伸，洁净开阔。"
    )


def _title(facts: TripFacts, city: str, sight: str, seed: int) -> str:
    if kept := kept_title(city, facts):
        return kept
    titles = table(__file__, "template_words")["titles"]
    phrase = choice(titles[facts.mood].split(), seed, "title")
    named = (sight, city_key(city)) if landmarks_of(city) else ()
    full = (f"{name}·{phrase}" for name in named if not has_latin(name))
    return next((title for title in full if len(title) <= 12), phrase)


def choice(options: Sequence[_T], seed: object, purpose: str) -> _T:
    """Return one of the options, by seed and purpose alone."""
    digest = hashlib.sha256(f"{purpose}:{seed}".encode()).digest()
    return options[int.from_bytes(digest[:4], "big") % len(options)]
