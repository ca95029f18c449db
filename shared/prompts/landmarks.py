"""What a picture of a city shows: its best-known sights, abroad a landscape of its country.

landmarks.json is the table of sights, landscapes.json that of countries; each is read at the first
question.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from shared.core.tables import table
from shared.trips.abroad import Abroad, abroad, country
from shared.trips.cities import city_key
from shared.trips.places import division
from shared.trips.script import simplified

if TYPE_CHECKING:
    from shared.trips.facts import TripFacts

# What a city without an entry is painted as.
GENERIC_SIGHT = "城市风光"


class Climate(str, Enum):
    """How winter looks: snow lies, nothing is green, or everything stays green."""

    SNOWY = "snowy"
    MILD = "mild"
    WARM = "warm"


# By province, roughly after the mean temperature of January: below -5, up to 8, above 8 degrees.
_SNOWY = "黑龙江 吉林 辽宁 内蒙古 新疆 青海 西藏 甘肃 宁夏"
_WARM = "广东 广西 海南 福建 云南 香港 澳门 台湾"
# Abroad by degrees of latitude; most of Europe is warmer than its latitude.
_WARM_BELOW, _SNOWY_FROM = 32, 42


@dataclass(frozen=True)
class _City:
    name: str
    province: str
    sights: tuple[str, ...]


@dataclass(frozen=True)
class Landscape:
    """What stands for a country: its words behind the country's name, in both languages."""

    chinese: str
    english: str
    winter: Climate | None


def landmarks_of(city: str) -> tuple[str, ...]:
    """Return the city's sights, best known first; () for a city without any.

    A county without an entry has those of its prefecture, a city abroad one landscape of its
    country. 市, 州 and the like may be left out; traditional characters are understood.
    """
    if known := _entry(city):
        return known.sights
    lies = abroad(city)
    return (_landscape(lies.country).chinese,) if lies else ()


def place_of(city: str, sight: str) -> str:
    """Return city and sight as a picture prompt names them: a prefecture before its own sight.

    A name in Latin letters stays out of the prompt, and so does one that is in no table: it was
    typed by somebody.
    """
    known = _entry(city)
    name = (known.name if division(city) else city) if known else city if abroad(city) else ""
    if known and city_key(known.name) == city_key(city):
        name = city
    return sight if sight.startswith(name) or has_latin(name) else f"{name}{sight}"


def has_latin(name: str) -> bool:
    """Say whether a name has Latin letters, which a Chinese prompt and title do without."""
    return re.search("[A-Za-z]", name) is not None


def allowed_landmarks(cities: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the sights that a prompt may choose, by city; never none for a city."""
    return {city: landmarks_of(city) or (GENERIC_SIGHT,) for city in cities}


def sights_for(facts: TripFacts) -> dict[str, tuple[str, ...]]:
    """Return the sights that a prompt of these facts may choose: a repainted trip keeps its own."""
    kept = facts.occasion.sight if facts.occasion else ""
    return dict.fromkeys(facts.cities, (kept,)) if kept else allowed_landmarks(facts.cities)


def province_of(city: str) -> str | None:
    """Return the province's full name, None for a city that is in no table or abroad."""
    if known := _entry(city):
        return known.province
    place = division(simplified(city))
    return place.province if place else None


def climate_of(city: str) -> Climate:
    """Return how winter looks there; mild for a city that is in no table."""
    province = province_of(city) or ""
    if not province and (known := abroad(city)):
        return _landscape(known.country).winter or _by_latitude(known)
    for climate, names in ((Climate.SNOWY, _SNOWY), (Climate.WARM, _WARM)):
        if any(province.startswith(name) for name in names.split()):
            return climate
    return Climate.MILD


def names_of(cities: Iterable[str]) -> tuple[str, ...]:
    """Return the names of those cities that are in a table, and of their sights, longest first.

    Unknown cities are left out: their names were typed by somebody. Latin letters are small ones.
    """
    names: set[str] = set()
    for city in cities:
        if sights := landmarks_of(city):
            known = _entry(city)
            latin = city.lower()
            names |= {latin, latin.replace(" ", ""), city_key(city).lower(), *sights}
            names |= {known.name, city_key(known.name)} if known else set()
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


def landscape_in_english(city: str) -> str | None:
    """Return the landscape of a city abroad with its country, None for a city of China."""
    known = None if _entry(city) else abroad(city)
    if known is None:
        return None
    return f"{_landscape(known.country).english} in {country(known.country).english}"


def known_cities() -> dict[str, str]:
    """Return the province of every city of the table, by the city's full name."""
    return {city: province for province, cities in _table().items() for city in cities}


def _entry(city: str) -> _City | None:
    """Return the entry of a city, for a county without one that of its prefecture."""
    found = _cities().get(city_key(city))
    if found is None and (place := division(simplified(city))):
        found = _cities().get(city_key(place.prefecture))
    return found


@functools.cache
def _landscape(code: str) -> Landscape:
    tables = table(__file__, "landscapes")
    own = country(code)
    words = tables["countries"].get(code) or tables["continents"][own.continent]
    winter = Climate(words[2]) if len(words) > 2 else None
    if winter is None and own.continent == "EU":
        winter = Climate.MILD
    return Landscape(f"{own.chinese}{words[0]}", words[1], winter)


def _by_latitude(city: Abroad) -> Climate:
    degrees = abs(city.latitude)
    if degrees >= _SNOWY_FROM:
        return Climate.SNOWY
    return Climate.WARM if degrees <= _WARM_BELOW else Climate.MILD


def _table() -> dict[str, dict[str, list[str]]]:
    return table(__file__, "landmarks")


@functools.cache
def _cities() -> dict[str, _City]:
    return {
        city_key(city): _City(city, province, tuple(sights))
        for province, cities in _table().items()
        for city, sights in cities.items()
    }
