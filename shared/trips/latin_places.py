"""A city out of a place in Latin letters: pinyin, English names, and cities abroad.

The parts between commas are read from the left, as they stand in an address: the first that is a
city and does not lie elsewhere than the parts behind it say. 「Paris, TX」 is not the one in
France, and 「Taizhou」 without a province is none of the two.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import NamedTuple

from shared.core.tables import table
from shared.trips.abroad import Abroad, abroad, world
from shared.trips.places import Kind, division

_CHINA = frozenset({"china", "prc", "cn", "chn", "mainlandchina", "peoplesrepublicofchina"})
_BRITAIN = frozenset({"uk", "greatbritain", "britain"})
_MOST_WORDS, _MOST_PARTS = 8, 8
_KIND = re.compile(
    " (?:city|shi|municipality|prefecture|district|county|xian|qu|sar|town|metropolitan area|"
    "autonomous prefecture|special administrative region|province|sheng)$"
)
_STOP = re.compile(
    " (?:(?:north|south|east|west|central|nan|bei|dong|xi) ?)?(?:(?:international|intl) )?"
    "(?:airport|(?:railway |train |bus |metro )?station|toll (?:station|gate)|service area|port)$"
)


class _Found(NamedTuple):
    """A city and the codes of the areas that it lies in: CN, its province's name, US, US-CA."""

    name: str
    areas: frozenset[str]


def latin_city(text: str) -> str | None:
    """Return the city of a place in Latin letters, None for none; full Chinese names of China's."""
    if abroad(text):
        return text
    parts = [_words(part) for part in re.split("[,，;/|()]| - ", text)][-_MOST_PARTS:]
    parts = [part for part in parts if part]
    for number, part in enumerate(parts):
        known = [areas for each in parts[number + 1 :] if (areas := _areas(each))]
        if found := _read(part, known):
            return found
    return None


def _words(part: str) -> str:
    """Return the words of a part in the letters a to z, without accents, numbers and dots."""
    plain = unicodedata.normalize("NFKD", part.casefold().replace("ø", "o").replace("ł", "l"))
    letters = re.sub("['’ʼ`.\u0300-\u036f]", "", plain)
    return re.sub("[^a-z]+", " ", letters).strip()


def _read(words: str, known: list[frozenset[str]]) -> str | None:
    """Return the city of one part: as it stands, without its kind, or with its country behind."""
    if len(words.split()) > _MOST_WORDS:
        return None
    for form in dict.fromkeys((words, _KIND.sub("", words))):
        if found := _only(form, known):
            return found
    if stop := _STOP.search(words):
        return _begins(words[: stop.start()].split(), known)
    return _beside_its_area(words.split(), known)


def _beside_its_area(words: list[str], known: list[frozenset[str]]) -> str | None:
    """Return the city of words without commas: 「Paris France」, 「Zhejiang Hangzhou」."""
    for number in range(len(words) - 1, 0, -1):
        first, last = " ".join(words[:number]), " ".join(words[number:])
        for name, area in ((first, last), (last, first)):
            areas = _areas(area)
            if areas and (found := _only(_KIND.sub("", name), [areas, *known])):
                return found
    return None


def _begins(words: list[str], known: list[frozenset[str]]) -> str | None:
    """Return the city that the first words name: 「Shanghai Hongqiao」."""
    forms = (" ".join(words[:number]) for number in range(len(words), 0, -1))
    return next((found for form in forms if (found := _only(form, known))), None)


def _only(words: str, known: list[frozenset[str]]) -> str | None:
    """Return the city of that name which lies in all that is known, None where several may be."""
    letters = words.replace(" ", "")
    china = [c.name for c in _in_china(letters) if all(c.areas & areas for areas in known)]
    if china:
        # Of several the first of the row is meant without a word, "-" for none.
        meant = china[0] if len(set(china)) == 1 else _names()[letters][0]
        return meant if meant in china else None
    named = map(_of, world().latin.get(letters, []))
    found = [each for each in named if all(each.areas & areas for areas in known)]
    if not found or (len(found) > 1 and letters in world().ambiguous):
        return None
    return found[0].name


def _of(city: Abroad) -> _Found:
    areas = {city.country, f"{city.country}-{city.region}"}
    return _Found(city.name, frozenset(areas))


def _in_china(letters: str) -> list[_Found]:
    found = []
    for name in _names().get(letters, ()):
        place = division(name)
        if place is not None:
            areas = {"CN", place.province, place.prefecture, place.name}
            found.append(_Found(name, frozenset(areas)))
    return found


def _areas(words: str) -> frozenset[str]:
    """Return the areas that a part behind the city may name, none for one nobody knows."""
    letters = _KIND.sub("", words).replace(" ", "")
    if letters in _CHINA:
        return frozenset({"CN"})
    if letters in _BRITAIN:
        return frozenset({"GB"})
    found = set(world().areas.get(letters, ()))
    if province := table(__file__, "romanised")["provinces"].get(letters):
        found.add(province)
    for name in _names().get(letters, ()):
        place = division(name)
        if place is not None and place.kind is Kind.PREFECTURE:
            found.add(place.name)
    return frozenset(found)


@functools.cache
def _names() -> dict[str, list[str]]:
    rows = (row.split() for row in table(__file__, "romanised")["names"])
    return {key: names for key, *names in rows}
