"""The table of cities and their best-known sights; landmarks.json is read at the first question."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from shared.trips.cities import city_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.trips.facts import TripFacts

_TABLE = Path(__file__).with_name("landmarks.json")
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


@dataclass(frozen=True)
class _City:
    province: str
    sights: tuple[str, ...]


def landmarks_of(city: str) -> tuple[str, ...]:
    """Return the city's sights, best known first; () for a city not in the table.

    市, 州 and the like may be left out; traditional characters are understood.
    """
    known = _cities().get(city_key(city))
    return known.sights if known else ()


def allowed_landmarks(cities: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the sights that a prompt may choose, by city; never none for a city."""
    return {city: landmarks_of(city) or (GENERIC_SIGHT,) for city in cities}


def sights_for(facts: TripFacts) -> dict[str, tuple[str, ...]]:
    """Return the sights that a prompt of these facts may choose: a repainted trip keeps its own."""
    kept = facts.occasion.sight if facts.occasion else ""
    return dict.fromkeys(facts.cities, (kept,)) if kept else allowed_landmarks(facts.cities)


def province_of(city: str) -> str | None:
    """Return the province's full name, None for a city not in the table."""
    known = _cities().get(city_key(city))
    return known.province if known else None


def climate_of(city: str) -> Climate:
    """Return how winter looks there; mild for a city not in the table."""
    province = province_of(city) or ""
    for climate, names in ((Climate.SNOWY, _SNOWY), (Climate.WARM, _WARM)):
        if any(province.startswith(name) for name in names.split()):
            return climate
    return Climate.MILD


def names_of(cities: Iterable[str]) -> tuple[str, ...]:
    """Return the names of those cities that are in the table, and of their sights, longest first.

    Unknown cities are left out: their names were typed by somebody.
    """
    names: set[str] = set()
    for city in cities:
        if sights := landmarks_of(city):
            names |= {city, city_key(city), *sights}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


def known_cities() -> dict[str, str]:
    """Return the province of every city of the table, by the city's full name."""
    return {city: province for province, cities in _table().items() for city in cities}


@functools.cache
def _table() -> dict[str, dict[str, list[str]]]:
    table: dict[str, dict[str, list[str]]] = json.loads(_TABLE.read_bytes())
    return table


@functools.cache
def _cities() -> dict[str, _City]:
    return {
        city_key(city): _City(province, tuple(sights))
        for province, cities in _table().items()
        for city, sights in cities.items()
    }
