"""Cities abroad and their countries; world.json is read when a place is none of China.

tools/write_places writes the file, of GeoNames and CLDR.
"""

from __future__ import annotations

import functools
import re
from typing import Any, NamedTuple

from shared.core.tables import table
from shared.trips.places import division

_LONGEST = 18
_BEHIND = (
    "$|[A-Za-z]|(?:大都会|广域市|特别市|[市都府])|.{1,4}(?<![小社园景厂校])[区郡町]"
    "|.{0,8}(?:机场|火车站|中央站|[东西南北]?站)"
)
# 「神奈川县横滨市」: a region that is not in the table, before a city that is.
_REGION = "(.{2,7}?[县府都道州省邦])(?=..)"


class Abroad(NamedTuple):
    """A city abroad: its country's code (FR), region ("" for most) and latitude in degrees."""

    name: str
    country: str
    region: str
    latitude: int


class Country(NamedTuple):
    """A country's names and its continent's code: AF, AN, AS, EU, NA, OC or SA."""

    chinese: str
    english: str
    continent: str


def city_abroad(plain: str) -> str | None:
    """Return the city abroad that begins simplified Chinese text, None for none.

    Its usual Chinese name, as 东京 of 东京都新宿区; behind a country's name only its own cities.
    """
    code, rest = _in_country(plain)
    return _begins(plain, "") or (_begins(rest, code) if rest else None) or _in_region(rest, code)


def abroad(name: str) -> Abroad | None:
    """Return the city abroad of a name that `city_of` has given, None for any other."""
    return world().cities.get(name)


def is_abroad(city: str) -> bool:
    """Say whether a city that `city_of` has given lies abroad."""
    return _abroad_alone(city) is not None


def is_southern(city: str) -> bool:
    """Say whether a city that `city_of` has given lies south of the equator."""
    known = _abroad_alone(city)
    return known is not None and known.latitude < 0


def _abroad_alone(city: str) -> Abroad | None:
    """What is a division of China is found out before the larger table is read."""
    return None if division(city) else abroad(city)


def country(code: str) -> Country:
    """Return the country of a code that a city has."""
    return world().countries[code]


class World:
    """What `world.json` says.

    `latin`: cities by their names in the letters a to z, the largest first; of `ambiguous` names
    none is much better known than the others. `areas`: the codes of countries and regions (US,
    US-CA) that such letters may name.
    """

    def __init__(self, found: dict[str, Any]) -> None:
        self.cities: dict[str, Abroad] = {}
        self.han: dict[str, Abroad] = {}
        self.latin: dict[str, list[Abroad]] = {}
        self.countries = {code: Country(*names[:3]) for code, names in found["countries"].items()}
        self.codes = {names[0]: code for code, names in found["countries"].items()}
        self.ambiguous = frozenset(found["ambiguous"].split())
        self.areas: dict[str, set[str]] = {}
        for code, names in found["countries"].items():
            for each in names[3].split():
                self.areas.setdefault(each, set()).add(code)
        for code, regions in found["regions"].items():
            for each, short in regions.items():
                for form in (each, short.lower()):
                    self.areas.setdefault(form, set()).add(f"{code}-{short}")
        for row in found["cities"]:
            self._add(row)

    def _add(self, row: str) -> None:
        name, code, region, latitude, latin, han = row.split(";")
        city = Abroad(name, code, region, int(latitude))
        self.cities[name] = city
        for each in (name, *han.split()):
            self.han.setdefault(each.replace(" ", ""), city)
        for each in latin.split():
            self.latin.setdefault(each, []).append(city)


@functools.cache
def world() -> World:
    """Return the table, read at the first question."""
    return World(table(__file__, "world"))


def _in_country(plain: str) -> tuple[str, str]:
    """Return the code of the country that begins a text, "" for none, and the rest."""
    codes = world().codes
    for length in range(min(len(plain), 12), 1, -1):
        if plain[:length] in codes:
            return codes[plain[:length]], plain[length:]
    return "", plain


def _begins(text: str, code: str) -> str | None:
    """Return the city that begins the text; behind its country's name anything may follow it."""
    names = world().han
    for length in range(min(len(text), _LONGEST), 1, -1):
        city = names.get(text[:length])
        if city and code in {"", city.country} and (code or re.match(_BEHIND, text[length:])):
            return city.name
    return None


def _in_region(text: str, code: str) -> str | None:
    """Return the city that stands, without anything behind it, behind a region's name."""
    for region in (re.match(_REGION, text), re.match("(北海道)", text)):
        if region:
            city = world().han.get(text[region.end() :].removesuffix("市"))
            if city and code in {"", city.country}:
                return city.name
    return None
