"""The places of China by every form of their names; the tables are read at the first question.

Divisions are the official ones, of the date in divisions.json, sights those that one city alone
has; tools/write_places writes both files.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from enum import IntEnum
from typing import NamedTuple

from shared.core.tables import table


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


def named(form: str) -> list[Named]:
    """Return the places that one form of a name may stand for."""
    tables = _tables()
    found = [Named(place, whole=True) for place in tables.wholes.get(form, ())]
    return found + [Named(place, whole=False) for place in tables.shorts.get(form, ())]


@functools.cache
def provinces() -> dict[str, str]:
    """Return the full name of every province by its full and its short name."""
    kinds = "(?:省|(?:壮族|回族|维吾尔)?自治区)$"
    return {form: name for name in _divisions() for form in (re.sub(kinds, "", name), name)}


def division(name: str) -> Place | None:
    """Return the prefecture or county of that name, in full or short; None for none or several."""
    found = {each.place for each in named(name) if each.place.kind <= Kind.COUNTY}
    highest = [place for place in found if place.kind == min(each.kind for each in found)]
    return highest[0] if len(highest) == 1 else None


def short_name(name: str) -> str | None:
    """Return the short form of a prefecture's or county's name: 大理 of 大理州; None for others."""
    return _tables().short_of.get(name)


def _divisions() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = table(__file__, "divisions")["provinces"]
    return found


@functools.cache
def _tables() -> _Tables:
    tables = _Tables()
    for province, below in _divisions().items():
        for listed, names in below.items():
            city, _, short = listed.partition("/")
            if city:
                tables.add(Place(city, Kind.PREFECTURE, city, city, province), short)
            for each in names.split():
                name, _, short = each.partition("/")
                is_county = name[-1] in "市县旗" or not city
                kind, owner = (Kind.COUNTY, name) if is_county else (Kind.DISTRICT, city)
                tables.add(Place(name, kind, owner, city, province), short)
    tables.add_sights(table(__file__, "sights"))
    return tables


class _Tables:
    """Places by the forms that say what kind of place it is, and by the short ones."""

    def __init__(self) -> None:
        self.wholes: defaultdict[str, list[Place]] = defaultdict(list)
        self.shorts: defaultdict[str, list[Place]] = defaultdict(list)
        self.short_of: dict[str, str] = {}

    def add(self, place: Place, short: str) -> None:
        name = place.name
        short = short or re.sub("(?:地区|[市盟县区旗])$", "", name)
        wholes = [name]
        if "自治" in name:
            wholes += [f"{short}{name[-1]}", f"{short}自治{name[-1]}"]
        elif place.province == f"{name}特别行政区":
            wholes = [place.province, f"{name}特区"]
        for form in wholes:
            self.wholes[form].append(place)
            if place.kind <= Kind.COUNTY and len(short) > 1:
                self.short_of[form] = short
        # 三峡 and 太平 are no districts of Taiwan to most.
        is_plain = place.province == "台湾省" and place.kind is Kind.DISTRICT
        if len(short) > 1 and short not in wholes and not is_plain:
            self.shorts[short].append(place)

    def add_sights(self, sights: dict[str, dict[str, str]]) -> None:
        for key, kind in (("known", Kind.SIGHT), ("common", Kind.COMMON_SIGHT)):
            for city, names in sights[key].items():
                owner = (self.wholes.get(city) or self.shorts[city])[0]
                for name in names.split():
                    place = Place(name, kind, city, owner.prefecture or city, owner.province)
                    self.wholes[name].append(place)
