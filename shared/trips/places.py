"""The places of China by every form of their names; the tables are read at the first question.

Divisions are the official ones, of the date in divisions.json, sights those that one city alone
has; scripts/write_places writes both files.
"""

from __future__ import annotations

import functools
import json
import re
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent
_SUFFIX = re.compile("(?:市|地区|盟|县|区|旗|特别行政区)$")
_SHORT_PROVINCE = re.compile("(?:省|(?:壮族|回族|维吾尔)?自治区)$")


class Kind(IntEnum):
    """What a name may stand for; of several the first is meant."""

    PREFECTURE = 0
    COUNTY = 1
    SIGHT = 2
    DISTRICT = 3
    COMMON_SIGHT = 4


class Place(NamedTuple):
    """A place: its name, the city or county that stands for it, its prefecture and province."""

    name: str
    kind: Kind
    city: str
    prefecture: str
    province: str


class Named(NamedTuple):
    """A place by one form of its name; `whole` for one that says what kind of place it is."""

    place: Place
    whole: bool


def forms() -> dict[str, list[Named]]:
    """Return the places that each form of a name may stand for."""
    return _tables()[0]


def provinces() -> dict[str, str]:
    """Return the full name of every province by its full and its short name."""
    names = _divisions()
    return {form: name for name in names for form in (_SHORT_PROVINCE.sub("", name), name)}


def division(name: str) -> Place | None:
    """Return the prefecture or county of that name, in full or short; None for none or several."""
    found = {n.place for n in forms().get(name, ()) if n.place.kind <= Kind.COUNTY}
    highest = [place for place in found if place.kind == min(each.kind for each in found)]
    return highest[0] if len(highest) == 1 else None


def short_name(name: str) -> str | None:
    """Return the short form of a prefecture's or county's name (大理 of 大理州), None for others."""
    return _tables()[1].get(name)


@functools.cache
def _divisions() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((_HERE / "divisions.json").read_bytes())[
        "provinces"
    ]
    return found


@functools.cache
def _tables() -> tuple[dict[str, list[Named]], dict[str, str]]:
    table = _Table(provinces())
    for province, below in _divisions().items():
        for listed, names in below.items():
            city, _, short = listed.partition("/")
            if city:
                table.add(Place(city, Kind.PREFECTURE, city, city, province), short)
            for each in names.split():
                name, _, short = each.partition("/")
                table.add(_below(name, city, province), short)
    table.add_sights(json.loads((_HERE / "sights.json").read_bytes()))
    return table.forms, table.short_of


def _below(name: str, city: str, province: str) -> Place:
    own = name[-1] in "市县旗" or not city
    kind = Kind.COUNTY if own else Kind.DISTRICT
    return Place(name, kind, name if own else city, city, province)


class _Table:
    def __init__(self, provinces: dict[str, str]) -> None:
        self.forms: dict[str, list[Named]] = {}
        self.short_of: dict[str, str] = {}
        self._provinces = provinces

    def add(self, place: Place, short: str) -> None:
        name = place.name
        short = short or _SUFFIX.sub("", name)
        wholes = {name} | (_of_the_self_ruled(name, short) if "自治" in name else set())
        if place.province.endswith("特别行政区") and name == place.city:
            wholes = {place.province, f"{name}特区"}
        for form in wholes:
            self.forms.setdefault(form, []).append(Named(place, whole=True))
        # 海南 and 河南 are provinces before all else.
        if len(short) > 1 and short not in wholes and short not in self._provinces:
            self.forms.setdefault(short, []).append(Named(place, whole=False))
        if place.kind <= Kind.COUNTY and len(short) > 1:
            self.short_of |= dict.fromkeys(wholes, short)

    def add_sights(self, sights: dict[str, dict[str, str]]) -> None:
        for key, kind in (("known", Kind.SIGHT), ("common", Kind.COMMON_SIGHT)):
            for city, names in sights[key].items():
                owner = self._owner(city)
                for name in names.split():
                    place = Place(name, kind, city, owner.prefecture or city, owner.province)
                    self.forms.setdefault(name, []).append(Named(place, whole=True))

    def _owner(self, city: str) -> Place:
        return min((n.place for n in self.forms[city]), key=lambda place: place.kind)


def _of_the_self_ruled(name: str, short: str) -> set[str]:
    """Return 大理州 and 大理自治州 of 大理白族自治州."""
    return {f"{short}{name[-1]}", f"{short}自治{name[-1]}"}
