"""What the text model answered, believed only as far as it agrees with the trip.

Whatever a caption made the model say, this decides: the facts must be the trip's, the sight one of
those offered, and the text must ask for a scene without vehicles, people, writing or worse.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import ValidationError

from shared.core.errors import BundleError
from shared.prompts.contradictions import contradiction
from shared.prompts.landmarks import climate_of, names_of, sights_for
from shared.prompts.model import PaintingPrompt
from shared.prompts.refused_words import NOT_IN_TITLES, harmless, refused_words, without_denials
from shared.prompts.words import SEASON_WORDS, fact_words
from shared.trips.cities import city_key
from shared.trips.cleaning import is_plain
from shared.trips.script import simplified

if TYPE_CHECKING:
    from shared.trips.facts import TripFacts

_LONGEST_ANSWER = 8000
_FENCE = re.compile(r"```(?:json|JSON)?\s*(\{.*?\})\s*```", re.DOTALL)
_CHARACTERS = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff\u3007\u3001\u3002\u3008-\u3011\uff01-\uff5e"
    r"\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u00b7\u00b0\u2103\x20-\x7e]*"
)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_TITLE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\d\u00b7\uff0c,\u3001\uff01!\u2014\u2026 ]+")
_LATIN_WORDS = {"k", "hdr"}
_NUMBERS = re.compile(r"\d{3}|\d(?:[\s.·/-]?\d){4}|[〇零一二三四五六七八九]{5}")
_COLOUR = re.compile(
    "[红橙黄绿青蓝紫粉白黑灰金银棕褐赭绯朱丹赤碧翠墨黛靛玫桃杏橘米咖驼铜琥象茜缃霞藕色]"
)


class PromptRejectedError(BundleError):
    """An answer that is not used; `reason` is a fixed code and never quotes the answer."""

    title = "The painting prompt is not usable"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def validate_prompt(raw: str, facts: TripFacts) -> PaintingPrompt:
    """Return the answer as a prompt of this trip; PromptRejectedError says why not."""
    prompt = _tidied(_parsed(raw))
    for check in (_facts_problem, _text_problem, _palette_problem, _title_problem):
        reason = check(prompt, facts)
        if reason:
            raise PromptRejectedError(reason)
    city = _city_of_trip(prompt, facts) or prompt.city
    title = kept_title(city, facts) or prompt.title
    return prompt.model_copy(update={"city": city, "title": title})


def _parsed(raw: str) -> PaintingPrompt:
    if len(raw) > _LONGEST_ANSWER:
        raise PromptRejectedError("too_long")
    fenced = _FENCE.findall(raw)
    try:
        told = json.loads(fenced[0] if len(fenced) == 1 else raw)
        return PaintingPrompt.model_validate(told, extra="forbid")
    except ValidationError:
        reason = "schema"
    except (ValueError, RecursionError):
        reason = "not_json"
    raise PromptRejectedError(reason)


def _tidied(prompt: PaintingPrompt) -> PaintingPrompt:
    """Take out the line breaks that models like; every other control character is refused."""
    text = re.sub(r"[ \t\r\n\u3000]+", "", prompt.prompt)
    if not is_plain(text) or not _CHARACTERS.fullmatch(text):
        raise PromptRejectedError("characters")
    if len(text) < 40:
        raise PromptRejectedError("schema")
    return prompt.model_copy(update={"prompt": text, "title": prompt.title.strip()})


def _facts_problem(prompt: PaintingPrompt, facts: TripFacts) -> str | None:
    city = _city_of_trip(prompt, facts)
    if city is None:
        return "city"
    if prompt.landmark not in sights_for(facts)[city]:
        return "landmark"
    same = ("season", "weather", "time_of_day", "mood")
    return next((name for name in same if getattr(prompt, name) != getattr(facts, name)), None)


def _text_problem(prompt: PaintingPrompt, facts: TripFacts) -> str | None:
    words = fact_words(facts.season, facts.weather, facts.time_of_day)
    if not all(word in prompt.prompt for word in (*words, prompt.landmark)):
        return "missing_words"
    signs = facts.occasion.signs if facts.occasion else ()
    if signs and not any(sign in prompt.prompt for sign in signs):
        return "missing_words"
    plain = without_denials(_nameless(prompt.prompt, facts))
    wanted = harmless().sub(" ", plain)
    return (
        _refused(wanted, tuple(refused_words()))
        or _foreign(wanted)
        or contradiction(plain, facts, climate_of(prompt.city))
    )


def _palette_problem(prompt: PaintingPrompt, _facts: TripFacts) -> str | None:
    for colour in prompt.palette:
        plain = simplified(colour)
        named = _HAN.fullmatch(plain) and _COLOUR.search(plain)
        if not named or _refused(harmless().sub(" ", plain), tuple(refused_words())):
            return "palette"
    return None


def _title_problem(prompt: PaintingPrompt, facts: TripFacts) -> str | None:
    return None if title_fits(prompt.title, prompt.city, facts) else "title"


def title_fits(title: str, city: str, facts: TripFacts) -> bool:
    """Say whether a poster of these facts may bear the title."""
    plain = _nameless(title, facts)
    wrong = (
        not 2 <= len(title) <= 12
        or not _TITLE.fullmatch(title)
        or _refused(plain, NOT_IN_TITLES)
        or _foreign(plain)
        or contradiction(plain, facts, climate_of(city))
    )
    return not wrong


def kept_title(city: str, facts: TripFacts) -> str | None:
    """Return the first poster's title for a trip that is painted once more, if it fits as it is
    or with the name of the season changed; None otherwise.
    """
    if facts.occasion is None:
        return None
    title, own = facts.occasion.title, SEASON_WORDS[facts.season][0]
    renamed = re.sub("[春夏秋冬]", own, title)
    return next((each for each in (title, renamed) if title_fits(each, city, facts)), None)


def _city_of_trip(prompt: PaintingPrompt, facts: TripFacts) -> str | None:
    """Return the trip's own name of the city; the model may leave out a 市."""
    if prompt.city in facts.cities:
        return prompt.city
    key = city_key(prompt.city)
    return next((city for city in facts.cities if city_key(city) == key), None)


def is_refused_name(text: str, city: str) -> bool:
    """Say whether a title or the name of that city has a word that may not be shown to others."""
    return _refused(_without_names(text, (city,)), NOT_IN_TITLES) is not None


def _nameless(text: str, facts: TripFacts) -> str:
    return _without_names(text, facts.cities)


def _without_names(text: str, cities: Iterable[str]) -> str:
    """Return the text in simplified characters, its known names replaced: 雷峰塔 is no thunder."""
    plain = simplified(unicodedata.normalize("NFC", text)).lower()
    for name in names_of(cities):
        plain = plain.replace(name, " ")
    return plain


def _refused(text: str, groups: tuple[str, ...]) -> str | None:
    closed = re.sub(r"[\s·*_\-—…\"'“”‘’]", "", text)
    for group in groups:
        pattern = refused_words()[group]
        if pattern.search(text) or pattern.search(closed):
            return group
    return None


def _foreign(text: str) -> str | None:
    if any(word not in _LATIN_WORDS for word in re.findall("[a-z]+", text)):
        return "characters"
    return "digits" if _NUMBERS.search(text) else None
