"""The forms by which places of China are known: short names, sights, and names in Latin letters."""

import itertools
import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from opencc import OpenCC
from pypinyin import lazy_pinyin

from tools.write_places.sources import ABROAD_ALSO, Divisions, by_hand, han_names

_HERE = Path(__file__).parent
_LANDMARKS = _HERE.parents[1] / "shared" / "prompts" / "landmarks.json"
WHOLE = str.maketrans({"ß": "ss", "ø": "o", "ł": "l"})  # letters that NFKD leaves whole
_SIMPLE = re.compile("(.{2,}?)(?:市|地区|盟|县|(?<=神农架)林区|新区|区|旗)")
_SUFFIX = re.compile("(?:市|地区|盟|县|区|旗)$")


def short_name(name: str) -> str:
    """Return a division's name without what kind of division it is; of one character, none."""
    peoples = by_hand("peoples").replace(" ", "|")
    matched = re.fullmatch(f"(.+?)(?:{peoples})*自治[州县旗]", name) or _SIMPLE.fullmatch(name)
    return matched[1] if matched and len(matched[1]) > 1 else name


def with_short(name: str) -> str:
    """Return 「大理白族自治州/大理」, the name alone where cutting its last character is enough."""
    short = short_name(name)
    return name if short in {name, _SUFFIX.sub("", name)} else f"{name}/{short}"


def sights(divisions: Divisions) -> dict[str, dict[str, str]]:
    """Return {"known": {city: names}, "common": {city: names}}: the latter only behind a city."""
    common = set(_lines("common_names.txt").split())
    table = json.loads(_LANDMARKS.read_bytes())
    above = {
        name: city for below in divisions.names.values() for city in below for name in below[city]
    }
    owners = _gathered(
        (sight, city.removesuffix("特别行政区"))
        for cities in table.values()
        for city, its_sights in cities.items()
        for sight in its_sights
    )
    known: dict[str, str] = {}
    for sight, of in owners.items():
        top = {above[city] if above.get(city) in of else city for city in of}
        if len(top) == 1 and sight not in common:
            known[sight] = top.pop()
    for line in _lines("well_known.txt").splitlines():
        city, *names = line.split()
        known |= dict.fromkeys(names, city)
    behind = [(s, c) for s, of in owners.items() for c in of if known.get(s) != c]
    return {"known": _grouped(known.items()), "common": _grouped(behind)}


def latin_names(divisions: Divisions, cities: list[dict[str, Any]], taken: set[str]) -> list[str]:
    """Return 「hangzhou 杭州市」: pinyin and English; `taken` are names of cities abroad.

    Where several prefectures have a name, "-" stands first and only the province tells which is
    meant. Of what is below prefectures only a name that one alone has counts, or one city of the
    county level among counties and districts.
    """
    high = [city for below in divisions.names.values() for city in below if city]
    found = {key: [name] for key, name in by_hand("romanised").items()}
    for key, names in _by_pinyin(high).items():
        cities_alone = [name for name in names if name[-1] != "县"]
        meant = by_hand("meant").get(key, cities_alone[0] if len(cities_alone) == 1 else "-")
        found.setdefault(key, names if len(names) == 1 else [meant, *names])
    for key, name in [*_english(divisions, cities).items(), *_below(divisions).items()]:
        if key not in taken:
            found.setdefault(key, [name])
    return sorted(f"{key} {' '.join(names)}" for key, names in found.items())


def _below(divisions: Divisions) -> dict[str, str]:
    low = {
        name: name if name[-1] in "市县旗" else city
        for below in divisions.names.values()
        for city, names in below.items()
        for name in names
        if len(short_name(name)) > 1
    }
    found = {}
    for key, names in _by_pinyin(list(low)).items():
        alone = names if len(names) == 1 else [name for name in names if name[-1] == "市"]
        if len(alone) == 1 and low[alone[0]]:
            found[key] = low[alone[0]]
    return found


def provinces(divisions: Divisions) -> dict[str, str]:
    """Return the Latin names of provinces, as they stand behind a city."""
    plain = {pinyin(n.removesuffix("省")): n for n in divisions.names if n.endswith("省")}
    plain.pop("shanxi", None)
    return {**plain, "shanxi": "山西省", **by_hand("provinces")}


def pinyin(name: str) -> str:
    """Return the syllables without tones and spaces: 吕梁 as luliang."""
    return "".join(lazy_pinyin(name)).replace("ü", "u")


def folded(name: str) -> str:
    """Return the letters a to z of a name, accents taken off."""
    return re.sub("[^a-z]", "", unicodedata.normalize("NFKD", name.translate(WHOLE)).lower())


def _by_pinyin(names: list[str]) -> dict[str, list[str]]:
    return _gathered((pinyin(short_name(name)), name) for name in names)


def _matched(divisions: Divisions, cities: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the prefectures that GeoNames has a city of, with its largest."""
    to_simplified = OpenCC("t2s").convert
    names = [city for below in divisions.names.values() for city in below if city]
    # The city comes before the county of the same name, as 新竹市.
    high = {short_name(name): name for name in reversed(names)} | {name: name for name in names}
    largest: dict[str, dict[str, Any]] = {}
    for city in cities:
        if city["countrycode"] in {"CN", *ABROAD_ALSO} and len(city["name"]) < 24:
            found = (high[n] for n in map(to_simplified, han_names(city)) if n in high)
            for name in itertools.islice(found, 1):
                largest.setdefault(name, city)
    return largest


def _english(divisions: Divisions, cities: list[dict[str, Any]]) -> dict[str, str]:
    largest = _matched(divisions, cities)
    found = {folded(city["name"]): name for name, city in largest.items()}
    several, main = set[str](), set(found)
    for name, city in largest.items():
        for each in city["alternatenames"]:
            key = folded(each)
            latin = re.fullmatch(r"[A-Za-z\u00c0-\u024f' ’-]{4,}", each) and not each.isupper()
            if not latin or re.search("(?:shi|hsien|fu|cheng|city|shih)$", each.lower()):
                continue
            several |= {key} - main if found.get(key, name) != name else set()
            found.setdefault(key, name)
    return {key: name for key, name in found.items() if key not in several and len(key) > 3}


def _lines(name: str) -> str:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))


def _grouped(owned: Iterable[tuple[str, str]]) -> dict[str, str]:
    found = _gathered((city, name) for name, city in owned)
    return {city: " ".join(sorted(names)) for city, names in sorted(found.items())}


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
