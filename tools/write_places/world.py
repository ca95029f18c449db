"""Cities abroad out of GeoNames, named in Chinese where there is a name, and their countries."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import filterfalse
from typing import Any

from babel import Locale
from opencc import OpenCC

from shared.trips.script import simplified
from tools.write_places.china import WHOLE, folded
from tools.write_places.sources import ABROAD_ALSO, by_hand, han_names

_PEOPLE, _OF_NOTE, _LONGEST = 100_000, 25, 18
# A name is the largest city's where people and fame, as the number of its names, are six times
# those of the next; of others the country has to be said.
_CLEARLY = 6
_JAPANESE = str.maketrans("浜諌巣", "滨谏巢")


def countries(found: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Return {code: [Chinese name, English name, continent, other Latin names]} of CLDR."""
    chinese, english = Locale("zh").territories, Locale("en").territories
    answer = {}
    for code, fields in found.items():
        if code in chinese and code not in {"CN", *ABROAD_ALSO}:
            other = {
                folded(fields["name"]),
                folded(english[code]),
                fields["iso3"].lower(),
                code.lower(),
            }
            usual = by_hand("countries").get(code, chinese[code])
            chinese_name, others = re.sub(r"\W", "", simplified(usual)), " ".join(sorted(other))
            answer[code] = [chinese_name, english[code], fields["continentcode"], others]
    return answer


class Abroad:
    """The rows [name, country, region, latitude, Latin names, other Chinese names]."""

    def __init__(
        self, cities: list[dict[str, Any]], found: dict[str, dict[str, Any]], chinese: set[str]
    ) -> None:
        self._usual = _exemplars()
        self._to_simplified = OpenCC("t2s").convert
        self._capitals = {(code, folded(c["capital"])) for code, c in found.items()}
        self._chinese = chinese
        self.countries = countries(found)
        # Islands and regions that people drive on, and towns of note too small for the list.
        self.rows: list[list[Any]] = [[*row, ""] for row in by_hand("more")]
        own = {key for row in self.rows for key in row[4].split()}
        wanted = (city for city in cities if self._is_wanted(city))
        chosen = [city for city in wanted if folded(city["name"]) not in own]
        self._names = {row[0] for row in self.rows}
        self._taken = {folded(city["name"]) for city in chosen}
        self.ambiguous = _ambiguous(chosen)
        for city in chosen:
            self._add(city)
        self._without_repeats()

    def _is_wanted(self, city: dict[str, Any]) -> bool:
        code = city["countrycode"]
        if code not in self.countries:
            return False
        of_note = len(city["alternatenames"]) >= _OF_NOTE and bool(han_names(city))
        capital = (code, folded(city["name"])) in self._capitals
        return city["population"] >= _PEOPLE or of_note or capital

    def _add(self, city: dict[str, Any]) -> None:
        names = self._chinese_names(city)
        name = names[0] if names else _latin(city["name"])
        code, region = city["countrycode"], _region(city)
        if name in self._names | self._chinese or folded(name) in self.ambiguous:
            name = f"{self.countries[code][0]}{name}"
        if not name or len(name) > _LONGEST or name in self._names:
            return
        self._names.add(name)
        keys = self._latin_names(city)
        row = [name, code, region, round(city["latitude"]), " ".join(keys), " ".join(names[1:])]
        self.rows.append(row)

    def _chinese_names(self, city: dict[str, Any]) -> list[str]:
        """Return the names in simplified characters, the usual one first."""
        given = han_names(city)
        both = [name.translate(_JAPANESE) for name in given] + given
        plain = [_bare(simplified(self._to_simplified(name))) for name in both]
        other = {names[0] for names in self.countries.values()}
        country = self.countries[city["countrycode"]]
        if folded(city["name"]) == folded(country[1]):  # 新加坡
            other.discard(country[0])
        # Some towns are called as a plain word is.
        left_out = other | set(by_hand("no_names").split())
        counted = Counter(n for n in plain if len(n) > 1 and n not in left_out)
        own = by_hand("usual").get(city["name"]) or self._usual.get(folded(city["name"]), "")
        zone = self._usual.get(folded(city["timezone"].rsplit("/", 1)[-1]), "")

        def rank(name: str) -> tuple[bool, bool, bool, int, bool, int]:
            foreign, district = not _is_simplified(name), name[-1] in "都县区"
            unusual = name != (own or zone)
            return unusual, foreign, district, -counted[name], name not in given, -len(name)

        return list(dict.fromkeys([*([own] if len(own) > 1 else []), *sorted(counted, key=rank)]))

    def _latin_names(self, city: dict[str, Any]) -> list[str]:
        own = folded(city["name"])
        short = folded(re.sub("(?: City|-si|-shi)$", "", city["name"]))
        names = (own, short, *by_hand("also_called").get(own, "").split())
        taken = self._taken | {folded(names[1]) for names in self.countries.values()}
        return [n for n in dict.fromkeys(names) if n == own or n not in taken]

    def _without_repeats(self) -> None:
        """A further name that two rows have stands for neither."""
        seen = Counter[str]()
        for row in self.rows:
            seen.update({*str(row[4]).split()[1:], *str(row[5]).split()})
        for row in self.rows:
            first, *others = str(row[4]).split() or [""]
            row[4] = " ".join([first, *(n for n in others if seen[n] == 1)]).strip()
            also = (n for n in str(row[5]).split() if seen[n] == 1 and n not in self._names)
            row[5] = " ".join(n for n in also if n not in self._chinese)


def _ambiguous(cities: list[dict[str, Any]]) -> list[str]:
    """Return the Latin names that more than one city has and none clearly."""
    weights = defaultdict[str, list[int]](list)
    for city in cities:
        weight = city["population"] * len(city["alternatenames"])
        weights[folded(city["name"])].append(weight)
    ranked = ((name, sorted(found)) for name, found in weights.items() if len(found) > 1)
    unclear = (name for name, found in ranked if found[-1] < _CLEARLY * found[-2])
    return sorted(set(unclear) - {"barcelona", "manchester", "cambridge"})


def _exemplars() -> dict[str, str]:
    """Return the Chinese names that CLDR gives to the cities of time zones."""
    return {
        folded(zone.rsplit("/", 1)[-1]): simplified(names["city"])
        for zone, names in Locale("zh").time_zones.items()
        if names.get("city")
    }


def _is_simplified(name: str) -> bool:
    """Say whether a name is in characters of GB 2312, as 丰田 is and 豊田 is not."""
    return name.encode("gb2312", errors="ignore").decode("gb2312") == name


def _bare(name: str) -> str:
    """Return a Chinese name without what kind of city it is: 仁川 of 仁川广域市."""
    return re.sub("(?<=..)(?:广域市|特别市|市)$", "", name)


def _latin(name: str) -> str:
    """Return a Latin name without accents, for the caption's font has but the common ones."""
    plain = re.sub("[’ʼ'`‘]", "", name.translate(WHOLE))
    letters = filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", plain))
    return re.sub("[^A-Za-z]+", " ", "".join(letters)).strip()


def _region(city: dict[str, Any]) -> str:
    country, code = city["countrycode"], str(city["admin1code"])
    return code if country == "US" else by_hand("regions").get(country, {}).get(code, "")


def regions(states: Iterable[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Return {country: {Latin name of a region: its code}}."""
    american = {folded(each["name"]): each["code"] for each in states}
    return {"US": american, **by_hand("region_names")}
